import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnalysisReport } from '../../src/app/index.ts'
import { busyboxTar, withoutBusybox } from '../kit/busybox.ts'
import { writeTree } from '../kit/file-tree.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('analyze')
const root = path.join(scratch.dir, 'store')
const own = { root, env: { BUILDKIT_PROGRESS: 'quiet' }, cwd: scratch.dir }
const ok = (...args: string[]): Promise<string> => slipway(args, own)
const noBusybox = withoutBusybox()
if (noBusybox !== undefined) console.warn(`analyze: skipped, ${noBusybox}`)

const large = 'x'.repeat(1_000_000)
const other = 'y'.repeat(1_000_000)

const dockerfile = `FROM base AS build
COPY data/one data/two /out/

FROM base
COPY data /data
RUN chown -R 1000:1000 /data/one
RUN rm -r /data/gone && echo changed > /data/two
COPY --from=build /out/one /again/one
RUN mkdir -p /root/.npm/_cacache && echo cached > /root/.npm/_cacache/index && mkdir -p /usr/include && echo '#define A' > /usr/include/a.h
`

describe.skipIf(noBusybox !== undefined)('slipway analyze', () => {
  let report: AnalysisReport
  beforeAll(async () => {
    await ok('import', busyboxTar(scratch.dir), 'base')
    writeTree(path.join(scratch.dir, 'app'), {
      Dockerfile: dockerfile,
      'data/one': large,
      'data/two': other,
      'data/gone/three': `${other}!`,
    })
    await ok('build', '-t', 'app', '-f', 'app/Dockerfile', '-o', 'type=docker,dest=app.tar', 'app')
    report = JSON.parse(await ok('analyze', '--json', 'app')) as AnalysisReport
  })
  afterAll(() => scratch.remove())

  test('names the pairs of lines that waste bytes', () => {
    const lineOf = (layer: number) => report.layers[layer]?.line
    const { hidden, hiddenBytes } = report.waste
    expect(hidden.map(({ layer, by, how, files, bytes }) => [lineOf(layer), lineOf(by), how, files, bytes])).toEqual([
      [5, 7, 'deleted', 1, 1_000_001],
      [5, 6, 'same', 1, 1_000_000],
      [5, 7, 'overwritten', 1, 1_000_000],
    ])
    expect(hiddenBytes).toBe(3_000_001)
    expect(report.layers.map(({ hidden: bytes, line }) => [line, bytes])).toContainEqual([5, 3_000_001])
  })

  test('finds files of the same content', () => {
    expect(report.waste.duplicated).toEqual([
      { size: 1_000_000, bytes: 1_000_000, paths: ['again/one', 'data/one'], layers: [4, 2] },
    ])
  })

  test('counts what each layer adds, changes and removes, in the bytes of docker', () => {
    const rows = report.layers
      .slice(1)
      .map(({ line, added, changed, removed, disk }) => [line, added, changed, removed, disk])
    expect(rows).toEqual([
      [5, 3, 0, 0, 3_000_001],
      [6, 0, 1, 0, 1_000_000],
      [7, 0, 1, 1, 8],
      [8, 1, 0, 0, 1_000_000],
      [9, 2, 0, 0, 17],
    ])
    expect(report.disk).toBe(report.layers.reduce((sum, { disk }) => sum + disk, 0))
  })

  test('sorts content into classes with the line that brought it', () => {
    const found = report.classes.map((share) => [share.class.id, share.step?.line, share.files, share.bytes])
    expect(found).toContainEqual(['caches', 9, 1, 7])
    expect(found).toContainEqual(['headers', 9, 1, 10])
    expect(found).toContainEqual(['shells', 4, 1, expect.any(Number)])
  })

  test('says all of it in words', async () => {
    const text = await ok('analyze', 'app')
    expect(text).toContain('1MB: app/Dockerfile:7 deletes 1 file of app/Dockerfile:5 (/data/gone/three)')
    expect(text).toContain(
      '1MB: app/Dockerfile:6 writes again, the same content, 1 file of app/Dockerfile:5 (/data/one)',
    )
    expect(text).toContain('1MB: /again/one is /data/one, by app/Dockerfile:8 and app/Dockerfile:6')
    expect(text).toContain('hidden 3MB, duplicated 1MB')
    expect(await ok('analyze', '--closure', 'app')).toContain('What it needs to run')
  })

  test('says the same of an archive, by its history', async () => {
    const options = { ...own, root: path.join(scratch.dir, 'other') }
    const archive = JSON.parse(
      await slipway(['analyze', '--json', 'docker-archive:app.tar'], options),
    ) as AnalysisReport
    expect(archive.traced).toBe(false)
    expect(archive.waste.hiddenBytes).toBe(3_000_001)
    expect(archive.dive).toEqual(report.dive)
    expect(await slipway(['analyze', 'docker-archive:app.tar'], options)).toContain(
      '1MB: `RUN chown -R 1000:1000 /data/one` writes again, the same content, 1 file of `COPY data /data` (/data/one)',
    )
    expect(await slipway(['images', '-q'], options)).toBe('')
  })

  test('tells what of a stage stayed behind', async () => {
    const { stages } = JSON.parse(await ok('analyze', '--json', '--stages', 'app')) as AnalysisReport
    expect(stages).toEqual([
      { stage: 'build', bytes: 2_000_000, shipped: 1_000_000, left: [{ path: 'out', bytes: 1_000_000 }] },
    ])
    expect(await ok('analyze', '--stages', 'app')).toContain(
      'build: its lines wrote 2MB, 1MB of it are in the image; left: /out 1MB',
    )
    const archive = await ok('analyze', '--stages', 'docker-archive:app.tar')
    // The image is the same as the one that was built here.
    expect(archive).toContain('build: its lines wrote 2MB')
  })

  test('judges by the thresholds of dive', async () => {
    const missed = await runSlipway(['analyze', '--ci', 'app'], own)
    expect(missed.code).toBe(1)
    expect(missed.stdout).toMatch(/FAIL lowestEfficiency: efficiency 0\.\d+, at least 0\.9/)
    writeTree(scratch.dir, {
      '.dive-ci': 'rules:\n  lowestEfficiency: 0.1\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: disabled\n',
      wrong: 'rules:\n  lowestEfficiency: much\n',
    })
    const met = await runSlipway(['analyze', '--ci', 'app'], own)
    expect(met.code).toBe(0)
    expect(met.stdout).toContain('SKIP highestUserWastedPercent')
    expect((await runSlipway(['analyze', '--ci', '--highestWastedBytes', '1MB', 'app'], own)).code).toBe(1)
    const wrong = await runSlipway(['analyze', '--ci-config', 'wrong', 'app'], own)
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('wrong: lowestEfficiency cannot be "much"')
  })
})
