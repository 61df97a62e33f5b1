#!/usr/bin/env node
// Bundles the command line: dist/cli/main.js with chunks for what commands load on demand, and the entry points of
// processes and threads under fixed names beside it.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const outdir = join(root, 'dist', 'cli')
// A program that runs may still load chunks of the bundle before this one.
const graceMilliseconds = 10 * 60_000

/** Entry points, output name to source file. Threads are found by their names: `x-thread.ts` becomes `x-thread.js`. */
export function entryPoints() {
  const entries = { main: 'src/cli/main.ts' }
  if (existsSync(join(root, 'src/app/worker/main.ts'))) entries.worker = 'src/app/worker/main.ts'
  for (const file of sourceFiles('src').filter((name) => name.endsWith('-thread.ts'))) {
    entries[file.slice(file.lastIndexOf('/') + 1, -3)] = file
  }
  return entries
}

/** Writes the bundle so that a program that starts at any moment finds a whole one: chunks first, entry points last. */
export async function bundle() {
  const { build } = await import('esbuild')
  const result = await build({
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outdir,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // koffi finds its binary relative to its own directory; undici is CommonJS, and a bundled dynamic import of that has
    // no named exports.
    external: ['koffi', 'undici'],
    // CommonJS packages call require() for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    chunkNames: 'chunks/[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  mkdirSync(join(outdir, 'chunks'), { recursive: true })
  const files = [...result.outputFiles].sort((a, b) => rank(a.path) - rank(b.path))
  for (const { path, contents } of files) replaceFile(path, contents)
  removeOld(new Set(files.map((file) => file.path)))
  return result.metafile
}

/** Paths of all files below a directory, relative to the root of the repository. */
export function sourceFiles(directory) {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()
}

function rank(path) {
  if (path.includes('/chunks/')) return 0
  return path.endsWith('/main.js') ? 2 : 1
}

function replaceFile(path, contents) {
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, contents)
  if (path.endsWith('/main.js')) chmodSync(draft, 0o755)
  renameSync(draft, path)
}

function removeOld(current) {
  for (const folder of [outdir, join(outdir, 'chunks')]) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isFile() && !current.has(path) && Date.now() - statSync(path).mtimeMs > graceMilliseconds) rmSync(path)
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const start = performance.now()
  const metafile = await bundle()
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  console.error(`dist/cli: ${(bytes / 1000).toFixed(0)} kB in ${Math.round(performance.now() - start)} ms`)
}
