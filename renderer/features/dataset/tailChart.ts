/** The long tail as a chart: what ECharts is told, from the classes and the theme's colours. */
import type { ComposeOption } from 'echarts/core'
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts'
import type { DataZoomComponentOption, GridComponentOption, TooltipComponentOption } from 'echarts/components'
import type { ClassFrequency } from '../../../shared/contract/classes.ts'
import { groups, type Group } from '../../../shared/tail.ts'
import type { useTheme } from '../../composables/useTheme.ts'
import { useNumberFormat } from '../../composables/useNumberFormat.ts'
import { classesOf } from '../../text/counts.ts'
import { text } from '../../text/index.ts'
import { cutName } from '../../ui/cutName.ts'

export type TailOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | TooltipComponentOption | DataZoomComponentOption>

export interface TailLook {
  /** Pixels that the plot has for each class. */
  readonly room: number
  readonly isLog: boolean
  readonly isStill: boolean
  /** Positions of the classes that a search found; null where nothing is searched. */
  readonly found: ReadonlySet<number> | null
  /** Position of the class that is open in the pane. */
  readonly current: number | null
  readonly tokens: ReturnType<typeof useTheme>['tokens']['value']
}

/** Where each group lies among the classes, which come by falling training count; groups without a class are left out. */
export function bandsOf(classes: readonly Pick<ClassFrequency, 'group'>[]): { group: Group; from: number; to: number }[] {
  let from = 0
  return groups.flatMap((group) => {
    const size = classes.filter((one) => one.group === group).length
    const band = { group, from, to: from + size - 1 }
    from += size
    return size ? [band] : []
  })
}

/** Share in [0, 1] of all training images that lie in a class or in one before it. */
export function cumulativeShares(trainCounts: readonly number[]): number[] {
  const all = trainCounts.reduce((sum, count) => sum + count, 0)
  let before = 0
  return trainCounts.map((count) => (all ? (before += count) / all : 0))
}

/** Positions of the classes whose name holds the words, in any order and case; null for an empty search. */
export function search(names: readonly string[], typed: string): Set<number> | null {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return null
  return new Set(names.flatMap((name, n) => (words.every((word) => name.toLowerCase().includes(word)) ? [n] : [])))
}

/** The least that a logarithmic axis shows: a class of one image still stands above it. */
const logFloor = 0.6
/** Classes beyond which bars are narrow enough to want zooming. */
const crowded = 60
/** Pixels below which a band has room for its letter alone. */
const narrowBandPx = 96
/** Pixels a class below which its name cannot stand under its bar, not even slanted. */
const roomForName = 20
/** And above which it stands level. */
const roomForLevelName = 88
const slantedNamePx = 88
/** Left and right of the plot, and above it, where the groups' names stand. */
export const plotEdge = { left: 56, right: 52, top: 44 } as const

/** Pixels under the plot: the names of the classes, where there is room, and the axis's own. */
export function underPlot(room: number): number {
  if (room < roomForName) return 28
  return room < roomForLevelName ? 96 : 48
}

/** Pixels that a letter takes at most, on average. */
const letterPx = 6.5

/** The first of these, which grow shorter, that has room. */
export function fitting(words: readonly string[], widthPx: number): string {
  return words.find((one) => one.length * letterPx <= widthPx) ?? words.at(-1) ?? ''
}

/** How much of its colour a bar keeps that a search did not find. */
const fadedShare = 0.25

export function tailOption(classes: readonly ClassFrequency[], { room, isLog, isStill, found, current, tokens }: TailLook): TailOption {
  const format = useNumberFormat()
  const counts = classes.map((one) => one.train)
  const shares = cumulativeShares(counts)
  const gap = classes.length > 400 ? '0%' : classes.length > crowded ? '12%' : '24%'
  const nameRoom = room < roomForLevelName ? slantedNamePx : room - 8
  const axisText = { color: tokens['ink-faint'], fontSize: 12 }

  const bars = bandsOf(classes).map(({ group, from, to }): BarSeriesOption => ({
    type: 'bar',
    name: group,
    barGap: '-100%',
    barCategoryGap: gap,
    barMinHeight: isLog ? 0 : 2,
    barMaxWidth: 72,
    itemStyle: { color: found ? mixed(tokens[group], tokens[`${group}-soft`], fadedShare) : tokens[group], borderRadius: classes.length > 100 ? 0 : [2, 2, 0, 0] },
    silent: true,
    data: counts.slice(from, to + 1).map((count, step) => [from + step, count || null]) as [number, number][],
    markArea: {
      silent: true,
      itemStyle: { color: tokens[`${group}-soft`] },
      label: { show: true, position: 'top', distance: 6, color: tokens[`${group}-ink`], fontSize: 12, fontWeight: 600, formatter: (to - from + 1) * room < narrowBandPx ? bandLetters[group] : `${bandLetters[group]}  ${text.groups.names[group]}` },
      data: [[{ xAxis: from - 0.5 }, { xAxis: to + 0.5 }]],
    },
  }))

  return {
    textStyle: { fontFamily: tokens.font },
    animation: !isStill,
    animationDuration: 120,
    animationDurationUpdate: 120,
    grid: { ...plotEdge, bottom: underPlot(room) },
    xAxis: {
      type: 'value',
      containShape: false,
      min: -0.5,
      max: classes.length - 0.5,
      axisLine: { onZero: false, lineStyle: { color: tokens['line-strong'] } },
      axisTick: { show: false },
      axisLabel:
        room < roomForName
          ? { show: false }
          : {
              ...axisText,
              // Said, as a chart that is drawn again merges what it is told into what it was told.
              show: true,
              customValues: classes.map((_, at) => at),
              formatter: (at: number) => cutName(classes[at]?.name ?? '', (words) => words.length * letterPx <= nameRoom),
              rotate: room < roomForLevelName ? 40 : 0,
              width: nameRoom,
              overflow: 'truncate',
              ellipsis: '…',
              hideOverlap: false,
            },
      splitLine: { show: false },
      name: fitting(text.tail.axes.classes(classesOf(classes.length), classes.length > crowded), room * classes.length + plotEdge.left),
      nameLocation: 'middle',
      nameGap: underPlot(room) - 18,
      nameTextStyle: axisText,
    },
    yAxis: [
      {
        type: isLog ? 'log' : 'value',
        ...(isLog ? { min: logFloor, startValue: logFloor } : { min: 0 }),
        axisLine: { show: false, onZero: false },
        axisTick: { show: false },
        name: text.tail.axes.train,
        nameTextStyle: { ...axisText, align: 'left', padding: [0, 0, 0, -48] },
        nameGap: 24,
        axisLabel: { ...axisText, formatter: (value: number) => (value < 1 && value !== 0 ? '' : format.short(value)) },
        splitLine: { lineStyle: { color: tokens.line } },
      },
      {
        type: 'value',
        min: 0,
        max: 1,
        interval: 0.25,
        axisLine: { show: false, onZero: false },
        axisTick: { show: false },
        name: text.tail.axes.cumulative,
        nameTextStyle: { ...axisText, align: 'right', padding: [0, -48, 0, 0] },
        nameGap: 24,
        axisLabel: { ...axisText, formatter: (value: number) => `${Math.round(100 * value)} %` },
        splitLine: { show: false },
      },
    ],
    dataZoom: [{ type: 'inside', filterMode: 'none', minValueSpan: 8 }],
    series: [
      ...bars,
      // Drawn last and never thinner than two pixels, so that one class found among thousands is seen.
      {
        type: 'bar',
        name: 'found',
        barGap: '-100%',
        barCategoryGap: gap,
        barMinHeight: isLog ? 0 : 2,
        barMaxWidth: 72,
        barMinWidth: 2,
        silent: true,
        data: [...(found ?? [])].map((at) => ({ value: [at, counts[at] || null] as [number, number], itemStyle: { color: tokens[classes[at]!.group] } })),
      },
      // Ground under the line, which is else lost on the first bars.
      {
        type: 'line',
        yAxisIndex: 1,
        silent: true,
        symbol: 'none',
        lineStyle: { color: tokens.surface, width: 4 },
        data: shares.map((share, at) => [at, share]),
      },
      {
        type: 'line',
        yAxisIndex: 1,
        silent: true,
        symbol: 'none',
        lineStyle: { color: tokens['ink-soft'], width: 1.25 },
        data: shares.map((share, at) => [at, share]),
        markLine:
          current === null
            ? { data: [] }
            : { silent: true, symbol: 'none', animation: false, label: { show: false }, lineStyle: { color: tokens.ink, width: 1.5, type: 'solid' }, data: [{ xAxis: current }] },
      },
    ],
  }
}

const channel = (color: string, at: number): number => Number.parseInt(color.slice(1 + 2 * at, 3 + 2 * at), 16)

/** A colour between two of the form #rrggbb, `share` of it the first. */
export function mixed(first: string, second: string, share: number): string {
  const mix = [0, 1, 2].map((at) => Math.round(share * channel(first, at) + (1 - share) * channel(second, at)))
  return `#${mix.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

const bandLetters: Readonly<Record<Group, string>> = { many: 'M', medium: 'm', few: 'F' }
