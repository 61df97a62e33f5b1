import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scratchDir } from '../kit/slipway.ts'

const repository = path.join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
  readonly version: string
  readonly files: readonly string[]
  readonly exports: Readonly<Record<string, unknown>>
}

function run(cwd: string, program: string, ...args: string[]) {
  const result = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 240_000 })
  if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.status}\n${result.stderr}`)
  return result.stdout
}

let scratch: ReturnType<typeof scratchDir>
let packed: readonly string[]
let tarball: string

// A copy: packing starts by removing dist, which other tests run from.
beforeAll(() => {
  scratch = scratchDir('package')
  const copy = path.join(scratch.dir, 'copy')
  mkdirSync(copy)
  const sources = ['package.json', 'tsconfig.json', 'tsconfig.lib.json', 'src', 'tools', 'README.md', 'LICENSE']
  for (const name of [...sources, ...manifest.files.filter((file) => !file.startsWith('dist/'))]) {
    cpSync(path.join(repository, name), path.join(copy, name), {
      recursive: true,
      filter: (source) => !/\/(node_modules|dist)$/.test(source.slice(repository.length)),
    })
  }
  symlinkSync(path.join(repository, 'node_modules'), path.join(copy, 'node_modules'))
  const [answer] = JSON.parse(run(copy, 'npm', 'pack', '--json', '--silent', '--pack-destination', scratch.dir)) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ]
  packed = answer.files.map((file) => file.path)
  tarball = path.join(scratch.dir, answer.filename)
})
afterAll(() => scratch.remove())

describe('the npm package', () => {
  test('holds the program, the library, the examples and the documents, and no tests', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/cli/main.js',
        'dist/cli/worker.js',
        'dist/cli/layer-thread.js',
        'dist/lib/dockerfile/index.d.ts',
        'examples/node-api/Dockerfile',
        'docs/errors/run-failed.md',
        'LICENSE',
        'README.md',
      ]),
    )
    const roots = [
      ...new Set(
        packed.map((file) =>
          file
            .split('/')
            .slice(0, file.startsWith('dist') ? 2 : 1)
            .join('/'),
        ),
      ),
    ]
    expect(roots.filter((name) => !['package.json', 'README.md', 'LICENSE', ...manifest.files].includes(name))).toEqual(
      [],
    )
    const program = packed.filter((file) => file.startsWith('dist/'))
    expect(program.filter((file) => /\.test\.|\/testing\//.test(file))).toEqual([])
    expect(packed.filter((file) => file.includes('node_modules'))).toEqual([])
  })

  test('installs into an empty directory, runs, and gives its parts to importers', ({ skip }) => {
    const reachable = spawnSync('npm', ['ping'], { encoding: 'utf8', timeout: 30_000 })
    if (reachable.status !== 0) skip('no npm registry can be reached from here')
    const user = path.join(scratch.dir, 'user')
    mkdirSync(user)
    writeFileSync(path.join(user, 'package.json'), '{ "private": true, "type": "module" }\n')
    run(user, 'npm', 'install', tarball, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error')
    expect(run(user, 'npx', 'slipway', '--version')).toBe(`slipway ${manifest.version}\n`)
    writeFileSync(
      path.join(user, 'use.js'),
      `import { parseDockerfile } from 'slipway/dockerfile'
       const { instructions } = parseDockerfile({ path: 'Dockerfile', text: 'FROM scratch\\nCOPY . /\\n' })
       console.log(instructions.map(({ kind }) => kind).join())\n`,
    )
    expect(run(user, 'node', 'use.js')).toBe('FROM,COPY\n')
    const doors = Object.keys(manifest.exports).filter((name) => !name.endsWith('.json'))
    const script = doors.map((name) => `await import(${JSON.stringify(path.posix.join('slipway', name))})`).join('\n')
    run(user, 'node', '--input-type=module', '-e', script)
  })
})
