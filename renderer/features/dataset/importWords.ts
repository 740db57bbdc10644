/** An import in words: while it goes on, and when it has ended. */
import type { ImportProgress, ImportReport } from '../../../shared/contract/images.ts'
import { useNumberFormat } from '../../composables/useNumberFormat.ts'

const format = useNumberFormat()

/** Share in [0, 1] that is done; null where the end is not known. */
export function shareDone({ phase, done, total }: Pick<ImportProgress, 'phase' | 'done' | 'total'>): number | null {
  return phase === 'reading' && total > 0 ? Math.min(1, done / total) : null
}

export function phaseWords({ phase, done, total }: Pick<ImportProgress, 'phase' | 'done' | 'total'>): string {
  if (phase === 'listing') return total ? `Listing files: ${format.count(total)} so far` : 'Listing files'
  return phase === 'reading' ? `Reading images: ${format.count(done)} of ${format.count(total)}` : 'Choosing images for validation'
}

/** Files a second and time left, once enough is done to say so. */
export function paceWords(progress: Pick<ImportProgress, 'phase' | 'done' | 'total' | 'startedAt'>, now: number): string {
  const seconds = (now - progress.startedAt) / 1000
  if (progress.phase !== 'reading' || seconds < 1 || progress.done === 0) return ''
  const perSecond = progress.done / seconds
  return `${format.count(perSecond)} files/s, ${format.duration(Math.max(1, (progress.total - progress.done) / perSecond))} left`
}

/** Two imports, one after the other, as one. */
export function together(first: ImportReport, second: ImportReport): ImportReport {
  return {
    added: first.added + second.added,
    unchanged: first.unchanged + second.unchanged,
    updated: first.updated + second.updated,
    vanished: first.vanished + second.vanished,
    duplicates: first.duplicates + second.duplicates,
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
    report.unchanged ? `${format.count(report.unchanged)} known already` : '',
    report.updated ? `${format.count(report.updated)} changed since` : '',
    report.vanished ? `${format.count(report.vanished)} gone from the folder` : '',
    report.duplicates ? format.counted(report.duplicates, 'exact duplicate') : '',
    report.skippedCount ? `${format.count(report.skippedCount)} skipped` : '',
  ].filter(Boolean)
  const done = `${format.counted(report.added, 'new image')} in ${format.duration(report.seconds)}`
  const first = report.cancelled ? `Import cancelled after ${done}` : report.added ? `Imported ${done}` : 'No new images'
  const rest = parts.length ? `: ${parts.join(', ')}` : ''
  return `${first}${rest}.${report.cancelled ? ' What was read is kept; importing the folder again goes on from there.' : ''}`
}
