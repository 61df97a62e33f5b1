import { readDynamicSymbols } from '../../elf/index.ts'
import type { Root } from '../root.ts'
import type { LoadedObject } from './search-path.ts'

/**
 * A name that an object wants and none of the loaded ones offers: what a library that was built for glibc meets in a process with
 * musl. Undefined when all are there, `unknown` when a table cannot be read.
 */
export function missingSymbol(
  root: Root,
  { object, objects }: { readonly object: LoadedObject; readonly objects: readonly LoadedObject[] },
): string | 'unknown' | undefined {
  const own = symbolsOf(root, object)
  if (own === undefined) return 'unknown'
  let open = own.wanted
  for (const one of new Set(objects)) {
    if (open.length === 0) return undefined
    const offered = symbolsOf(root, one)?.offered
    if (offered === undefined) return 'unknown'
    open = open.filter((name) => !offered.has(name))
  }
  return open[0]
}

function symbolsOf({ image }: Root, { path }: LoadedObject): ReturnType<typeof readDynamicSymbols> {
  return readDynamicSymbols((part) => image.read(path, part))
}
