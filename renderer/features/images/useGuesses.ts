import { computed, type Ref } from 'vue'
import type { Image, ImageQuery } from '../../../shared/contract/images.ts'
import { call } from '../../api.ts'
import { useAnswer } from '../../composables/useAnswer.ts'
import { useProjectEvents } from '../../projectEvents.ts'
import { withDigits, type PickableClass } from '../../ui/classRanking.ts'

/** The classes of the project, and which of them the run guesses of an image: they bear the digits that label it so. */
export function useGuesses(projectId: () => string, image: Readonly<Ref<Image | null>>, run: Readonly<Ref<ImageQuery['run'] | null>>) {
  const ask = async () => (run.value && image.value ? call('images.answers', { projectId: projectId(), imageId: image.value.id, runId: run.value.runId }) : null)
  const answers = useAnswer(ask, [() => image.value?.id, run])
  useProjectEvents(['confusions.changed', 'runs.guessed'], projectId, answers.again)
  const classes = useAnswer(async () => {
    const [listed, tail] = await Promise.all([call('classes.list', { projectId: projectId() }), call('classes.tail', { projectId: projectId() })])
    const frequencies = new Map(tail.classes.map((one) => [one.id, one]))
    return listed.map(({ id, name }): PickableClass => ({ id, name, group: frequencies.get(id)?.group ?? null, count: frequencies.get(id)?.train ?? 0 }))
  })
  useProjectEvents(['classes.changed', 'labels.changed', 'images.changed'], projectId, classes.again)

  return {
    classes: computed(() => classes.answer.value ?? []),
    pickable: computed(() => withDigits(classes.answer.value ?? [], answers.answer.value?.guesses ?? [])),
    /** Asked for anew, as the keys may have gone on faster than what is kept. */
    guess: async (digit: number): Promise<number | null> => (await ask().catch(() => null))?.guesses[digit - 1]?.classId ?? null,
  }
}
