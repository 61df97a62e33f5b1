#!/usr/bin/env node
// Bundles the command line: dist/cli/main.js, and the entry points of processes and threads under fixed names beside it,
// are launchers (launcher.cjs) of the programs in dist/cli/programs.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { directImports } from './direct-imports.mjs'
import { lazyBuiltins } from './lazy-builtins.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const outdir = join(root, 'dist', 'cli')
// A launcher that has just been read starts a program of the bundle before this one.
const graceMilliseconds = 10 * 60_000

/** What main.js starts for a command instead of the program that has all of them. */
const commandPrograms = { build: 'build-program', check: 'check-program', explain: 'check-program' }

/** Entry points, output name to source file. Threads are found by their names: `x-thread.ts` becomes `x-thread.js`. */
export function entryPoints() {
  const entries = {
    main: 'src/cli/main.ts',
    'build-program': 'src/cli/build-program.ts',
    'check-program': 'src/cli/check-program.ts',
  }
  if (existsSync(join(root, 'src/app/worker/main.ts'))) entries.worker = 'src/app/worker/main.ts'
  for (const file of sourceFiles('src').filter((name) => name.endsWith('-thread.ts'))) {
    entries[file.slice(file.lastIndexOf('/') + 1, -3)] = file
  }
  return entries
}

/**
 * Writes each program as one file named by its content, and a launcher under its plain name: programs first, launchers last,
 * so that whoever starts one at any moment finds a whole one.
 */
export async function bundle() {
  const { build } = await import('esbuild')
  const result = await build({
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outdir,
    write: false,
    bundle: true,
    // V8's code cache is for scripts: Node has no way to give it for an ES module.
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // V8 asks nobody for what a script imports while it runs: import() becomes require.
    supported: { 'dynamic-import': false },
    // koffi finds its binary relative to its own directory; undici loads WebAssembly from files beside it.
    external: ['koffi', 'undici'],
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    charset: 'ascii',
    plugins: [directImports(join(root, 'src/')), lazyBuiltins()],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  mkdirSync(join(outdir, 'programs'), { recursive: true })
  // What lies below is not the ES module that the package is otherwise.
  replaceFile(join(outdir, 'package.json'), '{ "type": "commonjs" }\n')
  const written = [join(outdir, 'package.json')]
  const names = new Map()
  for (const { path, contents } of result.outputFiles) {
    const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16)
    const stem = basename(path, '.js')
    names.set(stem, `${stem}-${hash}.js`)
    replaceFile(join(outdir, 'programs', names.get(stem)), contents)
    written.push(join(outdir, 'programs', names.get(stem)))
  }
  // The command line last: whoever starts it finds everything else.
  const started = [...names.keys()].filter((stem) => !Object.values(commandPrograms).includes(stem))
  for (const stem of started.sort((a, b) => (a === 'main') - (b === 'main'))) {
    const path = join(outdir, `${stem}.js`)
    replaceFile(path, launcherOf(stem, names))
    written.push(path)
  }
  removeOld(written)
  return result.metafile
}

/** Paths of all files below a directory, relative to the root of the repository. */
export function sourceFiles(directory) {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()
}

/** The text of a file that starts a program. */
function launcherOf(stem, names) {
  const own =
    stem === 'main' ? Object.entries(commandPrograms).map(([name, program]) => [name, names.get(program)]) : []
  const text = readFileSync(join(root, 'tools/launcher.cjs'), 'utf8')
  const filled = text.replace("'@NAME@'", JSON.stringify(names.get(stem))).replace("'@COMMANDS@'", JSON.stringify(own))
  return `${stem === 'main' ? '#!/usr/bin/env node\n' : ''}${filled}`
}

function replaceFile(path, contents) {
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, contents)
  if (path.endsWith('/main.js')) chmodSync(draft, 0o755)
  renameSync(draft, path)
}

/** Removes former programs with their caches, unless somebody may just be starting one. */
function removeOld(written) {
  const stems = written.map((path) => path.slice(0, -3))
  for (const folder of [outdir, join(outdir, 'programs')]) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      const isCurrent =
        written.includes(path) || (path.endsWith('.cache') && stems.some((stem) => path.startsWith(stem)))
      if (entry.isFile() && !isCurrent && Date.now() - statSync(path).mtimeMs > graceMilliseconds) rmSync(path)
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const start = performance.now()
  const metafile = await bundle()
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  console.error(`dist/cli: ${(bytes / 1000).toFixed(0)} kB in ${Math.round(performance.now() - start)} ms`)
}
