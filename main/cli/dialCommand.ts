/** `dial`: what a run would answer under another adjustment and class mix, and the setting that it keeps. */
import { Option, type Command } from 'commander'
import { splits, type Split } from '../../shared/contract/common.ts'
import type { DialFigures } from '../../shared/contract/dial.ts'
import type { Run } from '../../shared/contract/runs.ts'
import { classResults, cellsNow } from '../../shared/confusions.ts'
import { dialWords, mostTau, neutralDial, type Dial } from '../../shared/dial.ts'
import { Failure } from '../../shared/failure.ts'
import { readShares } from '../../shared/shares.ts'
import { placeOf } from '../places.ts'
import { readPlain } from '../plainFile.ts'
import { fraction, somePath } from './options.ts'
import { accuracyLine, counted, percent, table } from './print.ts'
import { ofRun } from './runCommands.ts'
import { withProject, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'

interface DialChoice extends Shown {
  readonly run: string
  readonly split?: Split
  readonly tau?: number
  readonly mix?: number
  readonly shares?: string
  readonly suggest?: boolean
  readonly save?: boolean
  readonly reset?: boolean
}

export function addDialCommand(program: Command): void {
  ofRun(program.command('dial'))
    .description('show what the run would answer under another adjustment and class mix, from what scoring kept; nothing is trained')
    .option('--tau <x>', `strength of the logit adjustment, 0 to ${mostTau} (as saved, else 0)`, fraction(0, mostTau))
    .option('--mix <m>', 'class mix expected in the field: 1 as in training, 0 even, -1 tail-heavy (as saved, else 0)', fraction(-1, 1))
    .option('--shares <file>', 'a CSV of classes and their shares in the field; the others share the rest by --mix', somePath)
    .addOption(new Option('--suggest', 'the tau of the best balanced accuracy on these very images').conflicts(['tau', 'reset']))
    .addOption(new Option('--split <name>', 'the images that the run was scored on (val)').choices(splits))
    .addOption(new Option('--save', 'the run answers so from now on: every scored split, later scorings and exports').conflicts('reset'))
    .addOption(new Option('--reset', "back to the run's own answers").conflicts(['tau', 'mix', 'shares']))
    .action((dir: string, choice: DialChoice) => withProject(dir, (session) => dial(session, choice)))
}

async function dial(session: ProjectSession, { run, split = 'val', tau, mix, shares, suggest, save, reset, ...choice }: DialChoice): Promise<void> {
  const of = { projectId: session.project.id, runId: await session.run(run) }
  if (reset) {
    const { dial: saved, ...own } = await session.call('dial.reset', of)
    show(choice, { run: of.runId, dial: saved, ...figuresIn(own.evaluation) }, () => [`Run ${of.runId} gives its own answers from now on.`, ...evaluationLine(own.evaluation)])
    return
  }
  const known = (await session.call('runs.get', of)).run.dial ?? neutralDial
  const typed = shares === undefined ? known.shares : await sharesIn(session, { ...of, split }, placeOf(shares))
  const suggested = suggest ? await session.call('dial.suggest', { ...of, split }) : undefined
  const setting: Dial = { tau: suggested?.tau ?? tau ?? known.tau, mix: mix ?? known.mix, shares: typed }
  const turned = await session.call('dial.preview', { ...of, split, dial: setting })
  const saved = save ? await session.call('dial.save', { ...of, dial: setting }) : undefined
  const { classes, cells, moved } = turned.matrix
  const perClass = classResults(classes, cellsNow(cells, moved, classes).cells)
  show(choice, { run: of.runId, split, dial: setting, saved: saved !== undefined, images: turned.images, leftOut: turned.leftOut, ...turned.figures, own: turned.own, perClass, ...(suggested && { suggested }) }, () => [
    ...table(['class', 'group', 'train', 'images', 'recall', 'precision'], perClass.map(({ name, group, train, support, recall, precision }) => [name, group, train, support, percent(recall), percent(precision)])),
    '',
    `With ${dialWords(setting)}, on ${counted(turned.images, 'image')}: ${accuracyLine(turned.figures)}`,
    `  ${wholeLine(turned.figures)}`,
    `The run's own answers: ${accuracyLine(turned.own)}`,
    `  ${wholeLine(turned.own)}`,
    ...(suggested ? [`tau ${suggested.tau} has the best balanced accuracy on these very images, so on others it may gain less.`] : []),
    ...(saved ? [`Run ${of.runId} answers so from now on.`] : []),
  ])
}

function wholeLine({ balanced, expected }: DialFigures): string {
  const covered = expected.covered < 0.9995 ? `, of the ${percent(expected.covered)} of it whose classes have images here` : ''
  return `${percent(balanced)} where every class counts alike, ${percent(expected.accuracy)} expected in the field${covered}`
}

type Evaluated = Run['evaluation']

function figuresIn(evaluation: Evaluated): object {
  const { top1 = null, many = null, medium = null, few = null } = evaluation ?? {}
  return { top1, many, medium, few }
}

function evaluationLine(evaluation: Evaluated): string[] {
  return evaluation ? [`On ${counted(evaluation.images, 'validation image')}: ${accuracyLine(evaluation)}`] : []
}

async function sharesIn(session: ProjectSession, scored: { projectId: string; runId: number; split: Split }, file: string): Promise<Dial['shares']> {
  const { classes } = await session.call('confusions.matrix', scored)
  return readShares(textOf(file), classes).shares
}

function textOf(file: string): string {
  const expected = 'A CSV file with a class and its share on each line was expected.'
  let bytes: Buffer | undefined
  try {
    bytes = readPlain(file)
  } catch (error) {
    throw new Failure('not-found', `${file} cannot be read (${(error as NodeJS.ErrnoException).code}). ${expected}`)
  }
  if (!bytes) throw new Failure('invalid-input', `${file} is no file that can be read to its end. ${expected}`)
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}
