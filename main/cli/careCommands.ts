/** `runs`, `report`: what is on record, keeping it in order, and a page about one of them. */
import { readFileSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { methodWords } from '../../shared/configuration.ts'
import { splits, type Split } from '../../shared/contract/common.ts'
import { adjustedWords } from '../../shared/dial.ts'
import { placeOf } from '../places.ts'
import { runName, somePath } from './options.ts'
import { bytes, percent, table } from './print.ts'
import { ofRun } from './runCommands.ts'
import { safeText } from './safe.ts'
import { withProject, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'

interface ReportChoice extends Shown {
  readonly run: string
  readonly to: string
  readonly split?: Split
  readonly replace?: boolean
}

export function addCareCommands(program: Command): void {
  const runs = program.command('runs').description('list the runs, newest first; or rename, note or delete one')

  runs
    .command('list', { isDefault: true })
    .description('list the runs, newest first; what "runs" does by itself too')
    .argument('<dir>', "the project's folder", somePath)
    .action((dir: string, choice: Shown) => withProject(dir, (session) => list(session, choice)))

  onRun(runs, 'rename')
    .description('give a run a name; an empty one gives it its number back')
    .argument('<name>')
    .action((dir: string, run: string, name: string, choice: Shown) => withProject(dir, (session) => rename(session, run, name, choice)))
  onRun(runs, 'note')
    .description('keep notes with a run, in place of those that were there; - reads them from the standard input')
    .argument('<text>')
    .action((dir: string, run: string, text: string, choice: Shown) => withProject(dir, (session) => note(session, run, text, choice)))
  onRun(runs, 'delete')
    .description('delete a run with its predictions and its files, for good')
    .action((dir: string, run: string, choice: Shown) => withProject(dir, (session) => remove(session, run, choice)))

  ofRun(program.command('report'))
    .description('write a page about a run that needs nothing beside it and prints well')
    .requiredOption('--to <file>', 'what to write: FILE.html', somePath)
    .addOption(new Option('--split <name>', 'the images that its figures are of (val, or what it was scored on)').choices(splits))
    .option('--replace', 'replace what exists already')
    .action((dir: string, choice: ReportChoice) => withProject(dir, (session) => report(session, choice)))
}

function onRun(runs: Command, name: string): Command {
  return runs.command(name).argument('<dir>', "the project's folder", somePath).argument('<run>', "the run's number, or latest", runName)
}

async function list(session: ProjectSession, choice: Shown): Promise<void> {
  const runs = await session.call('runs.list', { projectId: session.project.id })
  show(choice, { runs }, () =>
    runs.length === 0
      ? ['No runs.']
      : table(
          ['run', 'name', 'state', 'method', 'epochs', 'top-1', 'many', 'medium', 'few'],
          runs.map((run) => {
            const { top1 = null, many = null, medium = null, few = null } = run.evaluation ?? {}
            return [String(run.id), run.name, run.status, [methodWords(run), ...(run.dial ? [adjustedWords(run.dial)] : [])].join('; '), `${run.epochsDone}/${run.config.epochs}`, percent(top1), percent(many), percent(medium), percent(few)]
          }),
        ),
  )
}

async function rename(session: ProjectSession, named: string, name: string, choice: Shown): Promise<void> {
  const run = await session.call('runs.rename', { projectId: session.project.id, runId: await session.run(named), name })
  show(choice, { run: run.id, name: run.name }, () => [safeText(`Run ${run.id} is called ${run.name}.`)])
}

async function note(session: ProjectSession, named: string, text: string, choice: Shown): Promise<void> {
  const notes = text === '-' ? readFileSync(0, 'utf8') : text
  const run = await session.call('runs.setNotes', { projectId: session.project.id, runId: await session.run(named), notes })
  show(choice, { run: run.id, notes: run.notes }, () => [run.notes === '' ? `Run ${run.id} has no notes.` : `The notes are kept with run ${run.id}.`])
}

async function remove(session: ProjectSession, named: string, choice: Shown): Promise<void> {
  const about = { projectId: session.project.id, runId: await session.run(named) }
  const { bytes: freed } = await session.call('runs.deletion', about)
  await session.call('runs.delete', about)
  show(choice, { run: about.runId, freedBytes: freed }, () => [`Run ${about.runId} is deleted; ${bytes(freed)} of files went with it.`])
}

async function report(session: ProjectSession, { run, to, split, replace = false, ...choice }: ReportChoice): Promise<void> {
  const written = await session.call('runs.report', { projectId: session.project.id, runId: await session.run(run), file: placeOf(to), replace, ...(split && { split }) })
  show(choice, written, () => [safeText(`Wrote ${written.file}.`)])
}
