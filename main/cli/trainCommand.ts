/** `train`: a run from its configuration, or from where it was left, to its figures. */
import { Option, type Command } from 'commander'
import type { Run } from '../../shared/contract/runs.ts'
import { backbones, losses, moments, presets, type RunRequest } from '../../shared/recipe.ts'
import { placeOf } from '../places.ts'
import { fraction, positiveNumber, runName, somePath, wholeNumber } from './options.ts'
import { withProject, type ProjectSession } from './session.ts'
import { remark, type Shown } from './show.ts'
import { toKnow, weightsSentences } from './toKnow.ts'
import { watch } from './watch.ts'

interface TrainChoice extends Shown {
  readonly preset?: RunRequest['preset']
  readonly backbone?: RunRequest['backbone']
  readonly experts?: number
  readonly widths?: RunRequest['widths']
  readonly sharedLayer3?: true
  readonly head?: RunRequest['head']
  readonly loss?: RunRequest['loss']
  readonly reweight?: RunRequest['reweight']
  readonly resample?: RunRequest['resample']
  readonly tau?: number
  readonly mixup?: number
  readonly teacher?: string
  readonly trunk?: string
  readonly epochs?: number
  readonly imageSize?: number
  readonly fit?: RunRequest['fit']
  readonly batch?: number
  readonly accumulate?: number
  readonly lr?: number
  /** False with `--no-augment`. */
  readonly augment: boolean
  readonly seed?: number
  readonly device?: RunRequest['device']
  readonly resume?: string
}

export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .argument('<dir>', "the project's folder", somePath)
    .description('train, evaluate on the validation images, save the confusions; Ctrl+C stops with a checkpoint')
    .addOption(new Option('--preset <name>', 'recipe that fills in what is not given (cifar)').choices(presets))
    .addOption(new Option('--backbone <name>', 'network (resnet32; resnext50 with imagenet-lt, resnet50 with inaturalist)').choices(backbones))
    .option('--experts <n>', 'number of experts (3)', wholeNumber(1, 8))
    .addOption(new Option('--widths <name>', "width of the experts' layers (reduced)").choices(['reduced', 'full']))
    .option('--shared-layer3', 'the experts share layer3 too; ImageNet types only')
    .addOption(new Option('--head <name>', 'classifier (cosine)').choices(['cosine', 'linear']))
    .addOption(new Option('--loss <name>', 'loss (ride; balpoe with the preset of that name)').choices(losses))
    .addOption(new Option('--reweight <when>', 'rare classes weigh more in the loss: deferred waits for the last part of the training (deferred with ride, ride-collaborative and ldam-drw; never with others)').choices(moments))
    .addOption(new Option('--resample <when>', 'every class is drawn as often as any other (never)').choices(moments))
    .option('--tau <x>', "strength of the logit adjustment; of the experts' mean with balpoe (1)", fraction(0, 4))
    .option('--mixup <alpha>', 'of the Beta distribution that images are mixed by; 0 mixes none (0; 0.4 with balpoe)', fraction(0, 4))
    .option('--teacher <run>', "learn from a finished run of the same classes as well: its number, or latest", runName)
    .option('--trunk <file>', "weights under torchvision's or the authors' names to start from, .safetensors or .pth (random ones)", somePath)
    .option('--epochs <n>', 'passes over the training images (from the preset)', wholeNumber(1, 10_000))
    .option('--image-size <n>', 'side of the square that images become (32; 224 for ImageNet types)', wholeNumber(32, 224))
    .addOption(new Option('--fit <name>', 'how an image becomes a square (pad; crop for ImageNet types)').choices(['pad', 'crop']))
    .option('--batch <n>', 'images in a step (from the preset)', wholeNumber(2, 4096))
    .option('--accumulate <n>', 'parts that the batch of a step goes through in: the same batch in less memory (1)', wholeNumber(1, 256))
    .option('--lr <x>', 'learning rate (from the preset, in proportion to the batch)', positiveNumber)
    .option('--no-augment', 'show the images as they are')
    .option('--seed <n>', 'of weights, order and augmentation (0)', wholeNumber(0, 2 ** 32 - 1))
    .addOption(new Option('--device <name>', 'where to train (auto)').choices(['auto', 'cpu', 'gpu']))
    .option('--resume <run>', "go on with a run from its last checkpoint: its number, or latest; takes no other option", runName)
    .action((dir: string, choice: TrainChoice, command: Command) => {
      if (choice.resume !== undefined) refuseOthers(command)
      return withProject(dir, (session) => train(session, choice))
    })
}

/** A resumed run keeps its configuration, so that one cannot say another. */
function refuseOthers(command: Command): void {
  const others = command.options.filter((option) => !['resume', 'json'].includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli')
  if (others.length > 0) command.error(`error: --resume goes on with the run's own configuration: leave out ${others.map(({ long }) => long).join(', ')}`)
}

async function train(session: ProjectSession, choice: TrainChoice): Promise<void> {
  const started = choice.resume === undefined ? await start(session, await requestOf(session, choice)) : await session.call('runs.resume', { projectId: session.project.id, runId: await session.run(choice.resume) })
  await watch(session, started, choice)
}

async function start(session: ProjectSession, request: Partial<RunRequest>): Promise<Run> {
  const sentences = await toKnow(session, request)
  const ofWeights = await weightsSentences(session, request)
  for (const sentence of [...sentences, ...ofWeights]) remark(sentence)
  return session.call('runs.start', { projectId: session.project.id, ...request })
}

async function requestOf(session: ProjectSession, { json: _json, resume: _resume, batch, lr, teacher, trunk, ...rest }: TrainChoice): Promise<Partial<RunRequest>> {
  return {
    ...rest,
    ...(batch !== undefined && { batchSize: batch }),
    ...(lr !== undefined && { learningRate: lr }),
    ...(teacher !== undefined && { teacherRun: await session.run(teacher) }),
    ...(trunk !== undefined && { trunkFile: placeOf(trunk) }),
  }
}
