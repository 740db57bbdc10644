/** Asking for a folder: by the system's dialog on the desktop, by the window's own in a browser. */
import { readonly, shallowRef } from 'vue'
import { call, isDesktop } from './api.ts'

interface FolderQuestion {
  readonly title: string
  readonly answer: (folder: string | null) => void
}

const asked = shallowRef<FolderQuestion | null>(null)
/** What the window's own dialog is to ask; App.vue shows it. */
export const folderQuestion = readonly(asked)

/** The folder that was chosen; null where none was. */
export function pickFolder(title: string): Promise<string | null> {
  if (isDesktop) return call('folders.pick', { title })
  return new Promise((resolve) => {
    asked.value?.answer(null)
    asked.value = {
      title,
      answer(folder) {
        asked.value = null
        resolve(folder)
      },
    }
  })
}
