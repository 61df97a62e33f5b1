import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import type { Sample } from './stopwatch.ts'
import type { Case } from './workload.ts'

export interface Measured extends Case {
  /** By the name of the builder. */
  readonly samples: ReadonlyMap<string, readonly Sample[]>
  /** Seconds of every time that the limit was measured. */
  readonly limits: readonly number[]
}

export interface Machine {
  readonly rounds: number
  readonly versions: readonly string[]
}

/** The results as markdown. The ratio is that of the medians of the first builder and the second. */
export function resultsText(measured: readonly Measured[], { rounds, versions }: Machine): string {
  const machine = `${process.platform}/${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`
  return [
    `${machine}; ${rounds} rounds, load average at the end ${loadavg()[0]?.toFixed(1)}. ${versions.join('. ')}.`,
    '',
    'Medians in seconds. `ratio` is wall time to wall time, `cpu ratio` processor time to processor time of all processes and',
    'daemons; `of the limit` is how many times the limit the first builder needs.',
    '',
    '| case | what | Slipway | BuildKit | ratio | aim | cpu | cpu BuildKit | cpu ratio | limit | of the limit |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...measured.map(row),
    '',
    'The limit is what the machine needs for the same work without a builder:',
    ...measured.map(({ id, limit }) => `${id}: ${limit}.`),
    '',
  ].join('\n')
}

function row({ id, what, aim, samples, limits }: Measured): string {
  const [own = [], peer = []] = [...samples.values()]
  const wall = [median(own, 'seconds'), median(peer, 'seconds')] as const
  const cpu = [median(own, 'cpu'), median(peer, 'cpu')] as const
  const limit = middle(limits)
  const cells = [
    id,
    what,
    seconds(wall[0]),
    seconds(wall[1]),
    `**${ratio(wall)}**`,
    `${aim}`,
    seconds(cpu[0]),
    seconds(cpu[1]),
    ratio(cpu),
    seconds(limit),
    ratio([wall[0], limit]),
  ]
  return `| ${cells.join(' | ')} |`
}

/** Replaces what stands between the marks of this benchmark in a file, or adds it at the end. */
export function writeSection(file: string, text: string): void {
  const [begin, end] = ['<!-- ship -->', '<!-- /ship -->']
  const old = readFileSync(file, 'utf8')
  const section = `${begin}\n\n${text}\n${end}`
  const from = old.indexOf(begin)
  const to = old.indexOf(end)
  const isThere = from >= 0 && to > from
  writeFileSync(
    file,
    isThere
      ? `${old.slice(0, from)}${section}${old.slice(to + end.length)}`
      : `${old.trimEnd()}\n\nWritten by \`npm run bench:ship\`.\n\n${section}\n`,
  )
}

function median(samples: readonly Sample[], of: keyof Sample): number {
  return middle(samples.map((sample) => sample[of]))
}

function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

function seconds(number: number): string {
  return Number.isNaN(number) ? '–' : number.toFixed(2)
}

function ratio([own, other]: readonly [number, number]): string {
  return Number.isNaN(own / other) ? '–' : (own / other).toFixed(2)
}
