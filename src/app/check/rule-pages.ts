import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The page about a rule, in Markdown; undefined for what has none. */
export function rulePage(id: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(id)) return undefined
  const file = docsFile(`rules/${id}.md`)
  return file === undefined ? undefined : readFileSync(file, 'utf8')
}

/** A file of the documents, which come with the package: above the bundle, its programs, the library and the sources. */
export function docsFile(name: string): string | undefined {
  return ['../../', '../../../', '../../../../']
    .map((up) => fileURLToPath(new URL(`${up}docs/${name}`, import.meta.url)))
    .find((file) => existsSync(file))
}
