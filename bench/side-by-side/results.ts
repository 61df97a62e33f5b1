import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import type { Sample } from '../side-by-side/stopwatch.ts'
import type { Case } from '../side-by-side/workload.ts'

export interface Measured extends Case {
  /** By the name of the builder. */
  readonly samples: ReadonlyMap<string, readonly Sample[]>
  /** Seconds of every time that the limit was measured. */
  readonly limits: readonly number[]
}

export interface Machine {
  readonly rounds: number
  readonly versions: readonly string[]
  /** Whether the inputs were smaller than the cases say. */
  readonly isQuick: boolean
}

/** The results as markdown. The ratio is that of the medians of the first builder and the second. */
export function resultsText(measured: readonly Measured[], { rounds, versions, isQuick }: Machine): string {
  const machine = `${process.platform}/${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`
  return [
    `${machine}; ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, load average at the end ${loadavg()[0]?.toFixed(1)}. ${versions.join('. ')}.`,
    ...(isQuick ? ['Tried with small inputs (`--quick`): these are no results.'] : []),
    '',
    'Medians in seconds. `ratio` is wall time to wall time, `cpu ratio` processor time to processor time of all processes and',
    'daemons; `of the limit` is how many times the limit the first builder needs.',
    '',
    '| case | what | Slipway | BuildKit | ratio | aim | cpu | cpu BuildKit | cpu ratio | limit | of the limit |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...measured.map(row),
    '',
    ...memoryTable(measured),
    'The limit is what the machine needs for the same work without a builder:',
    ...measured.map(({ id, limit, limits }) => `${id}: ${limit}${limits.length === 0 ? ' (not measured here)' : ''}.`),
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
    hundredths(cpu[0]),
    hundredths(cpu[1]),
    ratio(cpu),
    seconds(limit),
    ratio([wall[0], limit]),
  ]
  return `| ${cells.join(' | ')} |`
}

/** Bytes that all processes of the first builder may have together, whatever is built. */
const memoryAim = 300e6

/** Only where memory was watched. */
function memoryTable(measured: readonly Measured[]): readonly string[] {
  const peaks = measured.map(({ id, samples }) => ({ id, peaks: [...samples.values()].map(peakMemory) }))
  const watched = peaks.filter((one) => one.peaks.some((peak) => peak > 0))
  if (watched.length === 0) return []
  const columns = watched[0]?.peaks ?? []
  const most = {
    id: 'the most of all',
    peaks: columns.map((_, at) => Math.max(...watched.map((one) => one.peaks[at] ?? 0))),
  }
  return [
    'Peak memory in MB: what all processes of a builder, its daemon and its containers had resident at one moment, looked at every',
    '50 ms, the most of all rounds. Pages that several processes share count for each of them.',
    '',
    '| case | Slipway | BuildKit | aim |',
    '|---|---|---|---|',
    ...[...watched, most].map(
      (one) => `| ${one.id} | ${megabytes(one.peaks[0])} | ${megabytes(one.peaks[1])} | ${megabytes(memoryAim)} |`,
    ),
    '',
  ]
}

function peakMemory(samples: readonly Sample[]): number {
  return Math.max(0, ...samples.map(({ memory = 0 }) => memory))
}

function megabytes(bytes = 0): string {
  return bytes === 0 ? '–' : (bytes / 1e6).toFixed(0)
}

/** Replaces what stands between the marks of a benchmark (`npm run bench:NAME`) in a file, or adds it at the end. */
export function writeSection(file: string, name: string, text: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const old = readFileSync(file, 'utf8')
  const section = `${begin}\n\n${text}\n${end}`
  const from = old.indexOf(begin)
  const to = old.indexOf(end)
  const isThere = from >= 0 && to > from
  writeFileSync(
    file,
    isThere
      ? `${old.slice(0, from)}${section}${old.slice(to + end.length)}`
      : `${old.trimEnd()}\n\nWritten by \`npm run bench:${name}\`.\n\n${section}\n`,
  )
}

function median(samples: readonly Sample[], of: 'seconds' | 'cpu'): number {
  return middle(samples.map((sample) => sample[of]))
}

function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

function seconds(number: number): string {
  return Number.isNaN(number) ? '–' : number.toFixed(number < 1 ? 3 : 2)
}

/** The kernel counts processor time in them. */
function hundredths(number: number): string {
  return Number.isNaN(number) ? '–' : number.toFixed(2)
}

function ratio([own, other]: readonly [number, number]): string {
  return Number.isNaN(own / other) ? '–' : (own / other).toFixed(2)
}
