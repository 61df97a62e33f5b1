// How long `slipway --version` takes beside `node -e 0`: medians and their ratio. `npm run bench:startup` bundles first.
// The programs take turns so that a busy machine hurts all of them.
import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const rounds = Number(process.argv[2] ?? 41)

const cases = {
  'node -e 0': ['-e', '0'],
  'slipway --version': [program, '--version'],
  'slipway build --help': [program, 'build', '--help'],
}

const times = new Map(Object.keys(cases).map((name) => [name, [] as number[]]))
for (let round = 0; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(cases)) times.get(name)?.push(milliseconds(args))
}

console.log(
  `${process.platform}/${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`,
)
console.log(`${rounds} rounds, load average ${loadavg()[0]?.toFixed(1)}`)
const floor = median(times.get('node -e 0') ?? [])
for (const [name, list] of times) {
  const middle = median(list)
  console.log(
    `${name.padEnd(22)} median ${middle.toFixed(1)} ms  min ${Math.min(...list).toFixed(1)} ms  ratio ${(middle / floor).toFixed(2)}`,
  )
}

function milliseconds(args: readonly string[]): number {
  const start = performance.now()
  const result = spawnSync(process.execPath, args, { stdio: 'ignore' })
  if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}`)
  return performance.now() - start
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
