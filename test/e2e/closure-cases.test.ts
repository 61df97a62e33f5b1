import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { provideBases, type TestBase } from '../kit/bases.ts'
import { abi, type ClosureCase, closureCases, packages } from '../kit/closure-cases.ts'
import type { TreeSpec } from '../kit/file-tree.ts'
import { runSlipway, slipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

// The cases of the catalogue whose images cannot start, in the smallest form that fails for the same reason. Each has a stage `bad`
// with the gap and a stage `good` without it; both are also run. What a package manager would install is written by hand.

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('closure-cases')
})
afterAll(() => bench?.remove())

const closureCodes =
  /(?:Missing(?:Program|Interpreter|Library|SymbolVersion|Module|Certificates|TimeZone)|Other(?:Libc|Architecture|RuntimeVersion)|BrokenLink|UnusableNativeModule|UnknownUser|UnusableDirectory|NotPermitted): /

async function need(context: TestContext, bases: readonly TestBase[]): Promise<void> {
  const reason = await provideBases(bench.root, bases)
  if (reason !== undefined) context.skip(reason)
}

interface Built {
  readonly gaps: readonly string[]
  readonly stderr: string
}

async function build(dockerfile: string, target: string, files: TreeSpec): Promise<Built> {
  const { code, stderr } = await bench.tryBuild(dockerfile, ['--target', target, '-t', target], { files })
  expect(code, stderr).toBe(0)
  return { gaps: stderr.split('\n').filter((line) => closureCodes.test(line)), stderr }
}

function lineIn(dockerfile: string, stage: string, text: string): number {
  const own = dockerfile.indexOf(` AS ${stage}\n`)
  const found = dockerfile.indexOf(text, own)
  // Of a stage that only continues another.
  return dockerfile.slice(0, found < 0 ? dockerfile.lastIndexOf(text) : found).split('\n').length
}

describe('a build', () => {
  test.for(closureCases)(
    'warns in $id, which does not start, and is silent when it is mended',
    async (one, context) => {
      await need(context, one.bases)
      const bad = await build(one.dockerfile, 'bad', one.files)
      expect(bad.gaps, bad.stderr).toEqual([expect.stringMatching(one.gap)])
      expect(bad.gaps[0]).toMatch(new RegExp(`Dockerfile:${lineIn(one.dockerfile, 'bad', one.line)}\\)$`))
      expect(bad.stderr).toContain(one.hint)
      const started = await runSlipway(['run', '--rm', 'bad'], { root: bench.root })
      expect([started.code === 0, started.stdout]).toEqual([false, ''])
      expect(started.stderr).toMatch(one.fails)

      const good = await build(one.dockerfile, 'good', one.files)
      expect(good.gaps, good.stderr).toEqual([])
      expect(await slipway(['run', '--rm', 'good'], { root: bench.root })).toBe(one.prints)
    },
  )

  test('D15 names the stage that has the path, and gives what was meant', async () => {
    const dockerfile = (from: string): string => `FROM bb AS builder
RUN mkdir -p /app/dist && echo home > /app/dist/index.html

FROM bb AS production
COPY --from=builder /app/dist /srv

FROM production
COPY --from=${from} /app/dist /srv
CMD ["cat", "/srv/index.html"]
`
    const bad = await bench.tryBuild(dockerfile('1'), ['-t', 'd15'])
    expect(bad.code).toBeGreaterThan(0)
    expect(bad.stderr).toContain('it exists in stage builder: did you mean --from=builder?')
    await bench.build(dockerfile('builder'), ['-t', 'd15'])
    expect(await slipway(['run', '--rm', 'd15'], { root: bench.root })).toBe('home\n')
  })
})

interface Removal {
  readonly id: string
  /** The case whose `good` loses something. */
  readonly of: string
  readonly removed: string
  readonly gap: RegExp
  readonly fails: RegExp
}

const removals: readonly Removal[] = [
  {
    id: 'a module of Node',
    of: 'D14',
    removed: '/app/node_modules/native/index.js',
    gap: /MissingModule: \/app\/server\.js needs/,
    fails: /Cannot find module/,
  },
  {
    id: 'a module of Python',
    of: 'D20',
    removed: `${packages}/psycopg2/_psycopg.${abi}.so`,
    gap: /MissingModule: .*psycopg2\/__init__\.py imports psycopg2\._psycopg/,
    fails: /No module named 'psycopg2\._psycopg'/,
  },
  {
    id: 'a library',
    of: 'A12',
    removed: '/opt/app/lib/libcore.so.1',
    gap: /MissingLibrary: \/opt\/app\/bin\/app needs libcore\.so\.1/,
    fails: /libcore\.so\.1/,
  },
]

describe('a complete image (V9)', () => {
  test.for(removals)('is no longer so without $id that it reached', async ({ of, removed, gap, fails }, context) => {
    const one = closureCases.find(({ id }) => id.startsWith(of)) as ClosureCase
    await need(context, one.bases)
    const dockerfile = `${one.dockerfile}\nFROM good AS without\nRUN rm ${removed}\n`
    const { gaps, stderr } = await build(dockerfile, 'without', one.files)
    expect(gaps, stderr).toEqual([expect.stringMatching(gap)])
    const { code, stderr: said } = await runSlipway(['run', '--rm', 'without'], { root: bench.root })
    expect(code).not.toBe(0)
    expect(said).toMatch(fails)
  })
})
