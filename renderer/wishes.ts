/**
 * What is asked for in one place of the window and done in another, as a dialog that belongs to a view: kept until that
 * view takes it, whether it is there already or only comes. Nothing is kept longer than until the next wish.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'

interface Wishes {
  /** Folders of images; none where one is still to be named. `note` says why. */
  readonly 'import images': { readonly folders: readonly string[]; readonly note: string }
  /** A weights file to make a run of; empty where it is still to be named. */
  readonly 'import weights': { readonly file: string }
  /** A CSV or JSON file of labels; empty where it is still to be named. */
  readonly 'import labels': { readonly file: string }
  /** To let a run guess what images without a label are. */
  readonly 'guess': null
  /** To say where a folder of images was moved. */
  readonly 'relink': null
}
type Wish = { [N in keyof Wishes]: { readonly name: N; readonly about: Wishes[N] } }[keyof Wishes]

const open = shallowRef<Wish | null>(null)

export function wish<N extends keyof Wishes>(name: N, about: Wishes[N]): void {
  open.value = { name, about } as Wish
}

/** Takes every wish of the name for as long as the component lives, and the one that waits already. */
export function useWish<N extends keyof Wishes>(name: N, take: (about: Wishes[N]) => void): void {
  const stop = watch(
    open,
    (wished) => {
      if (wished?.name !== name) return
      open.value = null
      take(wished.about as Wishes[N])
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(stop)
}
