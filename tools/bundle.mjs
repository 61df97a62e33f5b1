#!/usr/bin/env node
// Bundles the command line: dist/cli/main.js with chunks for what commands load on demand, and the entry points of
// processes and threads under fixed names beside it.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const outdir = join(root, 'dist', 'cli')

/** Entry points: output name to source file. Threads are found by their name, `src/**\/x-thread.ts` -> `x-thread.js`. */
export function entryPoints() {
  const entries = { main: 'src/cli/main.ts' }
  if (existsSync(join(root, 'src/app/worker/main.ts'))) entries.worker = 'src/app/worker/main.ts'
  for (const file of sourceFiles('src').filter((name) => name.endsWith('-thread.ts'))) {
    entries[file.slice(file.lastIndexOf('/') + 1, -3)] = file
  }
  return entries
}

export async function bundle() {
  const { build } = await import('esbuild')
  rmSync(outdir, { recursive: true, force: true })
  mkdirSync(outdir, { recursive: true })
  const result = await build({
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // koffi finds its binary relative to its own directory.
    external: ['koffi'],
    // undici and other CommonJS packages call require() for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    chunkNames: 'chunks/[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: false,
    metafile: true,
    logLevel: 'warning',
  })
  chmodSync(join(outdir, 'main.js'), 0o755)
  writeFileSync(join(outdir, 'meta.json'), JSON.stringify(result.metafile))
  return result.metafile
}

/** Paths of all files below a directory, relative to the root of the repository. */
export function sourceFiles(directory) {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const start = performance.now()
  const metafile = await bundle()
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  const main = statSync(join(outdir, 'main.js')).size
  console.log(
    `dist/cli: ${(bytes / 1000).toFixed(0)} kB, main.js ${(main / 1000).toFixed(0)} kB, ${Math.round(performance.now() - start)} ms`,
  )
}
