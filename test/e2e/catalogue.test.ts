import { readFileSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { cargoBase, mavenBase, provideBases, pythonBase, type TestBase } from '../kit/bases.ts'
import type { TreeSpec } from '../kit/file-tree.ts'
import { type ImageArchive, readImageArchive } from '../kit/image-archive.ts'
import { type NpmRegistry, startNpmRegistry } from '../kit/npm-registry.ts'
import { unreachable } from '../kit/reachable.ts'
import { type RunResult, runSlipway, slipway } from '../kit/slipway.ts'
import { type BuildRun, openWorkbench, type Workbench } from '../kit/workbench.ts'

// Every Dockerfile of the catalogue is built as it is printed, good or bad, and shown to do what it does with any builder. Images
// that cannot be assembled are stood in for: Alpine by busybox with an `apk` that does nothing, node and golang of every version
// by one, Python 3.12 by Debian's 3.11, Rust and Java by Debian's. npm asks a registry that this test runs.

let bench: Workbench
let registry: NpmRegistry
let node: TreeSpec

beforeAll(async () => {
  bench = await openWorkbench('catalogue')
  registry = await startNpmRegistry([
    { name: 'tiny', files: { 'index.js': 'module.exports = "tiny"\n' } },
    {
      name: 'typescript',
      bin: { tsc: 'tsc.js' },
      files: { 'tsc.js': '#!/usr/bin/env node\nrequire("node:fs").cpSync("src", "dist", { recursive: true })\n' },
    },
  ])
  const program = 'console.log(`served with ${require("tiny")}`)\n'
  node = {
    ...registry.project({
      dependencies: ['tiny'],
      devDependencies: ['typescript'],
      scripts: { build: 'tsc', test: 'node -e ""' },
    }),
    'src/server.js': program,
    'src/app.js': program,
    'src/index.html': '<p>home</p>\n',
    'app.js': program,
    'public/style.css': 'p {}\n',
  }
  await standIn(['alpine:3.19', 'alpine:latest'], 'FROM bb\nCOPY --chmod=755 . /usr/local/bin/\n', alpine)
  await standIn(['nginx:alpine'], 'FROM bb\nRUN mkdir -p /usr/share/nginx/html\n')
})
afterAll(async () => {
  await registry?.close()
  bench?.remove()
})

/** What Dockerfiles for Alpine call: `apk` does nothing, the others write the account files. */
const alpine: TreeSpec = {
  apk: '#!/bin/sh\nexit 0\n',
  addgroup: `#!/bin/sh
gid=101
while [ $# -gt 0 ]; do case $1 in -g) gid=$2; shift ;; -*) ;; *) name=$1 ;; esac; shift; done
echo "$name:x:$gid:" >> /etc/group
`,
  adduser: `#!/bin/sh
while [ $# -gt 0 ]; do case $1 in -u) uid=$2; shift ;; -G) group=$2; shift ;; -*) ;; *) name=$1 ;; esac; shift; done
gid=$(sed -n "s/^$group:x:\\([0-9]*\\):.*/\\1/p" /etc/group)
echo "$name:x:$uid:$gid::/:/bin/false" >> /etc/passwd
`,
}

async function standIn(names: readonly string[], dockerfile: string, files: TreeSpec = {}): Promise<void> {
  await bench.build(
    dockerfile,
    names.flatMap((name) => ['-t', name]),
    { files },
  )
}

/** Makes the stand-ins of these kinds, once; skips the test when that is impossible here. */
async function need(context: TestContext, ...kinds: readonly Kind[]): Promise<void> {
  for (const kind of kinds) {
    made[kind] ??= makers[kind]()
    const reason = await made[kind]
    if (reason === undefined) continue
    console.warn(`skipped: ${reason}`)
    context.skip(reason)
  }
}

type Kind = 'node' | 'distroless' | 'golang' | 'debian' | 'python' | 'rust' | 'java' | 'archive' | 'pypi'
const made: { [kind in Kind]?: Promise<string | undefined> } = {}

async function derived(base: TestBase, names: readonly string[], more = '', files: TreeSpec = {}) {
  const reason = await provideBases(bench.root, [base])
  const name = typeof base === 'string' ? base : base.name
  if (reason === undefined) await standIn(names, `FROM ${name}\n${more}`, files)
  return reason
}

const makers: { readonly [kind in Kind]: () => Promise<string | undefined> } = {
  node: () =>
    derived(
      'node:20-slim',
      ['node:18', 'node:20', 'node:20-alpine'],
      [
        `ENV npm_config_registry=${registry.url} npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false`,
        'COPY --chmod=755 . /usr/local/bin/',
      ].join('\n'),
      alpine,
    ),
  distroless: () =>
    derived('gcr.io/distroless/nodejs20-debian12', [
      'gcr.io/distroless/nodejs20',
      'gcr.io/distroless/nodejs20-debian11',
    ]),
  golang: () =>
    derived(
      'golang:1.19-bookworm',
      ['golang:1.21-alpine', 'golang:1.22', 'golang:1.22-alpine'],
      'COPY --chmod=755 . /usr/local/bin/\n',
      alpine,
    ),
  debian: () => derived('debian:bookworm-slim', ['ubuntu:22.04']),
  python: () =>
    derived(
      pythonBase,
      ['python:3.12-slim', 'python:3.11', 'python:3.11-slim', 'python:alpine'],
      // Packages go where the official images have them: below lib of the prefix.
      'RUN ln -s python3 /usr/bin/python\nENV DEB_PYTHON_INSTALL_LAYOUT=deb PYTHONPATH=/usr/local/lib/python3/dist-packages PIP_BREAK_SYSTEM_PACKAGES=1\n',
    ),
  rust: () =>
    derived(
      cargoBase,
      ['rust:1.77', 'rust:1.77-alpine', 'rust:1.74-alpine'],
      'COPY --chmod=755 . /usr/local/bin/\n',
      alpine,
    ),
  java: () => derived(mavenBase, ['eclipse-temurin:21-jdk', 'eclipse-temurin:21-jre']),
  archive: () => unreachable('http://deb.debian.org/debian/'),
  pypi: () => unreachable('https://pypi.org/simple/six/'),
}

function dockerfileOf(id: string): string {
  return readFileSync(path.resolve(import.meta.dirname, `../corpus/catalogue/${id}/Dockerfile`), 'utf8')
}

interface Printed {
  readonly files?: TreeSpec
  readonly context?: string
  readonly args?: readonly string[]
  /** A change to what is printed, for entries that leave something out. */
  readonly edit?: (dockerfile: string) => string
}

async function build(
  id: string,
  { files = {}, context, args = [], edit = (text) => text }: Printed = {},
): Promise<BuildRun> {
  const where = context === undefined ? { files } : { context }
  return bench.tryBuild(edit(dockerfileOf(id)), ['-t', id.toLowerCase(), ...args], where)
}

async function builds(id: string, printed: Printed = {}): Promise<BuildRun> {
  const run = await build(id, printed)
  expect(run.code, run.stderr).toBe(0)
  return run
}

/** Builds, expects a failure with the exit code of errors in the build, and gives what was printed. */
async function fails(id: string, printed: Printed = {}): Promise<string> {
  const run = await build(id, printed)
  expect(run.code, run.stderr).toBeGreaterThan(0)
  return run.stderr
}

function run(id: string, ...args: readonly string[]): Promise<RunResult> {
  return runSlipway(['run', '--rm', ...args.slice(0, -1), id.toLowerCase(), ...(args.at(-1)?.split(' ') ?? [])], {
    root: bench.root,
  })
}

async function image(
  id: string,
): Promise<ImageArchive & { readonly names: readonly string[]; readonly env: readonly string[] }> {
  const file = bench.place(`${id}.tar`)
  await slipway(['save', '--format', 'oci', '-o', file, id.toLowerCase()], { root: bench.root })
  const archive = readImageArchive(file)
  const { config } = JSON.parse(archive.config) as { config: { Env?: string[] } }
  return { ...archive, names: archive.layers.flatMap(({ names }) => names), env: config.Env ?? [] }
}

const endOf = (built: BuildRun, part: string) => [...built.steps].find(([name]) => name.includes(part))?.[1]

const secret = 's3cr3t-v4lu3'

describe('npm', () => {
  for (const id of ['D01', 'D07']) {
    test(`${id} fails: the compiler of an installation for production is missing`, async (context) => {
      await need(context, 'node')
      expect(await fails(id, { files: node })).toMatch(/tsc: not found/)
    })
  }

  test('D02 lends .npmrc to one step, and fails without it', async (context) => {
    await need(context, 'node')
    const npmrc = path.join(bench.context({ npmrc: `//registry.example.com/:_authToken=${secret}\n` }), 'npmrc')
    expect(await fails('D02', { files: node })).toMatch(/\/run\/secrets\/npmrc/)
    const built = await builds('D02', { files: node, args: ['--secret', `id=npmrc,src=${npmrc}`] })
    const { config, layers, names } = await image('D02')
    expect(names).toContain('app/node_modules/tiny/index.js')
    expect(names.filter((name) => name.endsWith('npmrc') && !name.includes('node_modules'))).toEqual([])
    expect([built.stderr, config, ...layers.map(({ bytes }) => bytes)].filter((part) => part.includes(secret))).toEqual(
      [],
    )
  })

  test('D03 leaves its token in the history and in a layer', async (context) => {
    await need(context, 'node')
    await builds('D03', { files: node, args: ['--build-arg', `NPM_TOKEN=${secret}`] })
    const { config, layers } = await image('D03')
    expect(config.split(secret).length - 1).toBeGreaterThanOrEqual(2)
    expect(layers.some(({ bytes }) => bytes.includes(secret))).toBe(true)
    const { stdout } = await run('D03', 'ls -a')
    expect(stdout).not.toContain('.npmrc')
  })

  test('D05 installs from the cache after a change of the source', async (context) => {
    await need(context, 'node')
    await builds('D05', { files: node })
    const again = await builds('D05', { files: { ...node, 'src/new.js': '1' } })
    expect(endOf(again, 'RUN npm ci')).toBe('CACHED')
    expect(endOf(again, 'COPY . .')).toBe('DONE')
  })

  test('D11 runs the stage that two services share once', async (context) => {
    await need(context, 'node')
    const build = 'mkdir -p dist && echo \'console.log("up")\' > dist/server.js && cp dist/server.js dist/worker.js'
    const service = (name: string): string => JSON.stringify({ name, version: '1.0.0', scripts: { build } })
    const services = { workspaces: ['api', 'worker'] }
    const files: TreeSpec = {
      ...node,
      'package.json': JSON.stringify({ name: 'app', version: '1.0.0', ...services }),
      'package-lock.json': JSON.stringify({
        name: 'app',
        version: '1.0.0',
        lockfileVersion: 3,
        packages: {
          '': { name: 'app', version: '1.0.0', ...services },
          api: { version: '1.0.0' },
          worker: { version: '1.0.0' },
          'node_modules/api': { resolved: 'api', link: true },
          'node_modules/worker': { resolved: 'worker', link: true },
        },
      }),
      'api/package.json': service('api'),
      'worker/package.json': service('worker'),
    }
    const api = await builds('D11', { files, args: ['--target', 'api'] })
    expect([...api.steps.keys()].filter((name) => name.includes('-w worker'))).toEqual([])
    const worker = await builds('D11', { files, args: ['--target', 'worker'] })
    expect(endOf(worker, 'RUN npm ci')).toBe('CACHED')
    expect((await run('D11', 'node /app/worker.js')).stdout).toBe('up\n')
  })

  for (const id of ['D12', 'D36']) {
    test(`${id} works, with sources and compiler in the image`, async (context) => {
      await need(context, 'node')
      await builds(id, { files: node })
      expect((await run(id)).stdout).toBe('served with tiny\n')
      const { names } = await image(id)
      expect(names).toContain('app/node_modules/typescript/tsc.js')
      expect(names).toContain('app/src/app.js')
    })
  }

  for (const id of ['D13', 'D37']) {
    test(`${id} works, and carries the compiler along`, async (context) => {
      await need(context, 'node')
      await builds(id, { files: node })
      expect((await run(id)).stdout).toBe('served with tiny\n')
      const { names } = await image(id)
      expect(names).toContain('app/node_modules/typescript/tsc.js')
      expect(names).not.toContain('app/src/app.js')
      expect(names.includes('app/package.json')).toBe(id === 'D13')
    })
  }

  test('D14 cannot be built as it is printed, and works with the steps it leaves out', async (context) => {
    await need(context, 'node', 'distroless')
    expect(await fails('D14', { files: node })).toMatch(/\/app\/dist/)
    const steps = 'WORKDIR /app\nCOPY . .\nRUN npm ci && npm run build'
    await builds('D14', { files: node, edit: (text) => text.replace('# ... build steps ...', steps) })
    expect((await run('D14')).stdout).toBe('served with tiny\n')
  })

  test('D15 copies from the wrong number, and is told which stage has the path', async (context) => {
    await need(context, 'node')
    const edit = (text: string): string =>
      text
        .replace('# ...', 'WORKDIR /app/dist\nRUN echo home > index.html')
        .replace('# ...', 'COPY --from=builder /app/dist /srv')
    const message = await fails('D15', { edit })
    expect(message).toMatch(/\/app\/dist/)
    expect(message).toContain('it exists in stage builder: did you mean --from=builder?')
  })

  test('D17 names an owner that only the target image knows', async (context) => {
    await need(context, 'node')
    await builds('D17')
    expect((await run('D17', 'stat -c %U:%u dist/server.js')).stdout).toBe('node:1000\n')
  })

  test('D18 runs as another user than the owner of its files', async (context) => {
    await need(context, 'node')
    await builds('D18', { files: node })
    const { stdout, stderr } = await run('D18', 'stat -c %u dist/server.js')
    expect(stdout, stderr).toBe('1000\n')
    expect((await run('D18', 'id -u')).stdout).toBe('1001\n')
    const { config, names } = await image('D18')
    expect(JSON.parse(config)).toMatchObject({
      config: { User: 'nodejs', ExposedPorts: { '3000/tcp': {} }, Healthcheck: { Interval: 30e9, Retries: 3 } },
    })
    expect(names).not.toContain('app/node_modules/typescript/tsc.js')
  })

  test('D22 copies everything in one target, and development dependencies in the other, too', async (context) => {
    await need(context, 'node')
    // A comment behind an instruction is no comment: its words are sources.
    expect(await fails('D22', { files: node, args: ['--target', 'right'] })).toMatch(/"\/node_modules": not found/)
    const edit = (text: string): string => text.replace(/ +# Still.*/, '')
    for (const target of ['wrong', 'right']) {
      await builds('D22', { files: node, edit, args: ['--target', target] })
      const { names } = await image('D22')
      expect(names).toContain('app/node_modules/typescript/tsc.js')
      expect(names.includes('app/src/app.js')).toBe(target === 'wrong')
    }
  })

  test('D24 does not run anything again for a file that it does not copy', async (context) => {
    await need(context, 'node')
    await builds('D24', { files: node })
    const again = await builds('D24', { files: { ...node, 'README.md': 'new' } })
    expect([endOf(again, 'RUN npm ci'), endOf(again, 'RUN npm run build')]).toEqual(['CACHED', 'CACHED'])
  })

  test('D30 never takes the branch for production: the argument is out of scope', async (context) => {
    await need(context, 'node')
    await builds('D30', { files: node, args: ['--build-arg', 'ENV=production'] })
    expect((await image('D30')).names).toContain('app/node_modules/typescript/tsc.js')
    const edit = (text: string): string => text.replace('WORKDIR', 'ARG ENV\nWORKDIR')
    await builds('D30', { files: node, edit })
    expect((await image('D30')).names).not.toContain('app/node_modules/typescript/tsc.js')
  })

  test('D31 never builds its debug stage unless it is asked to', async (context) => {
    await need(context, 'node')
    const files = {
      ...node,
      'package.json': JSON.stringify({ scripts: { build: 'mkdir dist && cp src/server.js dist' } }),
    }
    const built = await builds('D31', { files })
    expect([...built.steps.keys()].filter((name) => name.includes('ls -l'))).toEqual([])
    expect((await builds('D31', { files, args: ['--target', 'debug'] })).stderr).toMatch(/server\.js/)
  })

  test('D32 fails: there is no npm in that base', async (context) => {
    await need(context, 'debian')
    expect(await fails('D32', { files: node })).toMatch(/npm is not installed in this stage/)
  })

  test('D33 installs again after a change of the source, and D34 does not', async (context) => {
    await need(context, 'node')
    for (const id of ['D33', 'D34']) {
      await builds(id, { files: node })
      const again = await builds(id, { files: { ...node, 'app.js': 'console.log("changed")\n' } })
      expect(endOf(again, 'RUN npm install')).toBe(id === 'D33' ? 'DONE' : 'CACHED')
      expect((await run(id)).stdout).toBe('changed\n')
    }
  })

  test('D43 is a base that starts node', async (context) => {
    await need(context, 'distroless')
    await builds('D43')
    expect((await run('D43', '--version')).stdout).toMatch(/^v20\./)
  })

  test('D45 keeps what npm has fetched out of the image', async (context) => {
    await need(context, 'node')
    await builds('D45', { files: node })
    expect((await image('D45')).names.filter((name) => name.startsWith('root/.npm/_cacache'))).toEqual([])
  })

  test('D48 has no token in its history and no file of it', async (context) => {
    await need(context, 'node')
    const npmrc = path.join(bench.context({ npmrc: `//registry.example.com/:_authToken=${secret}\n` }), 'npmrc')
    await builds('D48', { files: node, args: ['--secret', `id=npmrc,src=${npmrc}`] })
    const history = await slipway(['history', '--no-trunc', 'd48'], { root: bench.root })
    expect(history).not.toContain(secret)
    expect((await run('D48', 'cat /root/.npmrc')).code).toBe(1)
  })

  test('D49 leaves behind what pip has installed', async (context) => {
    await need(context, 'node', 'python', 'pypi')
    const files = Object.fromEntries(Object.entries(node).map(([name, file]) => [`frontend/${name}`, file]))
    await builds('D49', { files: { ...files, 'backend/requirements.txt': 'six==1.16.0\n' } })
    const { names } = await image('D49')
    expect(names).toContain('node_modules/tiny/index.js')
    expect(names).toContain('app/backend/requirements.txt')
    expect(names.filter((name) => name.endsWith('six.py'))).toEqual([])
  })

  test('D50 fails: nothing was copied that npm could install', async (context) => {
    await need(context, 'node', 'distroless')
    expect(await fails('D50', { files: node })).toMatch(/npm ci/)
    const edit = (text: string): string => text.replace('RUN npm ci', 'WORKDIR /app\nCOPY . .\nRUN npm ci')
    const production = await builds('D50', { files: node, edit, args: ['--target', 'production'] })
    expect([...production.steps.keys()].filter((name) => name.includes('npm test'))).toEqual([])
    const tested = await builds('D50', { files: node, edit, args: ['--target', 'test'] })
    expect(endOf(tested, 'RUN npm test')).toBe('DONE')
  })

  test('D51 works, with production dependencies only', async (context) => {
    await need(context, 'node', 'distroless')
    await builds('D51', { files: node })
    expect((await run('D51')).stdout).toBe('served with tiny\n')
    const { names } = await image('D51')
    expect(names.filter((name) => /typescript|app\/src|package\.json$/.test(name) && name.startsWith('app/'))).toEqual([
      'app/node_modules/tiny/package.json',
    ])
  })
})

describe('any language', () => {
  test('D04 has the version in the environment of the last stage', async () => {
    await builds('D04', { args: ['--build-arg', 'BUILD_VERSION=1.2.3'] })
    expect((await image('D04')).env).toContain('VERSION=1.2.3')
    expect((await run('D04')).stdout).toBe('built\n')
  })

  test('D16 says that the file is not in that image', async (context) => {
    await need(context, 'golang')
    expect(await fails('D16')).toMatch(/\/usr\/local\/bin\/hello/)
  })

  test('D23 shows the key in the history of one target and bakes an empty one into the other', async () => {
    await builds('D23', { args: ['--target', 'wrong'] })
    expect((await image('D23')).config).toContain('my-secret-key')
    await builds('D23', { args: ['--target', 'right', '--build-arg', `API_KEY=${secret}`] })
    expect((await image('D23')).env).toContain('API_KEY=')
  })

  test('D35 is a skeleton: its images do not exist', async () => {
    const plan = await runSlipway(['ast', '-'], { root: bench.root, input: dockerfileOf('D35') })
    expect(plan.code, plan.stderr).toBe(0)
  })

  test('D40 names a stage that is not there, and nothing is asked of any registry', async (context) => {
    await need(context, 'java', 'debian')
    const message = await fails('D40')
    expect(message).toMatch(/build/)
    expect(message).toMatch(/stage/)
    expect(message).not.toMatch(/registry-unreachable|auth\.docker\.io/)
  })
})

const go: TreeSpec = {
  'go.mod': 'module example.com/app\n\ngo 1.19\n',
  'go.sum': '',
  'main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello from go") }\n',
}

describe('Go', () => {
  for (const id of ['D19', 'D29', 'D38']) {
    test(`${id} gives a small image with a program that runs`, async (context) => {
      await need(context, 'golang')
      await builds(id, { files: go })
      const { stdout, stderr } = await run(id)
      expect(stdout, stderr).toBe('hello from go\n')
      const { layers } = await image(id)
      expect(layers.at(-1)?.bytes.length).toBeLessThan(8_000_000)
      expect(layers.length).toBe(id === 'D19' ? layers.length : 1)
    })
  }

  test('D26 fails in its frontend, which is installed without the compiler', async (context) => {
    await need(context, 'golang', 'node')
    const below = (directory: string, files: TreeSpec): TreeSpec =>
      Object.fromEntries(Object.entries(files).map(([name, file]) => [`${directory}/${name}`, file]))
    const reason = await provideBases(bench.root, ['gcr.io/distroless/base-debian12'])
    if (reason !== undefined) context.skip(reason)
    expect(await fails('D26', { files: { ...below('frontend', node), ...below('backend', go) } })).toMatch(
      /tsc: not found/,
    )
  })
})

describe('Rust', () => {
  const cargo = (name: string): TreeSpec => ({
    'Cargo.toml': `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n`,
    'Cargo.lock': `version = 3\n\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`,
    'src/main.rs': 'fn main() { println!("hello from rust"); }\n',
  })

  test('D21 ships the placeholder that its first cargo build made, and is told so', async (context) => {
    await need(context, 'rust')
    const made = bench.context(cargo('myapp'))
    for (const file of ['src/main.rs', 'src']) utimesSync(path.join(made, file), 1e9, 1e9)
    const { stderr } = await builds('D21', { context: made })
    expect(stderr).toMatch(
      /StaleBuildResult: cargo compiled nothing although \/app\/src\/main\.rs has changed: .*Dockerfile:21\)/,
    )
    expect(stderr).toContain('hint: touch the sources first (RUN touch /app/src/main.rs && ...)')
  })

  test('D27 has the tool of another stage, and no compiler', async (context) => {
    await need(context, 'rust', 'python')
    const files = Object.fromEntries(Object.entries(cargo('mytool')).map(([name, file]) => [`tool-src/${name}`, file]))
    await builds('D27', { files })
    expect((await run('D27', 'mytool')).stdout).toBe('hello from rust\n')
    expect((await run('D27', 'ls /usr/bin/cargo')).code).toBeGreaterThan(0)
  })

  test('D42 builds, and its program cannot start: scratch has no loader', async (context) => {
    await need(context, 'rust')
    await builds('D42', { files: cargo('myapp') })
    const { code, stderr } = await run('D42')
    expect(code).toBe(127)
    expect(stderr).toContain('link it statically')
  })
})

describe('Java', () => {
  test('D08 needs two JDKs', ({ skip }) => {
    skip('its first target installs 600 MB of packages to show their size')
  })

  test('D39 runs a jar that another stage has made', async (context) => {
    await need(context, 'java')
    const mvnw =
      '#!/bin/sh\nset -e\nmkdir -p target\njavac -d classes App.java\njar cfe target/app.jar App -C classes .\n'
    const app = 'class App { public static void main(String[] a) { System.out.println("hello from java"); } }\n'
    await builds('D39', { files: { mvnw: { text: mvnw, mode: 0o755 }, 'App.java': app } })
    expect((await run('D39')).stdout).toBe('hello from java\n')
  })
})

describe('Python', () => {
  test('D20 lacks a library at run time that was there at build time', async (context) => {
    await need(context, 'python', 'archive', 'pypi')
    // Without its headers the interpreter compiles nothing; the official images have them.
    const edit = (text: string): string => text.replace('gcc \\', 'gcc python3-dev \\')
    const files = { 'requirements.txt': 'psycopg2==2.9.9\n', 'app/app.py': '', 'gunicorn.conf.py': '' }
    await builds('D20', { files, edit })
    const imported = await runSlipway(['run', '--rm', 'd20', 'python3', '-c', 'import psycopg2'], { root: bench.root })
    expect(imported.code).toBe(1)
    expect(imported.stderr + imported.stdout).toMatch(/ImportError: libpq\.so\.5/)
  })

  test('D25 runs a script from one stage', async (context) => {
    await need(context, 'python')
    await builds('D25', { files: { 'script.py': 'print("hello from python")\n' } })
    expect((await run('D25')).stdout).toBe('hello from python\n')
  })

  test('D28 and D46 keep what pip has fetched out of the image', async (context) => {
    await need(context, 'python', 'pypi')
    const files = {
      'requirements.txt': 'six==1.16.0\n',
      'setup.py': 'from setuptools import setup\nsetup(name="app")\n',
    }
    for (const id of ['D46', 'D28']) {
      await builds(id, { files })
      const { names } = await image(id)
      expect(names.filter((name) => name.endsWith('dist-packages/six.py')).length).toBe(1)
      expect(names.filter((name) => /root\/\.cache\/pip\/./.test(name))).toEqual([])
    }
  })

  test('D41 works as root and for nobody else', async (context) => {
    await need(context, 'python', 'pypi')
    const files = { 'requirements.txt': 'six==1.16.0\n', 'app.py': 'import six\nprint(six.__version__)\n' }
    await builds('D41', { files })
    expect((await run('D41')).stdout).toBe('1.16.0\n')
    const other = await runSlipway(['run', '--rm', '--user', '1000', 'd41'], { root: bench.root })
    expect(other.code).toBe(1)
    expect(other.stderr + other.stdout).toMatch(/No module named 'six'/)
  })
})

describe('apt', () => {
  const bytesOf = async (id: string): Promise<number> =>
    (await image(id)).layers.slice(1).reduce((sum, { bytes }) => sum + bytes.length, 0)

  test('D06a keeps the lists that it removes, and D06b does not', async (context) => {
    await need(context, 'debian', 'archive')
    await builds('D06a')
    await builds('D06b')
    expect((await image('D06a')).layers.length).toBe(4)
    expect((await bytesOf('D06a')) - (await bytesOf('D06b'))).toBeGreaterThan(5_000_000)
    expect((await run('D06b', 'curl --version')).code).toBe(0)
  })

  test('D09 keeps its compiler unless one step installs and removes it', async (context) => {
    await need(context, 'debian', 'archive')
    const makefile = 'install:\n\tcc -o /usr/local/bin/app /src/app.c\n'
    const files = { Makefile: makefile, 'app.c': '#include <stdio.h>\nint main(void) { puts("hello from c"); }\n' }
    const sizes: number[] = []
    for (const target of ['one-run', 'several-runs']) {
      await builds('D09', { files, args: ['--target', target] })
      expect((await run('D09', 'app')).stdout).toBe('hello from c\n')
      sizes.push(await bytesOf('D09'))
    }
    expect(sizes[1]).toBeGreaterThan(5 * (sizes[0] ?? 0))
  })

  test('D10 removes in a later layer, which frees nothing', async (context) => {
    await need(context, 'debian', 'archive')
    await builds('D10')
    const { layers } = await image('D10')
    expect(layers.at(-1)?.names.filter((name) => name.endsWith('.wh.apt'))).toEqual(['var/cache/.wh.apt'])
  })

  test('D44 has no package lists', async (context) => {
    await need(context, 'debian', 'archive')
    await builds('D44')
    expect((await image('D44')).names.filter((name) => name.includes('_Packages'))).toEqual([])
    expect((await run('D44', 'curl --version')).code).toBe(0)
  })

  test('D47 fills cache mounts that the image shows nothing of, and keeps no package in them', async (context) => {
    await need(context, 'debian', 'archive')
    await builds('D47')
    const { names } = await image('D47')
    expect(names.filter((name) => name.includes('_Packages') || name.endsWith('.deb'))).toEqual([])
    const found = await bench.build(
      'FROM debian:bookworm-slim\nRUN --mount=type=cache,target=/var/cache/apt echo "kept $(find /var/cache/apt -name "*.deb" | wc -l)"',
      ['--no-cache'],
    )
    expect(found.stderr).toMatch(/kept 0/)
  })
})
