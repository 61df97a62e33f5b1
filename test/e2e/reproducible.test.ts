import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSlipway, slipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('reproducible')
})
afterAll(() => bench.remove())

const epoch = { env: { SOURCE_DATE_EPOCH: '1700000000' } }
const same = 'FROM bb\nRUN echo hello > /hello && mkdir /d && touch /d/x\n'
const checked = (dockerfile: string, args: readonly string[] = [], input = {}) =>
  bench.tryBuild(dockerfile, ['--check-reproducible', ...args], input)
const namesOf = async (): Promise<readonly string[]> =>
  (await slipway(['images', '--format', '{{.Repository}}'], { root: bench.root })).trim().split('\n')

describe('build --check-reproducible', () => {
  test('runs every step a second time and delivers an image that came out the same', async () => {
    await bench.build(same, [], epoch)
    const { code, steps, stderr } = await checked(same, ['-t', 'same'], epoch)
    expect(stderr).toMatch(/^NOTE: reproducible: .* sha256:[0-9a-f]{64}$/m)
    const run = 'RUN echo hello > /hello && mkdir /d && touch /d/x'
    expect([steps.get(`[2/2] ${run}`), steps.get(`[again 2/2] ${run}`)]).toEqual(['CACHED', 'DONE'])
    expect([code, await namesOf()]).toEqual([0, expect.arrayContaining(['same'])])
  })

  test('names the path, the line and a cause where the images differ, and delivers nothing', async () => {
    const archive = bench.place('other.tar')
    const dockerfile = `${same}RUN echo same > /e && cat /proc/sys/kernel/random/uuid > /f\nLABEL a=b\n`
    const { code, stderr } = await checked(dockerfile, ['-t', 'other', '-o', `type=oci,dest=${archive}`], epoch)
    expect(stderr).toMatch(/^ +3 \| >>> RUN echo same/m)
    expect(stderr).toMatch(
      /ERROR: a second build gave another image: layer 3 \(.*\): \/f: content sha256:.* became .*\[not-reproducible\]/,
    )
    expect(stderr).toMatch(/hint: usual causes are dates, random numbers/)
    expect(stderr).not.toContain('set SOURCE_DATE_EPOCH')
    expect([code, existsSync(archive), await namesOf()]).toEqual([1, false, expect.not.arrayContaining(['other'])])
  })

  test('finds the step of another stage that wrote a copied path', async () => {
    const lines = [
      'FROM bb AS made',
      'RUN echo junk-$(cat /proc/sys/kernel/random/uuid) > /junk',
      'RUN mkdir /out && cat /proc/sys/kernel/random/uuid > /out/id.gz',
      'FROM scratch',
      'COPY --from=made /out /app',
    ]
    const { stderr } = await checked(lines.join('\n'), [], epoch)
    expect(stderr).toMatch(/^ +3 \| >>> RUN mkdir[^]*^ +5 \| >>> COPY/m)
    expect(stderr).toMatch(
      /layer 1 \(COPY .*\/app\/id.gz: content .*\n +\/out\/id.gz differed already after \[made 3\/3\] RUN mkdir \/out[^]*hint: archives hold/,
    )
  })

  test('asks for SOURCE_DATE_EPOCH where nothing but times differs, and names more than times first', async () => {
    const times = await checked(same)
    expect(times.stderr).toMatch(/layer 2 .*: mtime .* became .*\[not-reproducible\]\n +hint: set SOURCE_DATE_EPOCH/)
    expect(times.code).toBe(1)
    const both = await checked(`${same}RUN cat /proc/sys/kernel/random/uuid > /f\n`)
    expect(both.stderr).toMatch(/layer 3 .*: \/f: content[^]*hint: usual causes[^]*set SOURCE_DATE_EPOCH/)
  })

  test('reads a Dockerfile from standard input once, and checks every platform', async () => {
    const input = 'FROM scratch\nCOPY <<EOF /a\nb\nEOF\n'
    const args = ['build', '--check-reproducible', '--platform', 'linux/amd64,linux/arm64', '-']
    const { code, stderr } = await runSlipway(args, { root: bench.root, input, ...epoch })
    expect(stderr).toMatch(/^NOTE: reproducible: .* sha256:[0-9a-f]{64}, sha256:[0-9a-f]{64}$/m)
    expect(code).toBe(0)
  })
})
