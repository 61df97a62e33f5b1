import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A file by content, or a symbolic link, or a file with a mode. Paths ending in a slash are directories. */
export type TreeSpec = Readonly<
  Record<
    string,
    string | Uint8Array | { readonly link: string } | { readonly text: string | Uint8Array; readonly mode: number }
  >
>

/** Writes an inline tree below `dir`. */
export function writeTree(dir: string, tree: TreeSpec): string {
  for (const [name, content] of Object.entries(tree)) {
    const file = path.join(dir, name)
    mkdirSync(name.endsWith('/') ? file : path.dirname(file), { recursive: true })
    if (name.endsWith('/')) continue
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content)
    else if ('link' in content) symlinkSync(content.link, file)
    else {
      writeFileSync(file, content.text)
      chmodSync(file, content.mode)
    }
  }
  return dir
}
