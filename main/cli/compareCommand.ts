/** `compare`: two runs on the same images. */
import { Option, type Command } from 'commander'
import { chanceWords, comparisonWarnings, testSentence } from '../../shared/comparison.ts'
import type { GroupComparison } from '../../shared/contract/comparisons.ts'
import { splits, type Split } from '../../shared/contract/common.ts'
import { notComparedSentence } from '../../shared/untested.ts'
import { adjustedWords, type Dial } from '../../shared/dial.ts'
import { Failure } from '../../shared/failure.ts'
import { runName, somePath } from './options.ts'
import { counted, percent, table } from './print.ts'
import { withProject, type ProjectSession } from './session.ts'
import { remark, show, type Shown } from './show.ts'

interface CompareChoice extends Shown {
  readonly run: readonly string[]
  readonly split?: Split
}

/** Classes that a person is told of: where most turned, the rarest first. */
const classesTold = 20

export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .argument('<dir>', "the project's folder", somePath)
    .requiredOption('--run <run>', "the run's number, or latest; given twice, the earlier run first", (text: string, before: readonly string[] = []) => [...before, runName(text)])
    .description('hold two runs against each other on the images that both were scored on: what turned right, what turned wrong, and whether that may be chance')
    .addOption(new Option('--split <name>', 'the images that both runs were scored on (val)').choices(splits))
    .action((dir: string, choice: CompareChoice) => withProject(dir, (session) => compare(session, choice)))
}

async function compare(session: ProjectSession, { run, split = 'val', ...choice }: CompareChoice): Promise<void> {
  if (run.length !== 2) throw new Failure('invalid-input', `Two runs are compared, and ${run.length === 1 ? 'one was' : `${run.length} were`} named. Give --run twice.`)
  const [before, after] = [await session.run(run[0]!), await session.run(run[1]!)]
  const found = await session.call('runs.compare', { projectId: session.project.id, before, after, split })
  const warnings = comparisonWarnings(found.groups, after)
  const dialOf = async (runId: number): Promise<Dial | null> => (await session.call('runs.get', { projectId: session.project.id, runId })).run.dial
  const dials = { before: await dialOf(before), after: await dialOf(after) }
  show(choice, { before, after, split, ...found, dials, warnings }, () => [
    `From run ${before} to run ${after}, on ${counted(found.images, 'image')} that both were scored on, by the labels of now:`,
    ...(dials.before ? [`Run ${before}: ${adjustedWords(dials.before)}`] : []),
    ...(dials.after ? [`Run ${after}: ${adjustedWords(dials.after)}`] : []),
    ...table(['images', 'count', `run ${before}`, `run ${after}`, 'difference', '95 % interval', 'turned right', 'turned wrong', 'p-value'], found.groups.map(lineOf)),
    '',
    ...found.groups.filter(({ images }) => images > 0).map((group) => testSentence(group, before, after)),
    '',
    ...table(
      ['class', 'group', 'images', 'turned right', 'turned wrong'],
      found.classes
        .filter(({ turnedRight, turnedWrong }) => turnedRight + turnedWrong > 0)
        .slice(0, classesTold)
        .map(({ name, group, images, turnedRight, turnedWrong }) => [name, group, images, turnedRight, turnedWrong]),
    ),
  ])
  if (choice.json) return
  for (const warning of warnings) remark(warning)
  if (found.untested.length > 0) remark(notComparedSentence(found.untested, split))
}

function lineOf({ group, images, before, after, difference, turnedRight, turnedWrong, p }: GroupComparison): (string | number)[] {
  const ends = difference ? `${signed(difference.low)} to ${signed(difference.high)}` : '-'
  return [group, images, percent(before?.share ?? null), percent(after?.share ?? null), difference ? signed(difference.share) : '-', ends, turnedRight, turnedWrong, p === null ? '-' : chanceWords(p)]
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`
}
