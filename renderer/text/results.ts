import type { Split } from '../../shared/contract/common.ts'
import { useNumberFormat } from '../composables/useNumberFormat.ts'
import { imagesOf, imagesOfSplit } from './counts.ts'
import { groups } from './groups.ts'
import { views } from './views.ts'

const { counted } = useNumberFormat()

/** What came of a run: figures, curves, the picture of its network, a router's trade. */
export const results = {
  title: 'Result',
  of: (images: number, split: Split) => `Result on ${imagesOfSplit(images, split)}`,
  toConfusions: 'What rare classes are taken for',
  /** @param isFinished the run was trained to its end: what is missing is the score alone, which may have been there */
  unscored: (images: number, isFinished: boolean) =>
    `${isFinished ? 'There is no score of this run on validation images.' : 'The run ended before it was scored.'} Scoring shows ${imagesOfSplit(images, 'val')} to the weights of its last checkpoint.`,
  score: 'Score',
  scoreAgain: 'Score again',
  byGroup: 'Accuracy by group',
  whoAnswers: 'Who answers',
  what: 'What',
  meanOf: (experts: number) => `Mean of ${experts}`,
  theExpert: 'The expert',
  routerAsking: (asked: string) => `Router, ${asked}`,
  expertAlone: (n: number) => `Expert ${n} alone`,
  related: 'Runs that belong to it',
  /** What other runs have to do with a run. */
  relations: { base: 'Stands on', teacher: 'Learnt from', onThis: 'On this run', learntFromThis: 'Learnt from this run' },
  progress: (runId: number) => `Progress of run ${runId}`,
  showGoing: (runId: number) => `Run ${runId} goes on: show it in ${views.train}`,
  phases: { preparing: 'preparing', scoring: 'scoring', starting: 'starting' },
  ended: {
    finished: (name: string, right: string | null) => (right === null ? `${name} finished.` : `${name} finished: ${right} of the validation images right.`),
    failed: (name: string, why: string | null) => `${name} failed. ${why ?? ''}`.trim(),
    show: 'Show',
  },
  shortRun: (runId: number) => `run ${runId}`,

  network: {
    trunk: 'trunk',
    sharedTrunk: 'shared trunk',
    image: 'image',
    router: 'router',
    answer: 'answer',
    mean: 'mean',
    structure: (experts: number, isRouted: boolean) =>
      experts === 1 ? 'One expert on its trunk.' : `A shared trunk and ${experts} experts; the answer is the mean of theirs.${isRouted ? ' After each of them a router decides whether the next one is asked.' : ''}`,
    /** @param each accuracies in words, of every expert; null where it was not measured */
    measured: (each: readonly (string | null)[], mean: string | null) =>
      `Validation accuracy: ${[...each.map((accuracy, n) => `expert ${n + 1} ${accuracy ?? 'not measured'}`), ...(mean === null ? [] : [`mean ${mean}`])].join(', ')}.`,
  },

  curves: {
    accuracy: 'Validation accuracy, per cent',
    loss: 'Training loss',
    epoch: (epoch: number) => `Epoch ${epoch}`,
    none: 'Drawn after the first epoch',
    names: { top1: 'all', ...groups.names, loss: 'loss' },
    jumps: 'not comparable before and after the line',
    summary: (title: string, done: number, epochs: number, ends: readonly string[]) => `${title} after ${done} of ${counted(epochs, 'epoch')}: ${ends.join(', ') || 'nothing measured yet'}.`,
  },

  fast: {
    title: 'Fast mode',
    score: 'Score in fast mode',
    both: 'Accuracy in both number types',
    speed: (fast: string, type: string, exact: string, times: string) => `${fast} in ${type} beside ${exact} in float32: ${times} times as fast.`,
    flips: (flips: number, images: number) => `${flips === 0 ? 'No first guess differs' : counted(flips, 'first guess differs', 'first guesses differ')}, of ${imagesOf(images)}.`,
    means: (split: string) => `Scores the ${split} images in float32 and in a narrower number type, where this device has one, and counts the answers that differ.`,
  },

  router: {
    label: 'Router',
    title: 'What the router does',
    byGroup: 'Router by group',
    measure: 'Measure again',
    reading: 'Reading what the router would do at other thresholds',
    trade: 'Accuracy against cost',
    drawn: 'Classes drawn',
    all: 'All',
    threshold: 'Threshold',
    inUse: 'In use',
    use: 'Use this threshold',
    flat: 'Every threshold asks the same experts: all of the router’s scores lie beyond them. More epochs may set its scores apart.',
    means: 'An image asks the next expert where the router’s score is above the threshold: lower asks more. Nothing is trained again.',
    noImages: 'No image of these classes was scored',
    cost: 'GFLOPs a sample',
    allExperts: 'all experts',
    present: 'in use',
    rows: {
      right: 'Right answers',
      rightOfAll: 'with all experts',
      asked: (experts: number) => `Experts asked, of ${experts}`,
      costOfAll: (gigaflops: string) => `beside ${gigaflops} with all`,
    },
    speed: (speed: string, ofAll: string, measuredAt: string | null) => `${speed} beside ${ofAll} with all experts${measuredAt === null ? '' : `, measured at threshold ${measuredAt}`}.`,
    found: (right: string, asked: string) => `${right} right with ${asked} an image`,
    at: (threshold: string, what: string) => `threshold ${threshold}: ${what}`,
    alike: (threshold: string) => `, the same answers as at ${threshold}, which is in use`,
    costs: (right: string, gigaflops: string) => `${right} at ${gigaflops} GFLOPs a sample`,
    /** @param looked what another threshold than the present one gives; null where none is looked at */
    summary: (classes: string, present: string, looked: string | null, ofAll: string) =>
      `Accuracy on ${classes} classes against GFLOPs a sample. In use, ${present}.${looked === null ? '' : ` Looked at, ${looked}.`} All experts: ${ofAll}.`,
  },
}
