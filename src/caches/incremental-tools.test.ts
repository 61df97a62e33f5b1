import { describe, expect, test } from 'vitest'
import { memoryTree } from '../fileset/index.ts'
import { incrementalBuild, mixedPlatforms, staleResult } from './index.ts'

function built(run: string, env: readonly string[] = []) {
  return incrementalBuild({ argv: ['/bin/sh', '-c', run], env, cwd: '/w', user: '', tree: () => memoryTree({}) })
}

describe('incrementalBuild', () => {
  const commands: readonly (readonly [string, string | undefined])[] = [
    ['cargo build --release', 'cargo'],
    ['cd x && cargo +nightly --locked build', 'cargo'],
    ['make -j4 && make install', 'make'],
    ['CC=clang make', 'make'],
    ['./configure; /usr/bin/gmake', 'make'],
    ['cmake -B b && cmake --build b', 'cmake --build'],
    ['ninja -C out', 'ninja'],
    ['./mvnw package', 'maven'],
    ['[ main.c -nt app ] && cc -o app main.c', 'the script'],
    ['apt-get install -y make ninja-build cargo', undefined],
    ['echo make', undefined],
    ['make clean', undefined],
    ['cargo fetch', undefined],
    // These compare contents.
    ['go build ./...', undefined],
    ['./gradlew build', undefined],
    ['bazel build //...', undefined],
    ['npx tsc --incremental', undefined],
  ]
  for (const [command, tool] of commands)
    test(`${tool === undefined ? 'leaves' : 'knows'} ${command}`, () => {
      expect(built(command)?.tool).toBe(tool)
    })

  test('tells sources and results of cargo apart, wherever its directory is', () => {
    const here = built('cargo build')
    expect(
      ['/w/src/main.rs', '/w/Cargo.lock', '/w/README.md', '/w/target/gen.rs', '/x/a.rs'].map((p) => here?.isSource(p)),
    ).toEqual([true, false, false, false, false])
    expect(here?.isResult('/w/target/release/app', true)).toBe(true)
    expect(here?.isResult('/w/bin/app', true)).toBe(false)
    expect([here?.isResultsMount('/w/target'), here?.isResultsMount('/usr/local/cargo/registry')]).toEqual([
      true,
      false,
    ])
    expect(built('cargo build', ['CARGO_TARGET_DIR=/t'])?.isResultsMount('/t')).toBe(true)
  })

  test('takes any mount for results of make but those of downloads', () => {
    const build = built('make')
    expect(['/w/obj', '/root/.cache/ccache', '/root/.npm'].map((target) => build?.isResultsMount(target))).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('staleResult', () => {
  const tool = { tool: 'make', rebuild: 'make -B' }
  const source = (digest: string, mtime: number) => new Map([['/w/a.c', { digest, mtime }]])
  const results = { place: '/w/obj', newest: 1000, madeFrom: { '/w/a.c': 'old' } }

  test('is told of a source that differs and is dated before the results', () => {
    expect(staleResult(tool, source('new', 999), results)?.message).toContain('/w/a.c has changed')
    expect(staleResult(tool, source('new', 999), { ...results, madeFrom: {} })?.message).toContain('/w/a.c is new')
  })

  test('is not told of a source that is the same, or that the tool saw to be newer and did not need', () => {
    expect(staleResult(tool, source('old', 999), results)).toBeUndefined()
    expect(staleResult(tool, source('new', 1001), results)).toBeUndefined()
  })
})

describe('mixedPlatforms', () => {
  const mount = { target: '/w/obj', id: '/w/obj', sharing: 'shared', former: 'linux/amd64', platform: 'linux/arm64' }
  const mixed = (run: string, change: Partial<typeof mount> = {}) => {
    const build = built(run)
    return build === undefined ? undefined : mixedPlatforms(build, { ...mount, ...change })
  }

  test('are told of objects of make, and of cargo where two builds may meet', () => {
    expect(mixed('make')?.message).toContain('holds what make made for linux/amd64, and this step is for linux/arm64')
    expect(mixed('make')?.hint).toContain('id=w-obj-$TARGETARCH')
    expect(mixed('cargo build')?.code).toBe('CacheMountAcrossPlatforms')
  })

  test('are none where they are one, or are kept apart', () => {
    expect(mixed('make', { former: 'linux/arm64' })).toBeUndefined()
    expect(mixed('cargo build', { sharing: 'locked' })).toBeUndefined()
    expect(mixed('cargo build --target aarch64-unknown-linux-musl')).toBeUndefined()
    expect(mixed('mvn package')).toBeUndefined()
    expect(mixed('go build')).toBeUndefined()
  })

  test('are known from the variables of the platform that is built for', () => {
    expect(built('make', ['TARGETARCH=arm64'])?.platform).toBe('arm64')
  })
})
