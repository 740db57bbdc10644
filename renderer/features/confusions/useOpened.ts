/** What the pane shows: the images of a cell or of a class, or a list of what stands out among them. */
import { computed, shallowRef } from 'vue'
import type { Listed } from '../../../shared/contract/confusions.ts'
import type { Dial } from '../../../shared/dial.ts'
import { text } from '../../text/index.ts'
import type { useCellImagesStore } from './images.ts'
import { isError, type Matrix, type Position } from './matrix.ts'
import type { useConfusionsStore } from './store.ts'
import type { Scope } from './useLens.ts'

interface Opened {
  readonly title: string
  /** What its images are of, in words. */
  readonly name: string
  readonly scope: Scope
  readonly listed: Listed | null
}

interface Asking {
  readonly projectId: () => string
  /** A setting of the tail dial that is tried out. */
  readonly dial: () => Dial | null
}

export function useOpened(store: ReturnType<typeof useConfusionsStore>, images: ReturnType<typeof useCellImagesStore>, { projectId, dial }: Asking) {
  const words = text.confusions.pane
  const current = shallowRef<Opened | null>(null)

  function show(wanted: Opened): void {
    if (store.runId === null) return
    current.value = wanted
    const tried = wanted.listed ? null : dial()
    void images.open({ projectId: projectId(), runId: store.runId, split: store.split, labels: store.labels, ...wanted.scope, ...(wanted.listed && { listed: wanted.listed }), ...(tried && { dial: tried }) })
  }

  function openCell(matrix: Matrix, position: Position): void {
    const [row, column] = [matrix.rows[position.row], matrix.columns[position.column]]
    if (!row || !column) return
    const title = isError(matrix, position) ? words.cell(row.name, column.name) : words.recognised(row.name)
    show({ title, name: title, scope: { actual: row.classIds, predicted: column.classIds }, listed: null })
  }

  function openClass(classId: number): void {
    const name = store.classOf(classId)?.name ?? ''
    show({ title: name, name, scope: { actual: [classId] }, listed: null })
  }

  function openListed(listed: Listed, classId: number | null): void {
    const name = classId === null ? '' : (store.classOf(classId)?.name ?? '')
    show({ title: words.listedIn(listed, name), name, scope: classId === null ? {} : { actual: [classId] }, listed })
  }

  /** Of what the pane shows now. */
  function openListedHere(listed: Listed): void {
    const { name, scope } = current.value ?? { name: '', scope: {} }
    show({ title: words.listedIn(listed, name), name, scope, listed })
  }

  function close(): void {
    current.value = null
    images.close()
  }

  return {
    current,
    /** Of cells and classes; a list is told of by the view that it was opened from. */
    scope: computed(() => (current.value && current.value.listed === null ? current.value.scope : null)),
    /** The one true class that it is of. */
    classId: computed(() => (current.value?.scope.actual?.length === 1 ? current.value.scope.actual[0]! : null)),
    openCell,
    openClass,
    openListed,
    openListedHere,
    close,
  }
}
