import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSlipway, slipway, startSlipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('disk')
})
afterAll(() => bench.remove())

interface Kind {
  readonly kind: string
  readonly bytes: number
  readonly reclaimable: number
}

const cache = (...args: string[]): Promise<string> => slipway(['cache', ...args], { root: bench.root })
const usage = async (): Promise<{ readonly kinds: readonly Kind[]; readonly bytes: number }> =>
  JSON.parse(await cache('du', '--json'))
const kindOf = ({ kinds }: { readonly kinds: readonly Kind[] }, kind: string): Kind =>
  kinds.find((one) => one.kind === kind) as Kind
/** Bytes below the root but for the work of running processes, as `du` counts them. */
const onDisk = (): number =>
  Number(
    execFileSync('du', ['-s', '-B1', `--exclude=${bench.root}/tmp`, bench.root])
      .toString()
      .split('\t')[0],
  )
const blobs = (): readonly string[] => readdirSync(path.join(bench.root, 'blobs/sha256')).sort()
const layers = (): readonly string[] => readdirSync(path.join(bench.root, 'layers')).sort()

/** Megabytes that compress badly, so that nobody confuses a layer with a listing. */
const megabytes = (count: number, salt: string): string =>
  `RUN dd if=/dev/zero of=/big bs=1M count=${count}; echo ${salt} >> /big`
const project = (salt: string): string =>
  [
    'FROM bb AS build',
    megabytes(3, salt),
    `RUN --mount=type=cache,id=store,target=/c cp /big /c && echo ${salt} > /small`,
    'FROM bb',
    'COPY --from=build /small /made',
  ].join('\n')

describe('what the store takes', () => {
  test('is told to the byte, with files of several names counted once', async () => {
    await bench.build(`${project('du')}\nCOPY --from=build /big /big\nRUN ln /big /other`, ['-t', 'du'])
    const told = await usage()
    expect(told.bytes - kindOf(told, 'Temporary files').bytes).toBe(onDisk())
    expect(told.kinds.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(told.bytes)
    expect(kindOf(told, 'Layers of images').reclaimable).toBe(0)
    expect(kindOf(told, 'Cache mounts').bytes).toBeGreaterThan(3 << 20)
  })

  test('is listed by step and stage, with who needs it', async () => {
    await bench.build(project('ls'), ['-t', 'ls'])
    const listed = JSON.parse(await cache('ls', '--json')) as readonly {
      readonly shared: boolean
      readonly bytes: number
      readonly steps: readonly { readonly step: string; readonly stage: string }[]
    }[]
    const find = (part: string) => listed.find(({ steps }) => steps.some(({ step }) => step.includes(part)))
    expect(find('echo ls >> /big')).toMatchObject({ shared: false, steps: [{ stage: 'build' }] })
    expect(find('/small /made')).toMatchObject({ shared: true, steps: [{ stage: 'stage-1' }] })
    expect(find('echo ls >> /big')?.bytes).toBeGreaterThan(3 << 20)
    expect(await cache('du', '--stages')).toMatch(/^STAGE [^]*\nbuild +\d+ +[\d.]+MB +[\d.]+MB\n/)
    expect(await cache('ls', '--mounts')).toMatch(/cache mount store at \/c of .*MB.*cache\n/)
    const templated = await cache('ls', '--format', '{{.Stage}}|{{.Step}}|{{.UsedBy}}')
    expect(templated).toContain('|COPY --from=build /small /made|images\n')
  })
})

describe('slipway cache prune', () => {
  test('removes what no image needs, and says how much; the image is whole', async () => {
    await bench.build(project('prune'), ['-t', 'prune'])
    const before = [onDisk(), kindOf(await usage(), 'Layers of the cache').bytes]
    expect(await cache('prune', '--dry-run')).toMatch(/RUN dd .*\n.*Would free: [\d.]+MB\n$/s)
    expect(onDisk()).toBe(before[0])
    expect(await cache('prune', '--no-trunc')).toMatch(/echo prune >> \/big\n.*Total: [\d.]+MB\n$/s)
    expect(kindOf(await usage(), 'Layers of the cache').bytes).toBe(0)
    expect((before[0] ?? 0) - onDisk()).toBeGreaterThan(before[1] ?? 0)
    expect(readdirSync(path.join(bench.root, 'cache-mounts'))).toEqual([])
    expect(await bench.out('FROM prune\nRUN cp /made /out')).toBe('prune\n')
    expect((await bench.build(project('prune'))).stderr).toContain('CACHED')
  })

  test('takes what its filters name and no more', async () => {
    await bench.build(project('filter'), ['-t', 'filter'])
    expect(await cache('prune', '--filter', 'type=exec.cachemount')).toContain('cache mount store')
    expect(await cache('prune', '--filter', 'until=1h')).toBe('Total: 0B\n')
    const pruned = await cache('prune', '--filter', 'description~=echo filter >>')
    expect(pruned.match(/RUN/g)).toHaveLength(1)
    const wrong = await runSlipway(['cache', 'prune', '--filter', 'tpye=regular'], { root: bench.root })
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean type?')])
  })

  test('removes downloads, which a later build has again', async () => {
    const server = createServer((_, response) => void response.end('from afar\n')).listen(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const file = `FROM bb\nADD http://127.0.0.1:${(server.address() as AddressInfo).port}/file /out`
      expect(await bench.out(file)).toBe('from afar\n')
      expect(await cache('prune', '--filter', 'type=source.http')).toMatch(/download of sha256:[0-9a-f]{12}\nTotal: /)
      expect(readdirSync(path.join(bench.root, 'sources/http/trees'))).toEqual([])
      expect(await bench.out(file, ['--no-cache'])).toBe('from afar\n')
    } finally {
      server.close()
    }
  })

  test('removes the least recently used first, and keeps as much as it may', async () => {
    await cache('prune', '--all')
    for (const salt of ['first', 'second', 'third'])
      await bench.build(`FROM bb\n${megabytes(4, salt)}`, ['-o', 'type=cacheonly'])
    await bench.build(`FROM bb\n${megabytes(4, 'first')}`, ['-o', 'type=cacheonly'])
    await cache('prune', '--images', '--max-used-space', '10m')
    const left = await cache('ls')
    expect(['first', 'second', 'third'].map((salt) => left.includes(`echo ${salt} >>`))).toEqual([true, false, true])
  })

  test('leaves nothing of an image that was removed', async () => {
    await cache('prune', '--all', '--images')
    const before = [layers(), blobs()]
    const tar = bench.place('gone.tar')
    await bench.build(`FROM bb\n${megabytes(2, 'gone')}`, [
      '-t',
      'gone',
      '--provenance',
      'true',
      '-o',
      `type=oci,dest=${tar}`,
    ])
    expect(layers()).not.toEqual(before[0])
    await cache('prune', '--all')
    expect(blobs()).not.toEqual(before[1])
    await slipway(['rm', 'gone'], { root: bench.root })
    await cache('prune')
    expect([layers(), blobs()]).toEqual(before)
    expect(readdirSync(path.join(bench.root, 'blobs/referrers'))).toEqual([])
  })
})

/** Waits for a file; longer than any machine needs to make it. */
const until = (file: string): string =>
  `i=0; until [ -e ${file} ]; do i=$((i+1)); [ $i -lt 1200 ] || exit 9; sleep 0.05; done`

/** The directory of the cache mount that a step has written `x` to. */
function usedMount(): string {
  const mounts = path.join(bench.root, 'cache-mounts')
  const [file = ''] = readdirSync(mounts, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('/x'))
  return path.join(mounts, path.dirname(file))
}

describe('what is in use', () => {
  test('stays while a build or a container runs, and goes afterwards', async () => {
    const steps = ['FROM bb AS use', 'RUN echo kept > /kept']
    await bench.build(steps.join('\n'), ['-o', 'type=cacheonly'])
    const wait = `RUN --mount=type=cache,id=used,target=/c echo x > /c/x; echo started; ${until('/c/go')}; cat /kept /c/x > /out`
    const dockerfile = path.join(bench.context({ Dockerfile: [...steps, wait].join('\n') }), 'Dockerfile')
    const child = startSlipway(['build', '-t', 'use', '-f', dockerfile, bench.context({})], { root: bench.root })
    let told = ''
    child.stderr?.on('data', (data: Buffer) => (told += data.toString()))
    while (!/started\n/.test(told) && child.exitCode === null) await sleep(20)
    const pruned = await cache('prune', '--all', '--images')
    expect(pruned).not.toMatch(/echo kept|cache mount used/)
    expect(await cache('ls', '--filter', 'inuse')).toMatch(/echo kept.* build/)
    writeFileSync(path.join(usedMount(), 'go'), '')
    if (child.exitCode === null) await once(child, 'exit')
    expect([child.exitCode, told]).toEqual([0, expect.stringContaining('CACHED')])

    const signal = bench.context({})
    const shown = `echo up; ${until('/signal/go')}; cat /out`
    const container = startSlipway(['run', '-v', `${signal}:/signal`, 'use', 'sh', '-c', shown], { root: bench.root })
    let said = ''
    container.stdout?.on('data', (data: Buffer) => (said += data.toString()))
    while (!said.includes('up\n') && container.exitCode === null) await sleep(20)
    await slipway(['rm', 'use'], { root: bench.root })
    expect(await cache('prune', '--all')).not.toContain('echo kept')
    writeFileSync(path.join(signal, 'go'), '')
    if (container.exitCode === null) await once(container, 'close')
    expect(said).toBe('up\nkept\nx\n')
    expect(await cache('prune')).toMatch(/echo kept > \/kept/)
  })

  test('is never taken from builds by prunes that run all the time', async () => {
    let building = true
    const pruner = (async () => {
      let rounds = 0
      for (; building; rounds += 1) await cache('prune', '--all', '--images')
      return rounds
    })()
    const builder = async (name: string): Promise<void> => {
      for (const round of [1, 2]) {
        const file = `${project(name)}\nRUN echo ${round} > /round && cat /made /round > /out\nCOPY text /text`
        await bench.build(file, ['-t', name], { files: { text: `${name}\n` } })
        await slipway(['verify', name], { root: bench.root })
      }
    }
    try {
      await Promise.all(['left', 'right'].map(builder))
    } finally {
      building = false
    }
    expect(await pruner).toBeGreaterThan(1)
    for (const name of ['left', 'right']) expect(await bench.out(`FROM ${name}`)).toBe(`${name}\n2\n`)
  })
})

describe('--cache-max-used-space', () => {
  const limited = (dockerfile: string, args: readonly string[] = []) =>
    bench.tryBuild(dockerfile, ['--cache-max-used-space', '16m', ...args])
  const total = async (): Promise<number> => {
    const told = await usage()
    return told.bytes - kindOf(told, 'Temporary files').bytes
  }

  test('makes room before a build writes, least recently used first, and stays below at its end', async () => {
    for (const name of ['du', 'ls', 'prune', 'filter', 'left', 'right'])
      await slipway(['rm', '-f', name], { root: bench.root })
    await cache('prune', '--all', '--images')
    for (const salt of ['a', 'b', 'c', 'd', 'e']) {
      const run = await limited(`FROM bb\n${megabytes(4, `limit ${salt}`)}`)
      expect(run.code, run.stderr).toBe(0)
      expect(await total()).toBeLessThanOrEqual(16 << 20)
      if (salt === 'e') expect(run.stderr).toMatch(/removed \d+ things? with [\d.]+MB .* below 16.8MB/)
    }
    const left = await cache('ls')
    expect(['a', 'b', 'd', 'e'].map((salt) => left.includes(`limit ${salt} >>`))).toEqual([false, false, true, true])
  })

  test('refuses to write what would not fit beside images and this very build, and says what is in the way', async () => {
    await bench.build(`FROM bb\n${megabytes(9, 'fixed')}`, ['-t', 'fixed'])
    const run = await limited(`FROM bb\n${megabytes(6, 'one')}\nRUN echo two > /two`)
    expect(run.code).toBe(4)
    expect(run.stderr).toMatch(/the store takes [\d.]+MB, and may not take more than 16.8MB \[no-space\]/)
    expect(run.stderr).toMatch(/images need [\d.]+MB/)
    expect(run.stderr).toContain('--cache-max-used-space')
    // What is there already needs no room.
    expect((await limited(`FROM bb\n${megabytes(9, 'fixed')}`)).code).toBe(0)
  })
})
