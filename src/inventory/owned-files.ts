import { baseOf, joinPath, parentOf, resolveInRoot, type TreeView } from '../fileset/index.ts'
import { largest, filesOf, type ReadPart, textOf } from './root-files.ts'

const lists: readonly { readonly place: RegExp; readonly read: (text: string) => readonly string[] }[] = [
  { place: /^var\/lib\/dpkg\/info\/[^/]+\.list$/, read: (text) => text.split('\n') },
  { place: /^var\/lib\/dpkg\/status\.d\/[^/]+\.md5sums$/, read: readSums },
  { place: /^(usr\/)?lib\/apk\/db\/installed$/, read: readApkFiles },
]

/** What package managers keep for themselves: it belongs to packages, and no list names it. */
const records = /^(var\/lib\/dpkg|(usr\/)?lib\/apk|var\/lib\/apk)\//

/**
 * Files that packages of dpkg and apk have brought, by path in the tree: lists of Debian name paths as they were before
 * `/usr` was merged, so links on their way are followed.
 */
export function listOwnedFiles(view: TreeView, read: ReadPart): ReadonlySet<string> {
  const owned = new Set<string>()
  const directories = new Map<string, string>()
  const directoryOf = (path: string): string => {
    const known = directories.get(path)
    if (known !== undefined) return known
    const found = resolveInRoot(view, path)
    const resolved = typeof found === 'string' ? found : path
    directories.set(path, resolved)
    return resolved
  }
  for (const { path, node } of filesOf(view)) {
    if (records.test(path)) owned.add(path)
    const list = lists.find(({ place }) => place.test(path))
    const bytes = list === undefined || node.size > largest ? undefined : read(path, { offset: 0, length: node.size })
    if (list === undefined || bytes === undefined) continue
    for (const line of list.read(textOf(bytes))) {
      const file = line.replace(/^\/+/, '').trimEnd()
      if (file !== '') owned.add(joinPath(directoryOf(parentOf(file)), baseOf(file)))
    }
  }
  return owned
}

/** Whether the file lists what packages have brought. */
export function listsFiles(path: string): boolean {
  return lists.some(({ place }) => place.test(path))
}

/** `HASH  PATH` as md5sum writes it. */
function readSums(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replace(/^\S+\s+/, ''))
}

/** `F:` names a directory and `R:` a file in it. */
function readApkFiles(text: string): readonly string[] {
  const files: string[] = []
  let directory = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('F:')) directory = line.slice(2)
    if (line.startsWith('R:')) files.push(joinPath(directory, line.slice(2)))
  }
  return files
}
