/** `confusions` and `lens`: what classes are taken for, and what each expert made of them. */
import { Option, type Command } from 'commander'
import { splits, type Split } from '../../shared/contract/common.ts'
import { listedKinds, type LabelTime, type LensClass, type Listed } from '../../shared/contract/confusions.ts'
import { Failure } from '../../shared/failure.ts'
import { wholeNumber } from './options.ts'
import { counted, percent, table } from './print.ts'
import { ofRun, type OfRun } from './runCommands.ts'
import { withProject, type ProjectSession } from './session.ts'
import { remark, show } from './show.ts'

interface ConfusionsChoice extends OfRun {
  readonly class?: string
  readonly split?: Split
  readonly top?: number
  readonly measured?: boolean
}
interface LensChoice extends ConfusionsChoice {
  readonly list?: Listed
}

const listedUsually = 50

export function addConfusionCommands(program: Command): void {
  ofScored(program.command('confusions'))
    .description('list what classes are taken for, rarest true class first, by their labels of now')
    .option('--top <n>', 'only the first cells', wholeNumber(1, 100_000))
    .action((dir: string, choice: ConfusionsChoice) => withProject(dir, (session) => confusions(session, choice)))

  ofScored(program.command('lens'))
    .description('tell for each class how right each expert was and how far they are apart, or list the images that stand out')
    .addOption(new Option('--list <which>', 'images that were wrong though another expert was right, wrong with one voice, or relabelled since').choices(listedKinds))
    .option('--top <n>', `only the first classes (all), or images (${listedUsually})`, wholeNumber(1, 1000))
    .action((dir: string, choice: LensChoice) => withProject(dir, (session) => lens(session, choice)))
}

function ofScored(command: Command): Command {
  return ofRun(command)
    .addOption(new Option('--split <name>', 'the images that the run was scored on (val)').choices(splits))
    .option('--class <name>', 'only images of this class')
    .option('--measured', 'by the labels that the run was scored with')
}

interface Scored {
  readonly projectId: string
  readonly runId: number
  readonly split: Split
}

async function confusions(session: ProjectSession, { run, class: name, split = 'val', top, measured = false, ...choice }: ConfusionsChoice): Promise<void> {
  const scored = { projectId: session.project.id, runId: await session.run(run), split }
  const labels: LabelTime = measured ? 'measured' : 'now'
  const classId = name === undefined ? undefined : await classNamed(session, scored, name)
  const found = await session.call('confusions.cells', { ...scored, labels, ...(classId !== undefined && { classId }), ...(top !== undefined && { top }) })
  const relabelled = (await session.call('confusions.moved', scored)).count.reduce((sum, count) => sum + count, 0)
  const cells = found.map(({ actualName, predictedName, count, support, group }) => ({ actual: actualName, predicted: predictedName, count, support, group }))
  show(choice, { labels, relabelled, cells }, () =>
    cells.length === 0 ? ['No confusions.'] : table(['class', 'group', 'taken for', 'count', 'of'], cells.map(({ actual, group, predicted, count, support }) => [actual, group, predicted, count, support])),
  )
  if (choice.json || relabelled === 0) return
  remark(`${counted(relabelled, 'image')} relabelled since the run was scored. ${measured ? 'Counted here by the labels of then; without --measured, by those of now.' : 'Counted here by the labels of now; with --measured, by those of then.'}`)
}

async function lens(session: ProjectSession, { run, class: name, split = 'val', top, measured = false, list, ...choice }: LensChoice): Promise<void> {
  const scored = { projectId: session.project.id, runId: await session.run(run), split }
  const labels: LabelTime = measured ? 'measured' : 'now'
  const { classes } = await session.call('confusions.matrix', scored)
  const of = { ...scored, labels, ...(name !== undefined && { actual: [await classNamed(session, scored, name)] }) }
  const nameOf = (classId: number): string => classes.find((known) => known.classId === classId)?.name ?? `class ${classId}`
  if (list) {
    const { total, images } = await session.call('confusions.listed', { ...of, listed: list, limit: top ?? listedUsually })
    const shown = images.map(({ imageId, path, classId, predicted, guesses, experts }) => ({ imageId, path, class: classId === null ? null : nameOf(classId), predicted: nameOf(predicted), probability: guesses[0]?.probability ?? null, experts: experts.map((answer) => nameOf(answer.classId)) }))
    show(choice, { labels, total, images: shown }, () => (total === 0 ? ['None.'] : table(['image', 'class', 'taken for', 'sure', 'experts'], shown.map((image) => [image.path, image.class ?? '-', image.predicted, percent(image.probability), image.experts.join(', ')]))))
    if (!choice.json && total > shown.length) remark(`${shown.length} of ${counted(total, 'image')} are listed; --top lists more.`)
    return
  }
  const found = await session.call('confusions.lens', of)
  const rarity = new Map(classes.map(({ classId }, n) => [classId, -n]))
  const shown = found
    .sort((a, b) => rarity.get(a.classId)! - rarity.get(b.classId)!)
    .slice(0, top)
    .map(({ classId, ...sums }) => Object.assign(sums, { class: nameOf(classId) }))
  show(choice, { labels, classes: shown }, () =>
    shown.length === 0 ? ['No images.'] : table(['class', 'images', 'right', 'each expert', 'apart', 'another right', 'all agree, wrong'], shown.map((one) => [one.class, one.images, percent(one.right / one.images), eachExpert(one), percent(one.apart / one.images), one.anotherRight, one.allWrong])),
  )
}

function eachExpert({ images, expertRight }: Pick<LensClass, 'images' | 'expertRight'>): string {
  return expertRight.map((right) => percent(right / images)).join(', ')
}

async function classNamed(session: ProjectSession, scored: Scored, name: string): Promise<number> {
  const { classes } = await session.call('confusions.matrix', scored)
  const found = classes.find((known) => known.name === name)
  if (!found) throw new Failure('not-found', `Run ${scored.runId} knows no class named ${JSON.stringify(name)}. ride tail lists the names.`)
  return found.classId
}
