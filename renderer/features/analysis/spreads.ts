/** What the analysis shows: bars for the chart, and lines for the tables. */
import { text } from '../../text/index.ts'
import type { BarSeriesOption } from 'echarts/charts'
import type { GridComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { Answer, Spread } from '../../../shared/contract/analysis.ts'
import type { Accuracy } from '../../../shared/metrics.ts'
import { groups } from '../../../shared/tail.ts'
import { percent } from '../../../shared/words.ts'
import type { useTheme } from '../../composables/useTheme.ts'

type SpreadOption = ComposeOption<BarSeriesOption | GridComponentOption>
type Tokens = ReturnType<typeof useTheme>['tokens']['value']

const words = text.analysis.rows

export interface AnswerRow extends Accuracy {
  readonly name: string
}

/** What one expert, the mean and the router get: each of them where it is one run, their means over several. */
export function answerRows(answers: readonly Answer[], over: 'experts' | 'runs'): AnswerRow[] {
  const of = (kind: Answer['kind']): readonly Answer[] => answers.filter((answer) => answer.kind === kind)
  const [experts, means, routers] = [of('expert'), of('mean'), of('router')]
  if (over === 'experts') {
    return [
      ...experts.map((answer) => named(text.results.expertAlone(answer.expert! + 1), [answer])),
      named(words.oneExpert, experts),
      ...means.map((answer) => named(text.results.meanOf(experts.length), [answer])),
      ...routers.map((answer) => named(words.router(answer.runId), [answer])),
    ]
  }
  const several = experts.length > means.length
  // A router's run has a mean too: what it would get if it asked every expert.
  const isRouter = (runId: number): boolean => routers.some((answer) => answer.runId === runId)
  return [
    ...(several ? [named(words.oneExpert, experts)] : []),
    ...means.map((answer) => named(isRouter(answer.runId) ? words.meanOfRun(answer.runId) : text.common.run(answer.runId), [answer])),
    ...routers.map((answer) => named(words.router(answer.runId), [answer])),
    ...(means.length > 1 ? [named(means.some(({ runId }) => isRouter(runId)) ? words.means : words.runs, means)] : []),
    ...(routers.length > 1 ? [named(words.routers, routers)] : []),
  ]
}

function named(name: string, answers: readonly Answer[]): AnswerRow {
  const mean = (key: keyof Accuracy): number | null => {
    const known = answers.flatMap((answer) => (answer[key] === null ? [] : [answer[key]]))
    return known.length > 0 ? known.reduce((sum, share) => sum + share, 0) / known.length : null
  }
  return { name, top1: mean('top1'), many: mean('many'), medium: mean('medium'), few: mean('few') }
}

/** Of a bar, whose height is in per cent. */
const barWords = (value: unknown): string => (typeof value === 'number' ? percent(value / 100) : '')
const barHeight = (share: number | null): number | '-' => (share === null ? '-' : 100 * share)

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
    xAxis: { type: 'category', data: shown.map(({ group }) => (group === 'all' ? text.groups.all : text.groups.names[group])), axisTick: { show: false }, axisLine: { lineStyle: { color: tokens['line-strong'] } }, axisLabel: { ...axisText, color: tokens.ink } },
    yAxis: { type: 'value', min: 0, axisLabel: { ...axisText, formatter: '{value} %' }, splitLine: { lineStyle: { color: tokens.line } } },
    series: [
      {
        type: 'bar',
        name: text.analysis.bias,
        barMaxWidth: 48,
        barCategoryGap: '40%',
        silent: true,
        label: { ...label, formatter: ({ value }) => barWords(value) },
        data: shown.map(({ group, bias }) => ({ value: barHeight(bias), itemStyle: { color: colour(group), borderRadius: [2, 2, 0, 0] } })),
      },
      {
        type: 'bar',
        name: text.analysis.variance,
        barMaxWidth: 48,
        silent: true,
        label: { ...label, formatter: ({ value }) => barWords(value) },
        data: shown.map(({ group, variance }) => ({ value: barHeight(variance), itemStyle: { color: pale(group), borderColor: colour(group), borderWidth: 1.5, borderType: 'dashed', borderRadius: [2, 2, 0, 0] } })),
      },
    ],
  }
}

/** What the chart shows, for who does not see it. */
export function spreadWords(spreads: readonly Spread[]): string {
  const shown = [spreads.find(({ group }) => group === 'all'), ...groups.map((group) => spreads.find((spread) => spread.group === group))]
  return text.analysis.summary(shown.flatMap((spread) => (spread && spread.images > 0 ? [{ group: spread.group, bias: percent(spread.bias), variance: percent(spread.variance) }] : [])))
}
