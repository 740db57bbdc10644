/** What the menu can ask for whatever view is shown. */
import { useRouter } from 'vue-router'
import type { MenuCommand } from '../shared/menu.ts'
import { call, isDesktop } from './api.ts'
import { useCommands } from './composables/useCommands.ts'
import { useNotices } from './composables/useNotices.ts'
import { useTheme } from './composables/useTheme.ts'
import { useDataset } from './features/dataset/store.ts'
import { useProjects } from './features/projects/store.ts'
import { useRunsStore } from './features/runs/store.ts'
import { pickFolder } from './folders.ts'
import { tabs } from './tabs.ts'
import { text } from './text/index.ts'
import { wish } from './wishes.ts'

interface Frame {
  open(folder: string): void
  close(): void
  openDialog(name: 'shortcuts' | 'about' | 'new project' | 'export labels'): void
}

/** @returns shows a view of the open project */
export function useFrameCommands({ open, close, openDialog }: Frame): (view: string) => void {
  const projects = useProjects()
  const dataset = useDataset()
  const runs = useRunsStore()
  const router = useRouter()
  const { choose } = useTheme()
  const { tellFailure } = useNotices()

  const isOpen = (): boolean => projects.isOpen
  const hasImages = (): boolean => isOpen() && (dataset.tail?.images ?? 0) > 0
  const show = (view: string): void => void (projects.isOpen && router.push({ name: view }))

  async function pick(): Promise<void> {
    const folder = await pickFolder(text.projects.openTitle)
    if (folder) open(folder)
  }
  function importImages(): void {
    wish('import images', { folders: [], note: '' })
    show('dataset')
  }
  function importLabels(): void {
    wish('import labels', { file: '' })
    show('dataset')
  }
  function importWeights(): void {
    wish('import weights', { file: '' })
    show('runs')
  }
  const reveal = (): void => void (projects.project && call('folders.reveal', { path: projects.project.folder }).catch(tellFailure))
  const stop = (): void => void (runs.active && runs.stop(runs.active.id).catch(tellFailure))
  const showRun = (runId: number | undefined): void => void (runId !== undefined && router.push({ name: 'runs', params: { runId } }))

  useCommands({
    'project.new': { run: () => openDialog('new project') },
    'project.open': { run: () => void pick().catch(tellFailure) },
    'project.openRecent': { run: ({ folder }) => folder !== undefined && open(folder) },
    'project.reveal': { run: reveal, isPossible: () => isDesktop && isOpen() },
    'project.close': { run: close, isPossible: isOpen },
    'images.import': { run: importImages, isPossible: () => isOpen() && dataset.progress === null },
    'labels.import': { run: importLabels, isPossible: hasImages },
    'labels.export': { run: () => openDialog('export labels'), isPossible: hasImages },
    'theme.system': { run: () => choose('system') },
    'theme.light': { run: () => choose('light') },
    'theme.dark': { run: () => choose('dark') },
    // Train itself starts it, where what would be started is in sight.
    'run.start': { run: () => show('train'), isPossible: () => isOpen() && runs.active === null },
    'run.stop': { run: stop, isPossible: () => runs.active !== null },
    'run.importWeights': { run: importWeights, isPossible: isOpen },
    'run.show': { run: ({ runId }) => showRun(runId), isPossible: isOpen },
    'help.shortcuts': { run: () => openDialog('shortcuts') },
    'help.about': { run: () => openDialog('about') },
    ...Object.fromEntries(tabs.map(({ name }): [MenuCommand, object] => [`view.${name}`, { run: () => show(name), isPossible: isOpen }])),
  })
  return show
}
