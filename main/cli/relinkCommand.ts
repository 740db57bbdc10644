/** `relink`: where a folder of images lies now. */
import path from 'node:path'
import type { Command } from 'commander'
import type { FoundAgain, Source } from '../../shared/contract/sources.ts'
import { Failure } from '../../shared/failure.ts'
import { placeOf } from '../places.ts'
import { somePath } from './options.ts'
import { counted, whole } from './print.ts'
import { openProgress } from './progress.ts'
import { safeText } from './safe.ts'
import { interruptible, withProject, type ProjectSession } from './session.ts'
import { show, type Shown } from './show.ts'

interface RelinkChoice extends Shown {
  readonly dryRun?: true
}

export function addRelinkCommand(program: Command): void {
  program
    .command('relink')
    .argument('<dir>', "the project's folder", somePath)
    .argument('<from>', 'the folder that images were imported from', somePath)
    .argument('<to>', 'where that folder lies now', somePath)
    .option('--dry-run', 'say what lies there, and change nothing')
    .description('say where a folder of images was moved; labels, splits and runs stay as they are')
    .action((dir: string, from: string, to: string, choice: RelinkChoice) => withProject(dir, (session) => relink(session, from, to, choice)))
}

async function relink(session: ProjectSession, from: string, to: string, { dryRun, ...choice }: RelinkChoice): Promise<void> {
  const projectId = session.project.id
  const { id: sourceId } = sourceAt(await session.call('sources.list', { projectId }), placeOf(from))
  const progress = openProgress()
  session.on('sources.progress', ({ done, total }) => progress.show(done, total, 'Looking for the images'))
  const found = await interruptible(
    () => void session.call('sources.cancel', { projectId }),
    () => session.call(dryRun ? 'sources.look' : 'sources.relink', { projectId, sourceId, folder: path.resolve(to) }),
  ).finally(progress.end)
  show(choice, found, () => [
    safeText(`${whole(found.there)} of ${counted(found.images, 'image')} lie in ${found.folder}${dryRun ? '. Nothing was changed.' : ', and are looked for there from now on.'}`),
    ...shortcomings(found),
  ])
}

function shortcomings({ there, absent, differing, compared }: FoundAgain): string[] {
  return [
    ...(compared < there ? [`The content of ${whole(compared)} of them was compared, and the size of all`] : []),
    ...(absent > 0 ? [`${whole(absent)} missing`] : []),
    ...(differing.count > 0 ? [safeText(`${whole(differing.count)} with other content than was imported, which are missing too: such as ${differing.examples.join(', ')}`)] : []),
  ]
}

function sourceAt(sources: readonly Source[], folder: string): Source {
  const found = sources.find((source) => source.folder === folder)
  if (found) return found
  const known = sources.length === 0 ? 'No images were imported into it yet.' : `Images were imported from ${sources.map((source) => source.folder).join(', ')}.`
  throw new Failure('not-found', `No images were imported from ${folder}. ${known}`)
}
