import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { busyboxTar, withoutBusybox } from '../kit/busybox.ts'
import { startRegistry } from '../kit/registry.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const reason = withoutBusybox()
if (reason !== undefined) console.warn(`images: skipped, ${reason}`)

const scratch = scratchDir('images')
const root = path.join(scratch.dir, 'store')
const other = path.join(scratch.dir, 'other')
let tar = ''
let id = ''

const changes = ['CMD ["sh", "-c", "echo hi $WHO"]', 'ENV WHO=you', 'LABEL a=b', 'EXPOSE 80']
const store = (...args: string[]): Promise<string> => slipway(args, { root })

beforeAll(async () => {
  if (reason !== undefined) return
  tar = busyboxTar(scratch.dir)
  id = (await store('import', ...changes.flatMap((change) => ['-c', change]), tar, 'bb:1')).trim()
})
afterAll(() => scratch.remove())

describe.skipIf(reason !== undefined)('import', () => {
  test('gives the same image for the same files however they are compressed and whichever store it is', async () => {
    const ids = new Set([(await slipway(['import', tar], { root: other })).trim()])
    for (const [program, suffix] of [
      ['gzip', 'gz'],
      ['xz', 'xz'],
      ['bzip2', 'bz2'],
      ['zstd', 'zst'],
    ] as const) {
      execFileSync(program, ['-k', '-f', '-q', tar])
      ids.add((await slipway(['import', `${tar}.${suffix}`], { root: other })).trim())
    }
    ids.add((await slipway(['import', '-'], { root: other, input: readFileSync(tar) })).trim())
    expect(ids.size).toBe(1)
  })

  test('takes its time from the newest file, or from SOURCE_DATE_EPOCH', async () => {
    expect(await store('inspect', '-f', '{{.Created}}', id)).toBe('2023-11-14T22:13:20Z\n')
    const dated = await slipway(['import', tar], { root: other, env: { SOURCE_DATE_EPOCH: '1000000000' } })
    expect(await slipway(['inspect', '-f', '{{.Created}}', dated.trim()], { root: other })).toBe(
      '2001-09-09T01:46:40Z\n',
    )
  })

  test('sets the configuration as a Dockerfile would, and nothing else', async () => {
    const config = JSON.parse(await store('inspect', '-f', '{{json .Config}}', 'bb:1'))
    expect(config).toMatchObject({
      Env: ['WHO=you'],
      Labels: { a: 'b' },
      ExposedPorts: { '80/tcp': {} },
      WorkingDir: '',
    })
    expect(await store('run', 'bb:1')).toBe('hi you\n')
  })

  test('refuses instructions that change files, and what is no tar', async () => {
    const run = await runSlipway(['import', '-c', 'RUN true', tar], { root })
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('--change cannot take RUN')])
    const junk = await runSlipway(['import', '-'], { root, input: 'junk' })
    expect([junk.code, junk.stderr]).toEqual([2, expect.stringContaining('[bad-archive]')])
  })
})

describe.skipIf(reason !== undefined)('images', () => {
  test('lists names as docker does', async () => {
    const [heading, row] = (await store('images', 'bb')).split('\n')
    expect(heading?.split(/ {2,}/)).toEqual(['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'])
    expect(row).toMatch(new RegExp(`^bb +1 +${id.slice(7, 19)} +\\d+ (months|years) ago +\\d[\\d.]+MB$`))
    expect(await store('images', '-q', '--no-trunc', 'bb:1')).toBe(`${id}\n`)
    expect(await store('images', 'bb:none')).not.toContain(id.slice(7, 19))
  })

  test('prints fields by template, table template and JSON', async () => {
    expect(await store('images', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}', 'b*')).toBe(
      `bb:1 ${id.slice(7, 19)}\n`,
    )
    expect(await store('images', '--format', 'table {{.Repository}}\\t{{.Tag}}', 'bb')).toBe(
      'REPOSITORY   TAG\nbb           1\n',
    )
    expect(JSON.parse(await store('images', '--format', 'json', 'bb'))).toMatchObject({
      Repository: 'bb',
      Tag: '1',
      Containers: 'N/A',
    })
    const wrong = await runSlipway(['images', '--format', '{{.Nmae}}', 'bb'], { root })
    expect(wrong.code).toBe(2)
  })

  test('counts the bytes of files, links and nothing else', async () => {
    const files = Number(
      execFileSync('bash', [
        '-c',
        `find "${scratch.dir}/rootfs" \\( -type f -o -type l \\) -printf '%s\\n' | paste -sd+ | bc`,
      ]),
    )
    expect(await store('inspect', '-f', '{{.Size}}', 'bb:1')).toBe(`${files}\n`)
  })
})

describe.skipIf(reason !== undefined)('tag and rm', () => {
  test('take names away one by one and the image with the last', async () => {
    await slipway(['import', '-m', 'second', tar, 'two:1'], { root })
    await store('tag', 'two:1', 'reg.example.com:5000/x/two')
    const two = (await store('images', '-q', '--no-trunc', 'two')).trim()
    const refused = await runSlipway(['rm', two.slice(7, 19)], { root })
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('has 2 names')])
    expect(await store('rm', 'two:1')).toBe('Untagged: two:1\n')
    expect(await store('rm', 'reg.example.com:5000/x/two')).toBe(
      `Untagged: reg.example.com:5000/x/two:latest\nDeleted: ${two}\n`,
    )
    expect((await runSlipway(['rm', 'two:1'], { root })).code).toBe(2)
    expect((await runSlipway(['rm', '-f', 'two:1'], { root })).code).toBe(0)
  })
})

describe.skipIf(reason !== undefined)('history', () => {
  test('shows the line and the stage of every instruction with the size it added', async () => {
    const file = 'FROM bb:1 AS base\nRUN echo 1234567 >/f\nENV A=b\n\nFROM base\nCOPY Dockerfile /d\n'
    const context = path.join(scratch.dir, 'context')
    execFileSync('mkdir', ['-p', context])
    execFileSync('tee', [path.join(context, 'Dockerfile')], { input: file })
    await slipway(['build', '-q', '-t', 'built', '.'], { root, cwd: context })
    const format = '{{.Source}}|{{.Stage}}|{{.Size}}'
    const rows = (await store('history', '--human=false', '--format', format, 'built')).trimEnd().split('\n')
    expect(rows[0]).toMatch(/^Dockerfile:6\|[^|]*\|\d+$/)
    expect(rows[0]?.endsWith(`|${file.length}`)).toBe(true)
    expect(rows.slice(1, 3)).toEqual(['Dockerfile:3|base|0', 'Dockerfile:2|base|8'])
    expect(rows[3]).toMatch(/^\|\|\d+$/)
    const [heading] = (await store('history', 'built')).split('\n')
    expect(heading?.split(/ {2,}/)).toEqual([
      'IMAGE',
      'CREATED',
      'CREATED BY',
      'SIZE',
      'TRANSFER',
      'STAGE',
      'SOURCE',
      'COMMENT',
    ])
    expect((await store('history', '-q', 'built')).split('\n')[1]).toBe('<missing>')
  })
})

describe.skipIf(reason !== undefined)('inspect', () => {
  test('prints an array with the members of docker, and one line per image for a template', async () => {
    const [image] = JSON.parse(await store('inspect', 'bb:1'))
    expect(Object.keys(image)).toEqual(
      'Id RepoTags RepoDigests Parent Comment Created Author Config Architecture Os Size RootFS Metadata'.split(' '),
    )
    expect(image).toMatchObject({ Id: id, RepoTags: ['bb:1'], Os: 'linux', RootFS: { Type: 'layers' } })
    expect(
      await store('inspect', '-f', '{{.Config.Entrypoint}} {{.Config.Volumes}} {{json .Config.OnBuild}}', 'bb:1', id),
    ).toBe('[] map[] null\n[] map[] null\n')
    const near = await runSlipway(['inspect', 'bbb:1'], { root })
    expect([near.code, near.stderr]).toEqual([2, expect.stringContaining('did you mean bb:1?')])
  })
})

describe.skipIf(reason !== undefined)('save and load', () => {
  test.each(['docker', 'oci'])('carry several images and names in one %s archive', async (format) => {
    const file = path.join(scratch.dir, `saved-${format}.tar`)
    const target = path.join(scratch.dir, `loaded-${format}`)
    await store('tag', 'bb:1', 'again:2')
    await store('import', '-m', format, tar, 'third:3')
    await store('save', '--format', format, '-o', file, 'bb:1', 'again:2', 'third:3')
    expect(await slipway(['load', '-i', file], { root: target })).toBe(
      'Loaded image: bb:1\nLoaded image: again:2\nLoaded image: third:3\n',
    )
    expect(await slipway(['inspect', '-f', '{{.Id}}', 'again:2'], { root: target })).toBe(`${id}\n`)
    expect(await slipway(['run', 'again:2'], { root: target })).toBe('hi you\n')
    expect(await slipway(['load', '-q'], { root: target, input: readFileSync(file) })).toBe('bb:1\nagain:2\nthird:3\n')
  })

  test('keep an image without a name, by its id', async () => {
    const file = path.join(scratch.dir, 'unnamed.tar')
    await store('save', '-o', file, id.slice(7, 19))
    expect(await slipway(['load', '-i', file], { root: path.join(scratch.dir, 'unnamed') })).toBe(
      `Loaded image ID: ${id}\n`,
    )
  })

  test('say how the layers of an archive without manifests are packed', async () => {
    const directory = path.join(scratch.dir, 'bare')
    const target = path.join(scratch.dir, 'from-bare')
    mkdirSync(directory)
    const { rootfs, config } = JSON.parse(readFileSync(path.join(root, 'blobs/sha256', id.slice(7)), 'utf8'))
    writeFileSync(
      path.join(directory, 'c.json'),
      JSON.stringify({ os: 'linux', architecture: 'amd64', config, rootfs, history: [] }),
    )
    writeFileSync(path.join(directory, 'l.tar.gz'), gzipSync(readFileSync(tar)))
    const entry = { Config: 'c.json', RepoTags: ['bare:1'], Layers: ['l.tar.gz'] }
    writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify([entry]))
    expect(await slipway(['load', '-i', directory], { root: target })).toBe('Loaded image: bare:1\n')
    const out = path.join(directory, 'out.tar')
    await slipway(['save', '--format', 'oci', '-o', out, 'bare:1'], { root: target })
    expect(readFileSync(out).toString('latin1')).toContain('application/vnd.oci.image.layer.v1.tar+gzip')
  })

  test('refuse an archive whose layer is damaged', async () => {
    const file = path.join(scratch.dir, 'damaged.tar')
    await store('save', '-o', file, 'bb:1')
    const bytes = readFileSync(file)
    const at = bytes.indexOf('served\n')
    bytes[at] = 'S'.charCodeAt(0)
    const result = await runSlipway(['load'], { root: path.join(scratch.dir, 'damaged'), input: bytes })
    expect(at).toBeGreaterThan(0)
    expect([result.code, result.stdout]).toEqual([2, ''])
  })
})

describe.skipIf(reason !== undefined)('push and pull', () => {
  test('carry an image over a registry and know it again', async () => {
    const registry = await startRegistry()
    const target = path.join(scratch.dir, 'pulled')
    const name = `${registry.host}/team/app:1`
    try {
      await store('tag', 'bb:1', name)
      const digest = /^1: digest: (sha256:[0-9a-f]{64}) size: \d+\n$/.exec(await store('push', name))?.[1]
      expect(digest).toBeDefined()
      expect(await slipway(['pull', name], { root: target })).toBe(
        `Digest: ${digest}\nStatus: Downloaded newer image for ${name}\n${name}\n`,
      )
      expect(await slipway(['pull', '-q', name], { root: target })).toBe(`${digest}\n`)
      expect(await slipway(['images', '-q', '--no-trunc'], { root: target })).toBe(`${id}\n`)
      const run = await runSlipway(['run', name], { root: path.join(scratch.dir, 'never-pulled') })
      expect([run.code, run.stdout]).toEqual([0, 'hi you\n'])
    } finally {
      await registry.close()
    }
  })
})

describe('ast', () => {
  test('prints what can be read, and says with 2 what cannot', async () => {
    const result = await runSlipway(['ast', '-'], { root, input: 'FROM a\nRUM x\n' })
    expect([result.code, result.stdout.split('\n')[0]]).toEqual([2, '1:1  FROM'])
    expect(result.stderr).toContain('did you mean RUN?')
    const json = JSON.parse(await slipway(['ast', '--json', '-'], { root, input: 'FROM a\n' }))
    expect(json.instructions[0].image.span).toEqual({ start: 5, end: 6, line: 1, column: 6 })
  })
})
