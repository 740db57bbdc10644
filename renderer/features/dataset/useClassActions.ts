/** What can be done with classes: done at once, told with the way back. */
import type { JournalState, Step } from '../../../shared/contract/labels.ts'
import { call } from '../../api.ts'
import { useNotices } from '../../composables/useNotices.ts'
import { text } from '../../text/index.ts'

const words = text.dataset.classPane

export function useClassActions(projectId: () => string) {
  const { tell, tellFailure } = useNotices()

  async function undo({ undo: step }: JournalState): Promise<void> {
    if (step) await call('labels.undo', { projectId: projectId(), stepId: step.stepId }).then(() => tell(text.journal.undone(step.about, step.images)), tellFailure)
  }
  /** Says what was done; the step can be taken back from there, as long as nothing else was done since. */
  function told<Done extends Step>(done: Done, sentence: string): Done {
    tell(sentence, 'good', { label: words.undo, run: () => void undo(done), stepId: done.undo?.stepId })
    return done
  }

  return {
    told,
    /** Rejects with a Failure `already-exists` where another class has the name. */
    rename: async (classId: number, name: string, to: string) => told(await call('classes.rename', { projectId: projectId(), classId, name: to }), words.renamed(name, to)),
    create: async (name: string) => told(await call('classes.create', { projectId: projectId(), name }), words.made(name)),
    async merge(from: { readonly id: number; readonly name: string }, into: { readonly id: number; readonly name: string }) {
      const done = await call('classes.merge', { projectId: projectId(), classIds: [from.id], intoId: into.id })
      return told(done, words.merged(from.name, into.name, done.changed))
    },
    async divide(classId: number, imageIds: readonly number[], name: string) {
      const done = await call('classes.divide', { projectId: projectId(), classId, imageIds: [...imageIds], name })
      return told(done, words.divided(name, done.changed))
    },
    async remove(classes: readonly { readonly id: number; readonly name: string }[]) {
      const done = await call('classes.delete', { projectId: projectId(), classIds: classes.map(({ id }) => id) })
      return told(done, classes.length === 1 ? words.deleted(classes[0]!.name, done.changed) : words.deletedMany(classes.length))
    },
  }
}
