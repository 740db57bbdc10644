/** What the window's frame says: menus, notifications, the question before it closes. Words of what the page does too are in `shared/menu.ts`. */
import type { Run } from '../../shared/contract/runs.ts'
import { percent } from '../../shared/words.ts'

export const shellText = {
  product: 'RIDE Workbench',
  couldNotStart: 'RIDE Workbench could not start',

  menus: { file: 'File', edit: 'Edit', view: 'View', theme: 'Theme', run: 'Run', window: 'Window', help: 'Help' },
  openRecent: 'Open recent',
  noRecent: 'No other project yet',
  recentProjects: 'Recent projects',
  quit: 'Quit',
  keepAwake: 'Prevent sleep while a run trains',
  isAwake: 'Sleep is prevented: a run trains',
  showFolder: 'Show the folder of settings and reports',

  closing: {
    detail: 'Closing the window stops it. A run writes a checkpoint first and can be resumed; an import keeps what it has added and goes on when it is started again.',
    keep: 'Keep going',
    close: 'Stop and close',
  },

  runEnded(run: Run): { readonly title: string; readonly body: string } {
    if (run.status === 'finished') return { title: `${run.name} finished`, body: accuracySentence(run) }
    return { title: `${run.name} ${run.status === 'failed' ? 'failed' : 'was interrupted'}`, body: run.failure ?? 'Open it in Runs to see why and what can be done.' }
  },
}

function accuracySentence({ evaluation }: Run): string {
  if (evaluation?.top1 == null) return 'It was not scored: there are no validation images.'
  const few = evaluation.few === null ? '' : `, ${percent(evaluation.few)} of the few group`
  return `${percent(evaluation.top1)} of ${evaluation.split} images right${few}.`
}
