import { createRouter, createWebHashHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'start', component: () => import('./features/projects/ProjectsView.vue') },
    { path: '/dataset', name: 'dataset', component: () => import('./features/dataset/DatasetView.vue') },
    { path: '/images', name: 'images', component: () => import('./features/images/ImagesView.vue') },
    { path: '/splits', name: 'splits', component: () => import('./features/splits/SplitsView.vue') },
    { path: '/train', name: 'train', component: () => import('./features/runs/TrainView.vue') },
    { path: '/confusions/:runId(\\d+)?', name: 'confusions', component: () => import('./features/confusions/ConfusionsView.vue') },
    { path: '/runs/:runId(\\d+)?', name: 'runs', component: () => import('./features/runs/RunsView.vue') },
    { path: '/compare/:before(\\d+)/:after(\\d+)', name: 'compare', meta: { tab: 'runs' }, component: () => import('./features/runs/RunsCompare.vue') },
    { path: '/analysis/:runIds([\\d,]+)?', name: 'analysis', meta: { tab: 'runs' }, component: () => import('./features/analysis/AnalysisView.vue') },
    { path: '/:rest(.*)', redirect: '/' },
  ],
})

/** The open project's folder stays in the address, so that a reload, and a second window, open the same one. */
router.beforeEach((to, from) => {
  const folder = from.query['folder']
  return to.name === 'start' || to.query['folder'] || !folder ? true : { ...to, query: { ...to.query, folder } }
})
