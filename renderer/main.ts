import { createPinia } from 'pinia'
import { createApp } from 'vue'
import './styles/tokens.css'
import './styles/base.css'
import './styles/numberTable.css'
import { startConnection } from './api.ts'
import App from './App.vue'
import { router } from './router.ts'

startConnection()
createApp(App).use(createPinia()).use(router).mount('#app')
