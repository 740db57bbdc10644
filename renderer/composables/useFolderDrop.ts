import { ref } from 'vue'

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

export interface Dropped {
  readonly file: File
  readonly isFolder: boolean
}

/** What each is can be asked for only while the event is handled. */
function droppedBy({ dataTransfer }: DragEvent): Dropped[] {
  return [...(dataTransfer?.items ?? [])].flatMap((item) => {
    const file = item.getAsFile()
    return file ? [{ file, isFolder: item.webkitGetAsEntry()?.isDirectory ?? false }] : []
  })
}

/** Takes files and folders dropped on an element: bind `listeners` with v-on. */
export function useFolderDrop(drop: (dropped: readonly Dropped[]) => void) {
  const isOver = ref(false)
  // Entering a child fires before leaving its parent: the depth tells when the last one is left.
  let depth = 0

  const listeners = {
    dragenter(event: DragEvent): void {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth += 1
      isOver.value = true
    },
    dragover(event: DragEvent): void {
      if (carriesFiles(event)) event.preventDefault()
    },
    dragleave(event: DragEvent): void {
      if (!carriesFiles(event)) return
      depth -= 1
      isOver.value = depth > 0
    },
    drop(event: DragEvent): void {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth = 0
      isOver.value = false
      drop(droppedBy(event))
    },
  }
  return { isOver, listeners }
}
