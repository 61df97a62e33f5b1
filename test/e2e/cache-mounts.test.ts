import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BuildEvent } from '../../src/core/index.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('cache-mounts')
})
afterAll(() => bench.remove())

/** Stands in for npm: keeps 500 kB in its cache unless that is there already. */
const npm = {
  npm: {
    text: '#!/bin/sh\nd=${npm_config_cache:-$HOME/.npm}; mkdir -p $d && [ -e $d/x ] || dd if=/dev/zero of=$d/x bs=1000 count=500 2>/dev/null\n',
    mode: 0o755,
  },
}

/** The events of the last build. */
function lastEvents(): readonly BuildEvent[] {
  const logs = path.join(bench.root, 'logs')
  const newest = readdirSync(logs).sort().at(-1) ?? ''
  const lines = readFileSync(path.join(logs, newest, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as BuildEvent)
}

describe('a build says of cache mounts', () => {
  test('how much is in them, and how much of that is new, in a line and in its events', async () => {
    const file = (note: string) =>
      `FROM bb\nCOPY npm /bin/npm\nRUN --mount=type=cache,id=counted,target=/root/.npm npm ci # ${note}`
    const first = await bench.build(file('first'), [], { files: npm })
    expect(first.stderr).toContain(' caches: /root/.npm 500kB, all new\n')
    const second = await bench.build(file('second'), [], { files: npm })
    expect(second.stderr).toContain(' caches: /root/.npm 500kB, nothing new\n')
    expect(second.stderr).not.toContain('warning')
    const told = lastEvents().flatMap((event) => (event.type === 'vertex.caches' ? event.caches : []))
    const all = { files: 1, bytes: 500_000 }
    const none = { files: 0, bytes: 0 }
    expect(told).toEqual([
      {
        target: '/root/.npm',
        id: 'counted',
        sharing: 'shared',
        before: all,
        after: all,
        written: none,
        complete: true,
      },
    ])
  })

  test('that nothing is kept when the user of the step has another home, and what got into the layer', async () => {
    const { stderr } = await bench.build(
      [
        'FROM bb',
        'COPY npm /bin/npm',
        'RUN mkdir -p /home/bob && chown bob /home/bob',
        'USER bob',
        'RUN --mount=type=cache,id=home,target=/root/.npm npm ci',
      ].join('\n'),
      [],
      { files: npm },
    )
    expect(stderr).toContain(' caches: /root/.npm is empty\n')
    expect(stderr).toMatch(
      /CacheMountStaysEmpty: nothing is kept in the cache mount \/root\/.npm: the step runs as bob, so npm keeps its cache in \/home\/bob\/.npm; 500kB went to \/home\/bob\/.npm, which is in the layer of this step now \(\S+:5\)\n   hint: --mount=type=cache,target=\/home\/bob\/.npm,uid=1000,gid=1000\n/,
    )
  })

  test('that the base makes apt delete what it has downloaded', async () => {
    const file = (before: string) =>
      [
        'FROM bb',
        'COPY docker-clean /etc/apt/apt.conf.d/',
        'COPY --chmod=755 apt-get /bin/',
        before,
        'RUN --mount=type=cache,id=apt,target=/var/cache/apt apt-get install -y curl',
      ].join('\n')
    const files = {
      'docker-clean': 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n',
      'apt-get': '#!/bin/sh\nmkdir -p /var/cache/apt/archives/partial && touch /var/cache/apt/archives/lock\n',
    }
    const kept = await bench.build(file('RUN true'), [], { files })
    expect(kept.stderr).toContain('/etc/apt/apt.conf.d/docker-clean of the base makes apt delete every package')
    expect(kept.stderr).toContain('hint: before it: RUN rm -f /etc/apt/apt.conf.d/docker-clean; echo ')
    const fixed = await bench.build(file('RUN rm -f /etc/apt/apt.conf.d/docker-clean'), [], { files })
    expect(fixed.stderr).not.toContain('docker-clean of the base')
  })
})

const make = '/usr/bin/make'

/** A context with make of this machine and the libraries it needs. */
function makeTools(): string {
  const libraries = execFileSync('ldd', [make], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  return bench.context(
    Object.fromEntries([make, ...libraries].map((file) => [file.slice(1), { text: readFileSync(file), mode: 0o755 }])),
  )
}

/** A project whose compiler copies its source; `year` is when the source was last modified. */
function project(source: string, year: number): string {
  const context = bench.context({
    Makefile: 'build/app: main.c\n\tcp main.c build/app && chmod 755 build/app\n',
    'main.c': `${source}\n`,
    'notes.md': `${source}\n`,
  })
  const date = new Date(Date.UTC(year, 0, 1))
  utimesSync(path.join(context, 'main.c'), date, date)
  return context
}

const begun = 'FROM bb\nCOPY --from=tools / /\nWORKDIR /w\n'

describe.skipIf(!existsSync(make))('a build with make', () => {
  let tools: readonly string[]
  beforeAll(() => {
    tools = ['--build-context', `tools=${makeTools()}`]
  })

  test('warns when the sources in its cache mount were others, and newer than the ones of now', async () => {
    const file = `${begun}COPY . .\nRUN --mount=type=cache,id=objects,target=/w/build make && cp build/app /out\nFROM scratch\nCOPY --from=0 /out /out\n`
    const built = async (context: string) => {
      const dest = bench.place('out')
      const { stderr } = await bench.build(file, ['-o', dest, ...tools], { context })
      return { out: readFileSync(path.join(dest, 'out'), 'utf8'), stderr }
    }
    expect((await built(project('one', 2020))).out).toBe('one\n')
    const stale = await built(project('two', 2021))
    expect(stale.out).toBe('one\n')
    expect(stale.stderr).toMatch(
      /StaleBuildResult: make compiled nothing although \/w\/main\.c has changed: it is dated 2021-01-01 00:00:00, before what is in \/w\/build \(.*\), and make goes by dates\. The result of this step is an old one \(\S+:5\)\n   hint: touch the sources first \(RUN touch \/w\/main\.c && \.\.\.\)/,
    )
    const newer = await built(project('three', new Date().getUTCFullYear() + 1))
    expect(newer.out).toBe('three\n')
    expect(newer.stderr).not.toContain('StaleBuildResult')
  })

  test('warns of sources that are mounted, too', async () => {
    const file = `${begun}RUN --mount=target=. --mount=type=cache,id=bound,target=/w/build make`
    await bench.build(file, tools, { context: project('one', 2020) })
    const stale = await bench.build(file, tools, { context: project('two', 2021) })
    expect(stale.stderr).toContain('make compiled nothing although /w/main.c has changed')
  })

  test('warns of one cache mount for the objects of two platforms', async () => {
    const file = (id: string) =>
      `FROM --platform=$BUILDPLATFORM bb\nARG TARGETARCH\n${begun.slice('FROM bb\n'.length)}COPY . .\nRUN --mount=type=cache,id=${id},target=/w/build make`
    const both = ['--platform', 'linux/amd64,linux/arm64', ...tools]
    const context = project('one', 2020)
    const mixed = await bench.build(file('objects-of-all'), both, { context })
    expect(mixed.stderr).toMatch(
      /CacheMountAcrossPlatforms: the cache mount \/w\/build holds what make made for (amd64|arm64), and this step is for (?!\1)/,
    )
    const apart = await bench.build(file('objects-$TARGETARCH'), both, { context })
    expect(apart.stderr).not.toContain('CacheMountAcrossPlatforms')
  })

  test('warns when a placeholder that a layer below was built from is newer than the sources', async () => {
    const file = (command: string) =>
      `${begun}COPY Makefile .\nRUN mkdir build && echo placeholder > main.c && make && rm main.c\nCOPY main.c .\nRUN ${command}\nRUN cp build/app /out`
    const context = project('real', 2020)
    const stale = await bench.build(file('make'), tools, { context })
    expect(stale.stderr).toMatch(/StaleBuildResult: make compiled nothing although \/w\/main\.c is new: .*\(\S+:7\)/)
    const touched = await bench.build(file('touch main.c && make'), tools, { context })
    expect(touched.stderr).not.toContain('StaleBuildResult')
  })
})
