import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { architectureViolations, moduleUses, type SourceFile } from './architecture-rules.ts'

const root = join(import.meta.dirname, '..')

function allSources(): readonly SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return { path: path.slice(root.length + 1), text: readFileSync(path, 'utf8') }
    })
}

describe('the source', () => {
  test('keeps to the import rule, has no circles, and its pure modules stay pure', () => {
    expect(architectureViolations(allSources())).toEqual([])
  })

  test('has only modules with a rank', () => {
    for (const entry of readdirSync(join(root, 'src'))) expect(Object.keys(moduleUses)).toContain(entry)
  })
})

describe('architectureViolations', () => {
  const violations = (...files: readonly (readonly [string, string])[]) =>
    architectureViolations(files.map(([path, text]) => ({ path, text })))

  test.each([
    ['src/core/a.ts', "import { x } from '../oci/index.ts'", 'core must not import oci'],
    ['src/core/a.ts', "import type { X } from '../oci/index.ts'", 'core must not import oci'],
    ['src/dockerfile/a.ts', "export { x } from '../oci/index.ts'", 'dockerfile must not import oci'],
    ['src/cli/a.ts', "const x = await import('../solver/index.ts')", 'cli must not import solver'],
    ['src/plan/a.ts', "import { x } from '../core/digest.ts'", 'reaches past the door of src/core'],
    ['src/adapters/a/x.ts', "import { x } from '../b/index.ts'", 'imports another adapter'],
    ['src/adapters/a/x.ts', "import { x } from '../../solver/index.ts'", 'adapters may only import types of solver'],
    [
      'src/adapters/a/x.ts',
      "import { type A, b } from '../../solver/index.ts'",
      'adapters may only import types of solver',
    ],
    ['src/app/x.ts', "import { x } from '../adapters/b/file.ts'", 'reaches past the door of src/adapters/b'],
    ['src/report/x.ts', "import { x } from '../plan/index.ts'", 'report may only import types of plan'],
    ['src/oci/x.ts', "import { readFileSync } from 'node:fs'", 'is pure and imports node:fs'],
    ['src/oci/x.ts', "import type { Stats } from 'fs/promises'", 'is pure and imports fs/promises'],
    ['src/oci/x.ts', 'export const home = process.env.HOME', 'is pure and uses process'],
    ['src/oci/x.ts', 'export const t = Date.now()', 'is pure and uses Date.now'],
    ['src/oci/x.ts', 'export const t = new Date()', 'is pure and reads the clock'],
    ['src/oci/x.ts', 'export const r = Math.random()', 'is pure and uses Math.random'],
    ['src/oci/x.ts', "console.log('x')", 'is pure and uses console'],
    ['src/extras/x.ts', "import { x } from '../core/index.ts'", 'a module without a rank'],
    ['src/core/x.ts', "import manifest from '../../package.json' with { type: 'json' }", 'is outside src'],
  ])('finds what is wrong in %s: %s', (path, text, message) => {
    expect(violations([path, text]).join('\n')).toContain(message)
  })

  test.each([
    ['src/adapters/a/x.ts', "import type { Engine } from '../../solver/index.ts'"],
    ['src/adapters/a/x.ts', "import { type A, type B } from '../../solver/index.ts'"],
    ['src/adapters/a/x.ts', "export type { A } from '../../plan/index.ts'"],
    ['src/plan/x.ts', "import { x } from '../core/index.ts'\nimport { y } from './y.ts'"],
    [
      'src/oci/x.ts',
      "import { createHash } from 'node:crypto'\nexport const at = new Date(5)\nexport const x = { process: 1 }.process",
    ],
    ['src/app/x.ts', "import { x } from '../adapters/b/index.ts'\nconsole.log(Date.now(), process.pid)"],
  ])('finds nothing in %s: %s', (path, text) => {
    expect(violations([path, text])).toEqual([])
  })

  test('finds circles, also through types', () => {
    expect(
      violations(
        ['src/core/a.ts', "import type { B } from './b.ts'"],
        ['src/core/b.ts', "import { c } from './c.ts'"],
        ['src/core/c.ts', "export * from './a.ts'"],
      ),
    ).toEqual(['circle: src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts'])
  })
})
