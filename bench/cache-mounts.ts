// What a cache mount saves: `npm run bench:cache-mounts [-- npm|apt] [--rounds=3] [--write]`. The same installation without a
// mount, with an empty one and with a warm one, in turns. The packages are made up and come from servers on the loopback interface
// that take their time as those on the internet do. Needs what the tests need to assemble node:20-slim and
// debian:bookworm-slim, and dpkg-deb. Works below SLIPWAY_BENCH_DIR, else in /var/tmp.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { provideBases } from '../test/kit/bases.ts'
import { writeTree } from '../test/kit/file-tree.ts'
import { aptFixture, type Fixture, npmFixture } from './cache-mounts/fixtures.ts'
import { writeSection } from './side-by-side/results.ts'
import { run, timed } from './side-by-side/stopwatch.ts'

const words = process.argv.slice(2)
const wanted = words.filter((word) => !word.startsWith('--'))
const rounds = Number(words.find((word) => word.startsWith('--rounds='))?.slice('--rounds='.length) ?? 3)
const program = process.env['SLIPWAY_PROGRAM'] ?? fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const kinds = ['none', 'empty', 'warm'] as const
type Times = Readonly<Record<(typeof kinds)[number], number[]>>

const scratch = mkdtempSync(join(process.env['SLIPWAY_BENCH_DIR'] ?? '/var/tmp', 'slipway-bench-'))
try {
  const rows: string[] = []
  for (const [name, make] of [
    ['npm', npmFixture],
    ['apt', aptFixture],
  ] as const) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const fixture = await make(join(scratch, name))
    try {
      rows.push(row(fixture, await measure(name, fixture)))
    } finally {
      await fixture.close()
    }
  }
  const text = resultsText(rows)
  console.log(text)
  if (words.includes('--write'))
    writeSection(fileURLToPath(new URL('RESULTS.md', import.meta.url)), 'cache-mounts', text)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function measure(name: string, fixture: Fixture): Promise<Times> {
  const root = join(scratch, 'root')
  const missing = await provideBases(root, [fixture.base])
  if (missing !== undefined) throw new Error(missing)
  const context = mkdtempSync(join(scratch, `${name}-context-`))
  writeTree(context, fixture.files)
  const build = (id: string | undefined, serial: number) => ({
    argv: [
      process.execPath,
      program,
      'build',
      '-f',
      dockerfile(fixture, id),
      '--build-arg',
      `SERIAL=${serial}`,
      context,
    ] as const,
    env: { ...process.env, SLIPWAY_ROOT: root },
  })
  // Everything but the installation is cached from here on, and one mount is full.
  await run(build('warm', 0))
  await run(build(undefined, 0))
  const times: Times = { none: [], empty: [], warm: [] }
  for (let round = 1; round <= rounds; round += 1) {
    for (const kind of round % 2 === 0 ? kinds : [...kinds].reverse()) {
      const id = { none: undefined, empty: `empty-${round}`, warm: 'warm' }[kind]
      const { seconds } = await timed(build(id, round))
      times[kind].push(seconds)
      console.error(`${name} ${kind}: ${seconds.toFixed(2)} s`)
    }
  }
  return times
}

/** A file for each mount, so that all of them can be cached at the same time. */
function dockerfile({ before, targets, install }: Fixture, id: string | undefined): string {
  const mounts = targets.map((target) => `--mount=type=cache,sharing=locked,id=${id}-${target},target=${target} `)
  const text = [...before, 'ARG SERIAL', `RUN ${id === undefined ? '' : mounts.join('')}${install}`, ''].join('\n')
  const directory = writeTree(mkdtempSync(join(scratch, 'file-')), { Dockerfile: text })
  return join(directory, 'Dockerfile')
}

function row({ what }: Fixture, { none, empty, warm }: Times): string {
  const [without, first, again] = [median(none), median(empty), median(warm)]
  const cells = [
    what,
    ...[without, first, again].map((seconds) => seconds.toFixed(2)),
    (first / without).toFixed(2),
    `**${(without / again).toFixed(1)}**`,
    '2',
  ]
  return `| ${cells.join(' | ')} |`
}

function resultsText(rows: readonly string[]): string {
  const machine = `${process.platform}/${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`
  return [
    `${machine}; ${rounds} rounds, load average at the end ${loadavg()[0]?.toFixed(1)}.`,
    '',
    'Medians in seconds of a whole build in which only the installation runs.',
    '',
    '| installation | no mount | empty mount | warm mount | empty : no mount | no mount : warm | at least |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
