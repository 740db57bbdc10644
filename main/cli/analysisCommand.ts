/** `analysis`: bias and variance, over the experts of a run or over runs of several seeds. */
import { Option, type Command } from 'commander'
import { splits, type Split } from '../../shared/contract/common.ts'
import type { Answer } from '../../shared/contract/analysis.ts'
import { runName, somePath } from './options.ts'
import { counted, percent, table } from './print.ts'
import { withProject, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'

interface AnalysisChoice extends Shown {
  readonly run: readonly string[]
  readonly split?: Split
}

export function addAnalysisCommand(program: Command): void {
  program
    .command('analysis')
    .argument('<dir>', "the project's folder", somePath)
    .requiredOption('--run <run>', "the run's number, or latest; given several times, runs that differ in nothing but their seed", (text: string, before: readonly string[] = []) => [...before, runName(text)])
    .description("show bias and variance of each class group, over a run's experts or over several runs, and what one expert, their mean and a router get")
    .addOption(new Option('--split <name>', 'the images that the runs were scored on (val)').choices(splits))
    .action((dir: string, choice: AnalysisChoice) => withProject(dir, (session) => analysis(session, choice)))
}

async function analysis(session: ProjectSession, { run, split = 'val', ...choice }: AnalysisChoice): Promise<void> {
  const runIds: number[] = []
  for (const named of run) runIds.push(await session.run(named))
  const found = await session.call('analysis.variance', { projectId: session.project.id, runIds, split })
  show(choice, { split, ...found }, () => [
    `Over ${found.over === 'experts' ? counted(found.members, 'expert') : counted(found.members, 'run')}:`,
    ...table(['images', 'count', 'error', 'bias', 'variance'], found.spreads.map(({ group, images, error, bias, variance }) => [group, images, percent(error), percent(bias), percent(variance)])),
    '',
    ...table(['run', 'answer', 'top-1', 'many', 'medium', 'few'], found.answers.map((answer) => [answer.runId, answerName(answer), percent(answer.top1), percent(answer.many), percent(answer.medium), percent(answer.few)])),
  ])
}

function answerName({ kind, expert }: Answer): string {
  return expert === null ? kind : `expert ${expert + 1}`
}
