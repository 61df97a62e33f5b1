#!/usr/bin/env node
// Runs a TypeScript file that is no part of the program: node tools/run-ts.mjs bench/startup.ts [ARGUMENT...]
// Node 20 does not read TypeScript by itself.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [file = '', ...args] = process.argv.slice(2)
const source = resolve(file)
const folder = fileURLToPath(new URL('../dist/tools/', import.meta.url))
const outfile = join(folder, `${basename(file, '.ts')}.mjs`)
mkdirSync(folder, { recursive: true })
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // Files are found relative to the source, not to the bundle.
  define: { 'import.meta.url': JSON.stringify(pathToFileURL(source).href) },
  logLevel: 'warning',
})
const child = spawn(process.execPath, [outfile, ...args], { stdio: 'inherit' })
// What runs may have something to clear away: this program waits for it.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
child.on('close', (code) => {
  process.exitCode = code ?? 1
})
