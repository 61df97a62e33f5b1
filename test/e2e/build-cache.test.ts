import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeImage, startRegistry, storeImage } from '../kit/registry.ts'
import { type BuildRun, openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('cache')
})
afterAll(() => bench.remove())

const tarOf = (directory: string): Buffer => execFileSync('tar', ['-C', directory, '-cf', '-', 'etc'])

/** How the step ended whose instruction is this. */
const end = (run: BuildRun, instruction: string): string | undefined =>
  [...run.steps].find(([name]) => name.endsWith(`] ${instruction}`))?.[1]

/** The ends of several steps, in the order asked for. */
const ends = (run: BuildRun, ...instructions: string[]) => instructions.map((one) => end(run, one))

const project = {
  'package.json': '{"name": "app"}\n',
  'src/main.js': 'start()\n',
  'docs/readme.md': '# App\n',
}
const dockerfile = [
  'FROM bb AS build',
  'WORKDIR /app',
  'COPY package.json .',
  'RUN echo install > installed',
  'COPY src src',
  'RUN cat src/main.js > bundle',
  'FROM bb',
  'COPY --from=build /app/bundle /bundle',
  'RUN echo last',
].join('\n')
const copies = ['COPY package.json .', 'COPY src src', 'COPY --from=build /app/bundle /bundle']
const runs = ['RUN echo install > installed', 'RUN cat src/main.js > bundle', 'RUN echo last']

/** Writes down which modules of Node a process has loaded when it ends. */
const spyText = `process.on('exit', () =>
  require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify(process.moduleLoadList)))`

describe('a second build', () => {
  test('finds everything when files were only touched, or the context lies elsewhere', async () => {
    const context = bench.context(project)
    const first = await bench.build(dockerfile, [], { context })
    expect(ends(first, ...copies, ...runs)).toEqual(Array(6).fill('DONE'))
    utimesSync(path.join(context, 'src/main.js'), 1, 1)
    expect(ends(await bench.build(dockerfile, [], { context }), ...copies, ...runs)).toEqual(Array(6).fill('CACHED'))
    const elsewhere = bench.place('moved')
    cpSync(context, elsewhere, { recursive: true })
    expect(ends(await bench.build(dockerfile, [], { context: elsewhere }), ...copies, ...runs)).toEqual(
      Array(6).fill('CACHED'),
    )
  })

  test('that finds everything loads nothing for processes, threads, archives or registries', async () => {
    const context = bench.context({ 'package.json': '{}\n' })
    const small = 'FROM scratch\nCOPY package.json .\n'
    const spy = path.join(bench.context({ 'spy.cjs': spyText }), 'spy.cjs')
    const loaded = async (): Promise<readonly string[]> => {
      const list = path.join(bench.context({}), 'loaded.json')
      await bench.build(small, [], { context, env: { NODE_OPTIONS: `--require=${spy}`, LOADED: list } })
      return JSON.parse(readFileSync(list, 'utf8')) as string[]
    }
    const heavy = ['child_process', 'worker_threads', 'zlib', 'tls', 'http'].map((name) => `NativeModule ${name}`)
    await bench.build(small, ['--no-cache'], { context })
    expect((await loaded()).filter((name) => heavy.includes(name))).toEqual([])
  })

  test('runs again what depends on a changed file, and nothing before it', async () => {
    const context = bench.context(project)
    await bench.build(dockerfile, [], { context })
    writeFileSync(path.join(context, 'src/main.js'), 'start(2)\n')
    const run = await bench.build(dockerfile, [], { context })
    expect(ends(run, ...copies)).toEqual(['CACHED', 'DONE', 'DONE'])
    expect(ends(run, ...runs)).toEqual(['CACHED', 'DONE', 'DONE'])
  })

  test('sees a changed mode, unless the copy sets it', async () => {
    const context = bench.context({ tool: 'x\n' })
    const file = 'FROM bb\nCOPY tool /plain\nFROM bb AS two\nCOPY --chmod=755 tool /set\nCOPY --from=0 /plain /plain'
    await bench.build(file, [], { context })
    chmodSync(path.join(context, 'tool'), 0o700)
    const run = await bench.build(file, [], { context })
    expect(ends(run, 'COPY tool /plain', 'COPY --chmod=755 tool /set')).toEqual(['DONE', 'CACHED'])
  })

  test('does not notice files that .dockerignore excludes', async () => {
    const context = bench.context({ ...project, '.dockerignore': '*.log\nnode_modules\n', 'a.log': '1' })
    const file = 'FROM bb\nCOPY . /all\nRUN ls /all > /list'
    await bench.build(file, [], { context })
    writeFileSync(path.join(context, 'a.log'), '2')
    writeFileSync(path.join(context, 'b.log'), '2')
    const run = await bench.build(file, [], { context })
    expect(ends(run, 'COPY . /all', 'RUN ls /all > /list')).toEqual(['CACHED', 'CACHED'])
    expect(await bench.out(`${file} && cp /list /out`, [], { context })).not.toContain('log\n')
  })
})

describe('content decides', () => {
  test('a builder that runs again and makes the same file leaves its consumers cached', async () => {
    const context = bench.context({ input: 'one\n' })
    const file =
      'FROM bb AS maker\nCOPY input /\nRUN echo same > /made\nFROM bb\nCOPY --from=maker /made /made\nRUN cat /made'
    await bench.build(file, [], { context })
    writeFileSync(path.join(context, 'input'), 'two\n')
    const run = await bench.build(file, [], { context })
    expect(ends(run, 'COPY input /', 'RUN echo same > /made')).toEqual(['DONE', 'DONE'])
    expect(ends(run, 'COPY --from=maker /made /made', 'RUN cat /made')).toEqual(['CACHED', 'CACHED'])
  })

  test('a step that leaves the same files is followed by hits in its own stage', async () => {
    const file = (text: string): string => `FROM bb\nRUN echo result > /f # ${text}\nRUN cat /f > /g`
    await bench.build(file('one'))
    const run = await bench.build(file('two'))
    expect(ends(run, 'RUN echo result > /f # two', 'RUN cat /f > /g')).toEqual(['DONE', 'CACHED'])
  })

  test('a linked copy stays when what lies below it changes', async () => {
    const file = (text: string): string =>
      `FROM bb\nRUN echo ${text} > /below\nCOPY --link f /f\nRUN cat /below /f > /out`
    const files = { f: 'linked\n' }
    await bench.build(file('one'), [], { files })
    const run = await bench.build(file('two'), [], { files })
    expect(ends(run, 'RUN echo two > /below', 'COPY --link f /f')).toEqual(['DONE', 'CACHED'])
    expect(await bench.out(file('two'), [], { files })).toBe('two\nlinked\n')
  })
})

describe('what is asked for', () => {
  const file = [
    'FROM bb AS tools',
    'RUN echo tools',
    'FROM bb AS app',
    'RUN echo app',
    'FROM bb',
    'COPY --from=tools /etc/passwd /a',
    'COPY --from=app /etc/passwd /b',
  ].join('\n')

  test('--no-cache runs every step anew, and the next build finds them', async () => {
    await bench.build(file)
    expect(ends(await bench.build(file, ['--no-cache']), 'RUN echo tools', 'RUN echo app')).toEqual(['DONE', 'DONE'])
    expect(ends(await bench.build(file), 'RUN echo tools', 'RUN echo app')).toEqual(['CACHED', 'CACHED'])
  })

  test('--no-cache-filter runs the steps of the named stages anew', async () => {
    await bench.build(file)
    const run = await bench.build(file, ['--no-cache-filter', 'app'])
    expect(ends(run, 'RUN echo tools', 'RUN echo app')).toEqual(['CACHED', 'DONE'])
    const both = await bench.build(file, ['--no-cache-filter', 'APP,tools'])
    expect(ends(both, 'RUN echo tools', 'RUN echo app')).toEqual(['DONE', 'DONE'])
  })

  test('--no-cache-filter with a line runs one instruction anew, and what fits nothing is told', async () => {
    await bench.build(file)
    const run = await bench.build(file, ['--no-cache-filter', '2', '--no-cache-filter', 'tool'])
    expect(ends(run, 'RUN echo tools', 'RUN echo app')).toEqual(['DONE', 'CACHED'])
    expect(run.stderr).toMatch(/--no-cache-filter tool: the Dockerfile has no such stage, .*did you mean tools\?/)
  })

  test('--pull asks the registry for a name that the store has; the cache stays where it stands for the same', async () => {
    const registry = await startRegistry()
    try {
      const publish = (text: string) =>
        storeImage(registry, 'team/base:1', fakeImage([tarOf(bench.context({ 'etc/version': `${text}\n` }))]))
      const onBase = `FROM ${registry.host}/team/base:1\nWORKDIR /w`
      const version = async (...args: string[]) => {
        const dest = bench.place('pulled')
        const run = await bench.build(onBase, ['-o', dest, ...args])
        return [readFileSync(path.join(dest, 'etc/version'), 'utf8'), ...ends(run, 'WORKDIR /w')]
      }
      publish('one')
      expect(await version()).toEqual(['one\n', 'DONE'])
      publish('two')
      expect(await version()).toEqual(['one\n', 'CACHED'])
      expect(await version('--pull')).toEqual(['two\n', 'DONE'])
      expect(await version('--pull')).toEqual(['two\n', 'CACHED'])
      expect(await version()).toEqual(['two\n', 'CACHED'])
    } finally {
      await registry.close()
    }
  })

  test('a build argument changes steps from its declaration on', async () => {
    const withArg = 'FROM bb\nRUN echo before\nARG VERSION=1\nRUN echo after'
    await bench.build(withArg)
    const run = await bench.build(withArg, ['--build-arg', 'VERSION=2'])
    expect(ends(run, 'RUN echo before', 'RUN echo after')).toEqual(['CACHED', 'DONE'])
  })

  test('a cached build gives the same image', async () => {
    const ids = [bench.place('id'), bench.place('id')]
    for (const id of ids) await bench.build(file, ['--iidfile', id])
    expect(readFileSync(ids[0] ?? '', 'utf8')).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(readFileSync(ids[1] ?? '', 'utf8')).toBe(readFileSync(ids[0] ?? '', 'utf8'))
  })

  test('is the same under a path that is relative to where the program runs', async () => {
    const own = 'FROM bb\nRUN echo relative > /f'
    const first = await bench.build(own, [], { root: 'root', cwd: bench.dir })
    expect(end(first, 'RUN echo relative > /f')).toBe('DONE')
    expect(end(await bench.build(own), 'RUN echo relative > /f')).toBe('CACHED')
  })
})
