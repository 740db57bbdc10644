/** Writes the report of a run to a file. */
import type { runCareCommands } from '../../../shared/contract/runCare.ts'
import { Failure } from '../../../shared/failure.ts'
import { splitToShow } from '../../../shared/splits.ts'
import { writeAtomically } from '../../atomic.ts'
import type { HandlersOf, Workbench } from '../context.ts'
import { diskFailure } from '../disk.ts'
import { writingOutside } from '../outside.ts'
import { factsOf } from '../report/facts.ts'
import { reportPage } from '../report/page.ts'
import type { RunDesk } from './desk.ts'
import { placeToWrite } from './export.ts'

const page = { ending: '.html', written: 'A report is written as a page: give the file that ending.', isFolder: false } as const

export function reportingHandlers(desk: RunDesk, picture: Workbench['picture']): Pick<HandlersOf<typeof runCareCommands>, 'runs.report'> {
  return {
    'runs.report': async ({ projectId, runId, file: asked, split, replace }) => {
      const project = desk.settled(projectId)
      const run = desk.known(project, runId)
      const file = placeToWrite(project, asked, page, replace)
      if (split && !run.scored.includes(split)) throw new Failure('not-found', `Run ${runId} was not scored on ${split} images. Score it first.`)
      const facts = factsOf(project.db, run, split ?? splitToShow(run.scored))
      const wanted = [...new Set(facts.scored?.mistakes.flatMap(({ imageIds }) => imageIds))]
      const pictures = new Map<number, string>()
      for (const imageId of wanted) {
        // A picture that cannot be read any more is missing on the page, and nothing else.
        const found = await picture(projectId, imageId, 'thumb').catch(() => undefined)
        if (found) pictures.set(imageId, `data:${found.type};base64,${Buffer.from(found.bytes).toString('base64')}`)
      }
      const text = reportPage(facts, { projectName: project.name, version: desk.context.version, writtenAt: new Date(), pictures })
      try {
        await writingOutside(desk.context.userFolder, file, () => writeAtomically(file, text))
      } catch (error) {
        throw diskFailure(error, `The report could not be written to ${file}`)
      }
      return { file, bytes: Buffer.byteLength(text) }
    },
  }
}
