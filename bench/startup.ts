// What starting takes beside `node -e 0`: medians of wall time with their ratio, and means of processor time. `npm run bench:startup`
// bundles first. The programs take turns so that a busy machine hurts all of them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Sample, timed } from './side-by-side/stopwatch.ts'

const program = process.env['SLIPWAY_PROGRAM'] ?? fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const rounds = Number(process.argv[2] ?? 41)
const scratch = mkdtempSync(join(tmpdir(), 'slipway-startup-'))
const env = { ...process.env, SLIPWAY_ROOT: join(scratch, 'root') }
try {
  const build = ['build', smallContext(join(scratch, 'context'))]
  const cases: Readonly<Record<string, readonly string[]>> = {
    'node -e 0': ['-e', '0'],
    'slipway --version': [program, '--version'],
    'slipway build --help': [program, 'build', '--help'],
    'slipway build, everything cached': [program, ...build],
    'the same without the code cache': [plainLauncher(join(scratch, 'plain.js')), ...build],
  }
  console.log(
    `${process.platform}/${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`,
  )
  const samples = await takeTurns(cases)
  console.log(`${rounds} rounds, load average ${loadavg()[0]?.toFixed(1)}`)
  const floor = samples.get('node -e 0') ?? []
  for (const [name, own] of samples) console.log(row(name, own, floor))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** Every case once before the first round: builds fill the cache, programs write theirs. */
async function takeTurns(cases: Readonly<Record<string, readonly string[]>>): Promise<Map<string, Sample[]>> {
  const samples = new Map(Object.keys(cases).map((name) => [name, [] as Sample[]]))
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, args] of Object.entries(cases)) {
      const sample = await timed({ argv: [process.execPath, ...args], env })
      if (round >= 0) samples.get(name)?.push(sample)
    }
  }
  return samples
}

/** Nine steps that use 30 files; none of them runs a command, because a cached one would not run either. */
function smallContext(directory: string): string {
  mkdirSync(join(directory, 'src'), { recursive: true })
  for (let file = 0; file < 28; file += 1)
    writeFileSync(join(directory, 'src', `f${file}.js`), `// ${file}\n`.repeat(200))
  for (const name of ['package.json', 'package-lock.json']) writeFileSync(join(directory, name), '{}\n')
  writeFileSync(
    join(directory, 'Dockerfile'),
    `FROM scratch AS base
WORKDIR /app
FROM base AS deps
COPY package.json package-lock.json ./
COPY src/f1.js src/f2.js /tools/
WORKDIR /app/node_modules
FROM deps AS build
COPY src /app/src/
FROM base
COPY --from=deps /app/node_modules ./node_modules
COPY --from=build /app/src ./dist
COPY package.json ./
`,
  )
  return directory
}

/** Starts the same program as the bundled launcher does, as Node itself would. */
function plainLauncher(file: string): string {
  const name = /build-program-[0-9a-f]{16}\.js/.exec(readFileSync(program, 'utf8'))?.[0]
  if (name === undefined) throw new Error(`${program} names no program`)
  writeFileSync(file, `require(${JSON.stringify(join(program, '../programs', name))})\n`)
  return file
}

function row(name: string, own: readonly Sample[], floor: readonly Sample[]): string {
  const wall = own.map(({ seconds }) => seconds * 1000)
  const ratio = median(own.map(({ seconds }) => seconds)) / median(floor.map(({ seconds }) => seconds))
  // The kernel counts processor time in hundredths of a second: only a mean of many runs tells less.
  const cpu = (1000 * own.reduce((sum, sample) => sum + sample.cpu, 0)) / own.length
  return [
    name.padEnd(33),
    `median ${median(wall).toFixed(1).padStart(5)} ms`,
    `min ${Math.min(...wall)
      .toFixed(1)
      .padStart(5)} ms`,
    `ratio ${ratio.toFixed(2)}`,
    `processor ${cpu.toFixed(0).padStart(3)} ms`,
  ].join('  ')
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
