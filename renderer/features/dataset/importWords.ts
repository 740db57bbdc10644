/** An import in words: while it goes on, and when it has ended. */
import type { ImportProgress, ImportReport } from '../../../shared/contract/images.ts'
import { useNumberFormat } from '../../composables/useNumberFormat.ts'
import { text } from '../../text/index.ts'

const format = useNumberFormat()
const { phases, pace, report: words } = text.importing

/** Share in [0, 1] that is done; null where the end is not known. */
export function shareDone({ phase, done, total }: Pick<ImportProgress, 'phase' | 'done' | 'total'>): number | null {
  return phase === 'reading' && total > 0 ? Math.min(1, done / total) : null
}

export function phaseWords({ phase, done, total }: Pick<ImportProgress, 'phase' | 'done' | 'total'>): string {
  if (phase === 'listing') return total ? phases.listed(format.count(total)) : phases.listing
  return phase === 'reading' ? phases.reading(format.count(done), format.count(total)) : phases.splitting
}

/** Files a second and time left, once enough is done to say so. */
export function paceWords(progress: Pick<ImportProgress, 'phase' | 'done' | 'total' | 'startedAt'>, now: number): string {
  const seconds = (now - progress.startedAt) / 1000
  if (progress.phase !== 'reading' || seconds < 1 || progress.done === 0) return ''
  const perSecond = progress.done / seconds
  return pace(format.count(perSecond), format.duration(Math.max(1, (progress.total - progress.done) / perSecond)))
}

/** Two imports, one after the other, as one. */
export function together(first: ImportReport, second: ImportReport): ImportReport {
  return {
    added: first.added + second.added,
    unchanged: first.unchanged + second.unchanged,
    updated: first.updated + second.updated,
    vanished: first.vanished + second.vanished,
    duplicates: first.duplicates + second.duplicates,
    unlabelled: first.unlabelled + second.unlabelled,
    skipped: [...first.skipped, ...second.skipped],
    skippedCount: first.skippedCount + second.skippedCount,
    classes: second.classes,
    cancelled: first.cancelled || second.cancelled,
    seconds: first.seconds + second.seconds,
  }
}

/** What an import did, the parts that are zero left out. */
export function reportWords(report: Omit<ImportReport, 'skipped'>): string {
  const parts = [
    report.unchanged ? words.unchanged(format.count(report.unchanged)) : '',
    report.updated ? words.updated(format.count(report.updated)) : '',
    report.vanished ? words.vanished(format.count(report.vanished)) : '',
    report.duplicates ? words.duplicates(format.count(report.duplicates)) : '',
    report.unlabelled ? words.unlabelled(format.count(report.unlabelled)) : '',
    report.skippedCount ? words.skipped(format.count(report.skippedCount)) : '',
  ].filter(Boolean)
  const done = words.within(format.counted(report.added, words.image), format.duration(report.seconds))
  const first = report.cancelled ? words.cancelled(done) : report.added ? words.imported(done) : words.nothing
  const rest = parts.length ? `: ${parts.join(', ')}` : ''
  return `${first}${rest}.${report.cancelled ? ` ${words.goesOn}` : ''}`
}
