import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The page about a rule, in Markdown; undefined for what has none. */
export function rulePage(id: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(id)) return undefined
  const file = pageFile(id)
  return file === undefined ? undefined : readFileSync(file, 'utf8')
}

/** Pages come with the package: two directories above the bundle, three above its chunks, the library and the sources. */
function pageFile(id: string): string | undefined {
  return ['../../', '../../../', '../../../../']
    .map((up) => fileURLToPath(new URL(`${up}docs/rules/${id}.md`, import.meta.url)))
    .find((file) => existsSync(file))
}
