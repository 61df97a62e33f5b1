// What looking into an image of 1 GB takes beside reading and hashing its files once: medians of wall time with their ratio, and the
// most memory. `npm run bench:inside` bundles first. The programs take turns so that a busy machine hurts all of them.
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, type Sample, timed } from './side-by-side/stopwatch.ts'

const program = process.env['SLIPWAY_PROGRAM'] ?? fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const rounds = Number(process.argv[2] ?? 5)
const scratch = mkdtempSync(join(process.env['SLIPWAY_BENCH_DIR'] ?? tmpdir(), 'slipway-inside-'))
const env = { ...process.env, SLIPWAY_ROOT: join(scratch, 'root') }
const slipway = (...args: readonly string[]): [string, ...string[]] => [process.execPath, program, ...args]
try {
  const context = writeContext(join(scratch, 'context'))
  await run({ argv: slipway('build', '-q', '--closure=off', '-t', 'large', context), env })
  const hash = 'find "$0" -type f -print0 | xargs -0 cat | sha256sum'
  const cases: Readonly<Record<string, [string, ...string[]]>> = {
    'read and hash': ['/bin/sh', '-c', hash, join(context, 'files')],
    'slipway analyze': slipway('analyze', 'large'),
    'slipway analyze --closure': slipway('analyze', '--closure', 'large'),
    'slipway blame': slipway('blame', 'large'),
    'slipway sbom': slipway('sbom', 'large'),
  }
  const samples = new Map(Object.keys(cases).map((name) => [name, [] as Sample[]]))
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, argv] of Object.entries(cases)) {
      // What was found of the closure is remembered; each round looks anew.
      rmSync(join(scratch, 'root/cache/closures'), { recursive: true, force: true })
      const sample = await timed({ argv, env, isMemoryWatched: true })
      if (round >= 0) samples.get(name)?.push(sample)
    }
  }
  console.log(
    `${process.platform}/${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`,
  )
  console.log(`${rounds} rounds, load average ${loadavg()[0]?.toFixed(1)}; 1 GB in 20,000 files\n`)
  console.log('| | seconds | ratio | memory in MB |\n|---|---|---|---|')
  const floor = median((samples.get('read and hash') ?? []).map(({ seconds }) => seconds))
  for (const [name, own] of samples) console.log(row(name, own, floor))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** 19,900 small files and 100 of 9 MB, none of which can be compressed away, with packages among them. */
function writeContext(directory: string): string {
  const block = Buffer.alloc(1 << 20)
  for (let at = 0, seed = 1; at < block.length; at += 4) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    block.writeUInt32LE(seed, at)
  }
  for (let group = 0; group < 200; group += 1) {
    const place = join(directory, `files/node_modules/package-${group}`)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name: `package-${group}`, version: '1.0.0' }))
    for (let file = 0; file < 99; file += 1)
      writeFileSync(join(place, `${file}.js`), block.subarray(file * 97, file * 97 + 5000 + group))
  }
  for (let file = 0; file < 100; file += 1) writeLarge(join(directory, `files/data-${file}`), block, file)
  writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\nCOPY files /app\nCMD ["/app/data-0"]\n')
  return directory
}

function writeLarge(place: string, block: Buffer, number: number): void {
  const handle = openSync(place, 'w', 0o755)
  writeSync(handle, String(number))
  for (let part = 0; part < 9; part += 1) writeSync(handle, block)
  closeSync(handle)
}

function row(name: string, own: readonly Sample[], floor: number): string {
  const seconds = median(own.map((sample) => sample.seconds))
  const memory = Math.max(...own.map((sample) => sample.memory ?? 0)) / 1e6
  return `| ${name} | ${seconds.toFixed(2)} | ${(seconds / floor).toFixed(2)} | ${memory.toFixed(0)} |`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
