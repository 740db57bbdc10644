/** What the analysis shows: bars for the chart, lines for the tables, and what it is over, in words. */
import type { BarSeriesOption } from 'echarts/charts'
import type { GridComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { Answer, Spread } from '../../../shared/contract/analysis.ts'
import type { Split } from '../../../shared/contract/common.ts'
import { splitWords } from '../../../shared/splits.ts'
import { groups } from '../../../shared/tail.ts'
import type { useTheme } from '../../composables/useTheme.ts'

type SpreadOption = ComposeOption<BarSeriesOption | GridComponentOption>
type Tokens = ReturnType<typeof useTheme>['tokens']['value']

/** "Over the 3 experts of run 4, on 1,980 validation images" */
export function overWords(over: 'experts' | 'runs', members: number, runIds: readonly number[], images: number, split: Split): string {
  const on = `on ${images.toLocaleString('en')} ${splitWords[split]} ${images === 1 ? 'image' : 'images'}`
  if (over === 'experts') return `Over the ${members} experts of run ${runIds[0]}, ${on}.`
  return `Over ${members} runs that differ in their seed alone (${runIds.join(', ')}), ${on} that all of them were scored on.`
}

/** What these two numbers are not, and where there are too few voters for a majority. */
export function caveatWords(over: 'experts' | 'runs', members: number): string {
  const sum = 'Bias and variance do not add up to the error.'
  return members === 2 ? `${sum} Two ${over} have no majority where they disagree: each answer then counts for half of it, so variance is half of how often they do.` : sum
}

export interface AnswerRow {
  readonly name: string
  readonly top1: number | null
  readonly many: number | null
  readonly medium: number | null
  readonly few: number | null
}

/** What one expert, the mean and the router get: each of them where it is one run, their means over several. */
export function answerRows(answers: readonly Answer[], over: 'experts' | 'runs'): AnswerRow[] {
  const of = (kind: Answer['kind']): readonly Answer[] => answers.filter((answer) => answer.kind === kind)
  const [experts, means, routers] = [of('expert'), of('mean'), of('router')]
  if (over === 'experts') {
    return [
      ...experts.map((answer) => named(`Expert ${answer.expert! + 1} alone`, [answer])),
      named('One expert, on average', experts),
      ...means.map((answer) => named(`Mean of ${experts.length}`, [answer])),
      ...routers.map((answer) => named(`Router, run ${answer.runId}`, [answer])),
    ]
  }
  const several = experts.length > means.length
  // A router's run has a mean too: what it would get if it asked every expert.
  const isRouter = (runId: number): boolean => routers.some((answer) => answer.runId === runId)
  return [
    ...(several ? [named('One expert, on average', experts)] : []),
    ...means.map((answer) => named(isRouter(answer.runId) ? `Mean of run ${answer.runId}’s experts` : `Run ${answer.runId}`, [answer])),
    ...routers.map((answer) => named(`Router, run ${answer.runId}`, [answer])),
    ...(means.length > 1 ? [named(means.some(({ runId }) => isRouter(runId)) ? 'Means, on average' : 'Runs, on average', means)] : []),
    ...(routers.length > 1 ? [named('Routers, on average', routers)] : []),
  ]
}

function named(name: string, answers: readonly Answer[]): AnswerRow {
  const mean = (key: 'top1' | 'many' | 'medium' | 'few'): number | null => {
    const known = answers.flatMap((answer) => (answer[key] === null ? [] : [answer[key]]))
    return known.length > 0 ? known.reduce((sum, share) => sum + share, 0) / known.length : null
  }
  return { name, top1: mean('top1'), many: mean('many'), medium: mean('medium'), few: mean('few') }
}

const percent = (share: number | null): number | null => (share === null ? null : 100 * share)
const text = (value: unknown): string => (typeof value === 'number' ? `${value.toFixed(1)} %` : '')

/** Bias (full colour) and variance (pale, outlined) side by side for all classes and each group that has images. */
export function spreadOption(spreads: readonly Spread[], tokens: Tokens, isStill: boolean): SpreadOption {
  const shown = spreads.filter(({ images }) => images > 0)
  const colour = (group: Spread['group']): string => (group === 'all' ? tokens['ink-soft'] : tokens[group])
  const pale = (group: Spread['group']): string => (group === 'all' ? tokens.sunken : tokens[`${group}-soft`])
  const axisText = { color: tokens['ink-faint'], fontSize: 12 }
  const label = { show: true, position: 'top', color: tokens.ink, fontSize: 12 } as const
  return {
    textStyle: { fontFamily: tokens.font },
    animation: !isStill,
    animationDuration: 120,
    animationDurationUpdate: 120,
    grid: { left: 48, right: 12, top: 24, bottom: 28 },
    xAxis: { type: 'category', data: shown.map(({ group }) => (group === 'all' ? 'All classes' : group)), axisTick: { show: false }, axisLine: { lineStyle: { color: tokens['line-strong'] } }, axisLabel: { ...axisText, color: tokens.ink } },
    yAxis: { type: 'value', min: 0, axisLabel: { ...axisText, formatter: '{value} %' }, splitLine: { lineStyle: { color: tokens.line } } },
    series: [
      {
        type: 'bar',
        name: 'Bias',
        barMaxWidth: 48,
        barCategoryGap: '40%',
        silent: true,
        label: { ...label, formatter: ({ value }) => text(value) },
        data: shown.map(({ group, bias }) => ({ value: percent(bias) ?? '-', itemStyle: { color: colour(group), borderRadius: [2, 2, 0, 0] } })),
      },
      {
        type: 'bar',
        name: 'Variance',
        barMaxWidth: 48,
        silent: true,
        label: { ...label, formatter: ({ value }) => text(value) },
        data: shown.map(({ group, variance }) => ({ value: percent(variance) ?? '-', itemStyle: { color: pale(group), borderColor: colour(group), borderWidth: 1.5, borderType: 'dashed', borderRadius: [2, 2, 0, 0] } })),
      },
    ],
  }
}

/** What the chart shows, for who does not see it. */
export function spreadWords(spreads: readonly Spread[]): string {
  const shown = [spreads.find(({ group }) => group === 'all'), ...groups.map((group) => spreads.find((spread) => spread.group === group))]
  const words = shown.flatMap((spread) => (spread && spread.images > 0 ? [`${spread.group} ${text(percent(spread.bias))} and ${text(percent(spread.variance))}`] : []))
  return `Bias and variance by group: ${words.join('; ')}.`
}
