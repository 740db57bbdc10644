/** What is dropped on the window, wherever: it goes to the view that can use it, or it is said what can be dropped. */
import { kindOfFile, type PathKind } from '../shared/contract/folders.ts'
import { call, pathOfDropped } from './api.ts'
import { useFolderDrop, type Dropped } from './composables/useFolderDrop.ts'
import { useNotices } from './composables/useNotices.ts'
import { text } from './text/index.ts'
import { wish } from './wishes.ts'

interface Places {
  readonly isOpen: () => boolean
  openProject(folder: string): void
  show(view: 'dataset' | 'runs'): void
}

export function useWindowDrop({ isOpen, openProject, show }: Places) {
  const { tell, tellFailure } = useNotices()

  function give(path: string, kind: 'weights' | 'labels'): void {
    if (kind === 'weights') wish('import weights', { file: path })
    else wish('import labels', { file: path })
    show(kind === 'weights' ? 'runs' : 'dataset')
  }
  function importFolders(folders: readonly string[], note = ''): void {
    wish('import images', { folders, note })
    show('dataset')
  }

  async function take(dropped: readonly Dropped[]): Promise<void> {
    const paths = dropped.flatMap(({ file }) => pathOfDropped(file) ?? [])
    if (paths.length === 0) return takeUnplaced(dropped[0])
    const found = await call('folders.look', { paths })
    const of = (kind: PathKind): string[] => found.flatMap((one) => (one.kind === kind ? [one.path] : []))
    const [project] = of('project')
    const [folders, weights, labels] = [of('folder'), of('weights'), of('labels')]
    if (project !== undefined) openProject(project)
    else if (folders.length + weights.length + labels.length === 0) tell(text.app.drop.unusable(dropped[0]!.file.name), 'warn')
    else if (!isOpen()) tell(text.app.drop.needsProject, 'warn')
    else if (folders.length > 0) importFolders(folders)
    else give((weights[0] ?? labels[0])!, weights.length > 0 ? 'weights' : 'labels')
  }

  /** A browser tells no place: the view that can use it asks for that, and keeps a file's name. */
  function takeUnplaced(dropped: Dropped | undefined): void {
    if (!dropped) return
    const { name } = dropped.file
    const kind = dropped.isFolder ? 'folder' : kindOfFile(name)
    if (kind === 'other') tell(text.app.drop.unusable(name), 'warn')
    else if (!isOpen()) tell(text.app.drop.needsProject, 'warn')
    else if (kind === 'weights' || kind === 'labels') {
      give(name, kind)
      tell(text.app.drop.unknownFile(name))
    } else importFolders([], text.app.drop.unknownPlace)
  }
  return useFolderDrop((dropped) => void take(dropped).catch(tellFailure))
}
