import type { Split } from '../../shared/contract/common.ts'
import { splitWords } from '../../shared/splits.ts'
import { common } from './common.ts'
import { imagesOfSplit } from './counts.ts'
import { results } from './results.ts'

type Members = 'experts' | 'runs'

/** Bias and variance of runs or experts. */
export const analysis = {
  title: 'Bias and variance',
  nonePicked: 'No run was picked',
  nonePickedText: 'Pick one run for its experts, or several runs that differ in their seed alone.',
  notComparable: 'These runs cannot be compared',
  comparing: 'Comparing the answers',
  byGroup: 'Bias and variance by group',
  bias: 'Bias',
  biasMeans: ': wrong even in the majority’s answer.',
  variance: 'Variance',
  varianceMeans: (who: string) => `: how often ${who} disagree with it.`,
  who: { experts: 'experts', runs: 'runs' },
  gets: 'What one expert, the mean and a router get',
  /** "Over the 3 experts of run 4, on 1,980 validation images." */
  over: (over: Members, members: number, runIds: readonly number[], images: number, split: Split) =>
    over === 'experts'
      ? `Over the ${members} experts of run ${runIds[0]}, on ${imagesOfSplit(images, split)}.`
      : `Over ${members} runs that differ in their seed alone (${runIds.join(', ')}), on ${imagesOfSplit(images, split)} that all of them were scored on.`,
  /** What these two numbers are not, and where there are too few voters for a majority. */
  caveat: (over: Members, members: number) =>
    `Bias and variance do not add up to the error.${members === 2 ? ` Two ${over} have no majority where they disagree: each answer then counts for half of it, so variance is half of how often they do.` : ''}`,
  summary: (spreads: readonly { readonly group: string; readonly bias: string; readonly variance: string }[]) => `Bias and variance by group: ${spreads.map(({ group, bias, variance }) => `${group} ${bias} and ${variance}`).join('; ')}.`,
  rows: {
    oneExpert: 'One expert, on average',
    meanOfRun: (runId: number) => `Mean of run ${runId}’s experts`,
    router: (runId: number) => `Router, run ${runId}`,
    means: 'Means, on average',
    runs: 'Runs, on average',
    routers: 'Routers, on average',
  },
  notScored: { onThese: (runId: number) => common.notScored(results.shortRun(runId), 'all of these images'), on: (runId: number, split: Split) => common.notScored(results.shortRun(runId), `${splitWords[split]} images`) },
  routersLeftOut: (reasons: readonly string[]) => `Of the routers, ${reasons.join(', and ')}: once scored on these, ${reasons.length === 1 ? 'it is' : 'they are'} compared too.`,
  noRouter: (runs: number) => `No router stands on ${runs > 1 ? 'these runs' : 'this run'} yet: the run’s page makes one.`,
  answers: 'Right answers by who answers',
  classes: 'Classes',
  images: 'Images',
  meanError: (who: string) => `Error of the ${who}, on average`,
}
