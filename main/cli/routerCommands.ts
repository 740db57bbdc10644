/** `routing`, `threshold`: what a router saves, and where it stops asking. */
import { Option, type Command } from 'commander'
import { splits, type Split } from '../../shared/contract/common.ts'
import type { Routed } from '../../shared/contract/runs.ts'
import { between } from './options.ts'
import { accuracyLine, counted, percent, routingLines, table } from './print.ts'
import { ofRun } from './runCommands.ts'
import { withProject, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'

interface RoutingChoice extends Shown {
  readonly run: string
  readonly split?: Split
}

interface ThresholdChoice extends Shown {
  readonly run: string
  readonly to: number
}

export function addRouterCommands(program: Command): void {
  ofRun(program.command('routing'))
    .description('show what a router makes of a scored split at thresholds from low to high; nothing is computed anew')
    .addOption(new Option('--split <name>', 'the images that the run was scored on (val)').choices(splits))
    .action((dir: string, choice: RoutingChoice) => withProject(dir, (session) => routing(session, choice)))

  ofRun(program.command('threshold'))
    .description("move a router's threshold; figures and confusions of every scored split follow")
    .requiredOption('--to <x>', 'the next expert is asked where the router is surer than this that it helps; between 0 and 1', between(0, 1))
    .action((dir: string, choice: ThresholdChoice) => withProject(dir, (session) => moveThreshold(session, choice)))
}

async function routing(session: ProjectSession, { run, split = 'val', ...choice }: RoutingChoice): Promise<void> {
  const of = { projectId: session.project.id, runId: await session.run(run) }
  const routed = await session.call('runs.routing', { ...of, split })
  const { threshold } = (await session.call('runs.get', of)).run
  show(choice, { run: of.runId, split, threshold, routing: routed }, () => [
    ...table(
      ['threshold', 'top-1', 'many', 'medium', 'few', 'experts', 'GFLOPs', ''],
      routingRows(routed, threshold),
    ),
  ])
}

/** Thresholds that come to the same answers as the one before share its row, except for the present one. */
export function routingRows(routed: readonly Routed[], present: number | null): string[][] {
  const rows: { readonly from: string; to: string; readonly figures: readonly string[] }[] = []
  for (const { threshold, top1, many, medium, few, expertsUsed, gigaflops } of routed) {
    const at = threshold.toFixed(3)
    const figures = [percent(top1), percent(many), percent(medium), percent(few), (expertsUsed.all ?? 0).toFixed(2), (gigaflops.all ?? 0).toFixed(3), threshold === present ? 'present' : '']
    const before = rows.at(-1)
    if (before?.figures.join() === figures.join()) before.to = at
    else rows.push({ from: at, to: at, figures })
  }
  return rows.map(({ from, to, figures }) => [from === to ? from : `${from} to ${to}`].concat(figures))
}

async function moveThreshold(session: ProjectSession, { run, to, ...choice }: ThresholdChoice): Promise<void> {
  const moved = await session.call('runs.setThreshold', { projectId: session.project.id, runId: await session.run(run), threshold: to })
  const { id, threshold, evaluation, scored } = moved
  const { top1 = null, many = null, medium = null, few = null, expertsUsed = null, routing: saved = null } = evaluation ?? {}
  show(choice, { run: id, threshold, scored, top1, many, medium, few, expertsUsed, routing: saved }, () => [
    `Run ${id} asks the next expert above ${threshold} from now on.`,
    ...(evaluation ? [`On ${counted(evaluation.images, 'validation image')}: ${accuracyLine(evaluation)}`, ...routingLines(evaluation)] : []),
  ])
}
