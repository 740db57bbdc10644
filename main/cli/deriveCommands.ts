/** `derive`, `import-weights`: runs that train no experts of their own. */
import { Option, type Command } from 'commander'
import { SecondStageRequestSchema, type SecondStage, type SecondStageRequest } from '../../shared/recipe.ts'
import { placeOf } from '../places.ts'
import { fraction, positiveNumber, somePath, wholeNumber } from './options.ts'
import { ofRun } from './runCommands.ts'
import { withProject } from './session.ts'
import type { Shown } from './show.ts'
import { watch } from './watch.ts'

interface DeriveChoice extends Shown {
  readonly run: string
  readonly stage: SecondStage
  readonly epochs?: number
  readonly batch?: number
  readonly lr?: number
  readonly tauNorm?: number
  readonly seed?: number
  readonly device?: SecondStageRequest['device']
}

interface ImportChoice extends Shown {
  readonly order?: 'name' | 'frequency'
}

export function addDeriveCommands(program: Command): void {
  ofRun(program.command('derive'))
    .description("train a second stage on a finished run's frozen experts: a run of its own, with that run's classes and images; Ctrl+C stops with a checkpoint")
    .addOption(
      new Option('--stage <name>', 'crt: classifiers anew; lws: their outputs scaled; tau-norm: their norms evened out, without training; router: asks no more experts than an image needs')
        .choices(SecondStageRequestSchema.entries.stage.options)
        .makeOptionMandatory(),
    )
    .option('--epochs <n>', 'passes over the training images (router 5, crt and lws 10)', wholeNumber(1, 10_000))
    .option('--batch <n>', 'images in a step (router 512, crt and lws 128)', wholeNumber(2, 4096))
    .option('--lr <x>', 'learning rate, which falls to 0 (router 0.01, crt 0.1, lws 0.2, in proportion to the batch)', positiveNumber)
    .option('--tau-norm <x>', 'power of the norms that tau-norm divides by (1)', fraction(0, 2))
    .option('--seed <n>', 'of new weights, order and augmentation (0)', wholeNumber(0, 2 ** 32 - 1))
    .addOption(new Option('--device <name>', 'where to train (auto)').choices(['auto', 'cpu', 'gpu']))
    .action((dir: string, { json, run, batch, lr, ...rest }: DeriveChoice) =>
      withProject(dir, async (session) => {
        const request = { ...rest, ...(batch !== undefined && { batchSize: batch }), ...(lr !== undefined && { learningRate: lr }) }
        const started = await session.call('runs.derive', { projectId: session.project.id, runId: await session.run(run), ...request })
        await watch(session, started, { ...(json && { json }) })
      }),
    )

  program
    .command('import-weights')
    .argument('<dir>', "the project's folder", somePath)
    .argument('<file>', "weights under the authors' names, .safetensors or .pth", somePath)
    .description('make a weights file a finished run, scored on the validation and test images')
    .addOption(new Option('--order <name>', "order of the file's classes where it does not name them: by folder name, or by falling training count (name)").choices(['name', 'frequency']))
    .action((dir: string, file: string, { order, ...choice }: ImportChoice) =>
      withProject(dir, async (session) => {
        const started = await session.call('runs.import', { projectId: session.project.id, file: placeOf(file), ...(order && { order }) })
        await watch(session, started, choice)
      }),
    )
}
