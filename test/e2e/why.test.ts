import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSlipway } from '../kit/slipway.ts'
import { type BuildRun, openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('why')
})
afterAll(() => bench.remove())

const dockerfile = [
  'FROM bb AS build',
  'ARG VERSION=1',
  'WORKDIR /app',
  'COPY . .',
  'RUN echo npm ci > installed',
  'RUN cat src/main.js > bundle && echo $VERSION > v',
  'FROM bb',
  'COPY --from=build /app/bundle /bundle',
  'RUN --mount=type=bind,from=build,source=/app/src,target=/src cat /src/* > /all',
]
const project = { 'package.json': '{}\n', 'src/main.js': 'start()\n', 'src/more.js': 'more()\n' }

/** The reasons of a plain log: instruction to what stands after `why:`. */
function reasons({ stderr }: BuildRun): Readonly<Record<string, string>> {
  const names = new Map([...stderr.matchAll(/^#(\d+) \[[^\]]*\] (.*)$/gm)].map(([, index, name]) => [index, name]))
  const found = [...stderr.matchAll(/^#(\d+) why: (.*)$/gm)]
  return Object.fromEntries(found.map(([, index, why]) => [names.get(index), why]))
}

const why = (...args: readonly string[]) => runSlipway(['why', ...args], { root: bench.root })

/** A context that has been built once. */
async function built(): Promise<string> {
  const context = bench.context(project)
  await bench.build(dockerfile.join('\n'), ['--no-cache'], { context })
  return context
}

async function again(
  context: string,
  args: readonly string[] = [],
  lines = dockerfile,
): Promise<Readonly<Record<string, string>>> {
  return reasons(await bench.tryBuild(lines.join('\n'), args, { context }))
}

describe('the log says why a step runs again', () => {
  test('for a changed file, through a stage and a bind mount, and what follows', async () => {
    const context = await built()
    writeFileSync(path.join(context, 'src/main.js'), 'start(2)\n')
    const [copy, copyFrom] = [dockerfile[3] as string, dockerfile[7] as string]
    expect(await again(context)).toEqual({
      [copy]: expect.stringMatching(/^1 of 3 files: src\/main\.js changed \([0-9a-f]{12} → [0-9a-f]{12}\)$/),
      [dockerfile[4] as string]: 'what is below differs since COPY . . (line 4)',
      'RUN cat src/main.js > bundle && echo 1 > v': 'what is below differs since COPY . . (line 4)',
      [copyFrom]: expect.stringMatching(/^bundle changed \(/),
      [dockerfile[8] as string]: expect.stringMatching(/^1 of 2 files: main\.js changed \(/),
    })
  })

  test('for permissions, new and deleted files', async () => {
    const context = await built()
    chmodSync(path.join(context, 'package.json'), 0o755)
    writeFileSync(path.join(context, 'new'), '')
    rmSync(path.join(context, 'src/more.js'))
    await again(context)
    const { stdout } = await why('COPY . .')
    expect(stdout).toContain('3 of 4 files: new is new, and 2 more')
    expect(stdout).toContain('package.json has another mode (0644 → 0755)')
    expect(stdout).toContain('src/more.js is gone')
  })

  test('for a build argument, and for an edited, a new and a removed instruction', async () => {
    const context = await built()
    const variable = 'the variable VERSION has another value'
    expect(await again(context, ['--build-arg=VERSION=2'])).toMatchObject({ [dockerfile[4] as string]: variable })
    const edited = dockerfile.with(4, 'RUN echo npm install > installed')
    expect(await again(context, [], edited)).toMatchObject({
      'RUN echo npm install > installed':
        'the command is another: echo npm ci > installed → echo npm install > installed',
    })
    const longer = edited.toSpliced(4, 0, 'RUN echo new > new')
    expect(await again(context, [], longer)).toMatchObject({
      'RUN echo new > new': 'the build before had no such step',
      'RUN echo npm install > installed': 'RUN echo new > new (line 5) is new below it',
    })
    const shorter = longer.toSpliced(4, 2)
    expect(await again(context, [], shorter)).toMatchObject({
      'RUN cat src/main.js > bundle && echo 1 > v': 'RUN echo new > new was below it and is gone',
    })
  })

  test('for another base, for --no-cache, for what failed and for what the cache has lost', async () => {
    const context = await built()
    await bench.build('FROM bb\nRUN touch /other', ['-t', 'other'])
    expect(await again(context, [], dockerfile.with(0, 'FROM other AS build'))).toMatchObject({
      'WORKDIR /app': expect.stringMatching(/^the base is another image: .*\/bb:.* → .*\/other:/),
    })
    await again(context)
    expect(
      Object.values(await again(context, ['--no-cache'])).every((one) => one === 'the cache was not to be used'),
    ).toBe(true)
    const failing = dockerfile.with(4, 'RUN false')
    await again(context, [], failing)
    expect(await again(context, [], failing)).toEqual({ 'RUN false': 'it failed the last time' })
    await again(context)
    rmSync(path.join(bench.root, 'cache/records'), { recursive: true })
    expect(Object.values(await again(context))).toContain(
      'nothing differs, but what the cache had of it has been removed',
    )
  })
})

describe('slipway why', () => {
  test('shows the last build with the change that would help', async () => {
    const context = await built()
    writeFileSync(path.join(context, 'src/main.js'), 'start(3)\n')
    await again(context)
    const { code, stdout } = await why('npm ci')
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(1)).toEqual([
      '',
      'build (linux/amd64)',
      '  line 5    RUN echo npm ci > installed',
      '            what is below differs since COPY . . (line 4)',
      '            to avoid it: the step in line 5 mostly needs package.json and package-lock.json alone: copy them before it, and the rest of line 4 after it',
      '',
    ])
    const json = JSON.parse((await why('--json', '4')).stdout)
    expect(json.steps).toMatchObject([{ line: 4, text: 'COPY . .', miss: { reasons: [{ kind: 'files' }] } }])
    await again(context)
    expect((await why()).stdout).toMatch(/: every step was cached\n$/)
  })

  test('refuses a step that there is not, and a store without builds', async () => {
    await built()
    const { code, stderr } = await why('nothing')
    expect([code, stderr]).toEqual([2, expect.stringContaining('has no step "nothing" [usage]')])
    const empty = await runSlipway(['why'], { root: bench.place('empty') })
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('nothing has been built with this store')])
  })
})
