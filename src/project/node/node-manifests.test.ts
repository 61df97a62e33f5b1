import { describe, expect, test } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'

const json = JSON.stringify
const nativeOf = (files: Record<string, string>, path = 'package.json') =>
  projectOf(files)
    .node.find((each) => each.path === path)
    ?.native.map(({ name, dev, coversBothLibcs }) => [name, dev, coversBothLibcs])

describe('a package.json', () => {
  test('is read with what it wants', () => {
    const { node } = projectOf({
      'web/package.json': json({
        name: 'web',
        type: 'module',
        dependencies: { a: '1' },
        devDependencies: { b: '2' },
        scripts: { build: 'tsc' },
        packageManager: 'pnpm@9.1.0',
      }),
    })
    expect(node).toHaveLength(1)
    expect(node[0]).toMatchObject({
      path: 'web/package.json',
      directory: 'web',
      name: 'web',
      type: 'module',
      packageManager: 'pnpm@9.1.0',
      workspaces: [],
    })
    expect(node[0]?.dependencies).toEqual(new Map([['a', '1']]))
    expect(node[0]?.devDependencies).toEqual(new Map([['b', '2']]))
    expect(node[0]?.scripts.get('build')).toBe('tsc')
  })

  test('is left out when it is broken, or somebody else has written it', () => {
    expect(
      projectOf({ 'package.json': '{ "name": ', 'a/package.json': '[]', 'node_modules/x/package.json': '{}' }).node,
    ).toEqual([])
  })

  test.each([
    [{ 'package-lock.json': '{}' }, 'npm'],
    [{ 'npm-shrinkwrap.json': '{}' }, 'npm'],
    [{ 'yarn.lock': '' }, 'yarn'],
    [{ 'pnpm-lock.yaml': '' }, 'pnpm'],
    [{ 'bun.lock': '{}' }, 'bun'],
    [{ 'bun.lockb': '' }, 'bun'],
  ])('has the lock file beside it: %j', (lock, manager) => {
    expect(projectOf({ 'package.json': '{}', ...lock }).node[0]?.lock).toEqual({ path: Object.keys(lock)[0], manager })
  })

  test('has the lock file of the manager that it names, where there are two', () => {
    const { node } = projectOf({
      'package.json': json({ packageManager: 'yarn@4.0.0' }),
      'package-lock.json': '{}',
      'yarn.lock': '',
    })
    expect(node[0]?.lock?.manager).toBe('yarn')
  })

  test.each([
    ['npm', { 'package.json': json({ workspaces: ['packages/*'] }), 'package-lock.json': '{}' }],
    ['yarn', { 'package.json': json({ workspaces: { packages: ['packages/**'] } }), 'yarn.lock': '' }],
    [
      'pnpm',
      {
        'package.json': '{}',
        'pnpm-workspace.yaml': 'packages:\n  # all\n  - \'packages/*\'\n  - "!packages/old"\n',
        'pnpm-lock.yaml': '',
      },
    ],
    ['pnpm', { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages: [packages/*]\n', 'pnpm-lock.yaml': '' }],
  ])('has the lock file of its workspace (%s)', (manager, files) => {
    const { node } = projectOf({ ...files, 'packages/api/package.json': '{}', 'tools/x/package.json': '{}' })
    expect(node.map(({ path, lock }) => [path, lock?.manager])).toEqual([
      ['package.json', manager],
      ['packages/api/package.json', manager],
      ['tools/x/package.json', undefined],
    ])
  })
})

describe('packages with machine code', () => {
  test.each([
    [{ bcrypt: '5.1.1' }, [['bcrypt', false, false]]],
    [{ bcrypt: '^6.0.0' }, [['bcrypt', false, true]]],
    [{ sharp: '0.33.5' }, [['sharp', false, false]]],
    [{ argon2: '^0.41.0' }, [['argon2', false, true]]],
    [{ bcryptjs: '2.4.3', express: '4', '@grpc/grpc-js': '1' }, []],
  ])('are known by name without a lock file: %j', (dependencies, native) => {
    expect(nativeOf({ 'package.json': json({ dependencies }) })).toEqual(native)
  })

  test('are for development when nothing else needs them', () => {
    const lock = {
      packages: {
        'node_modules/db': { version: '1.0.0', dependencies: { 'better-sqlite3': '*' } },
        'node_modules/better-sqlite3': { version: '11.0.0' },
        'node_modules/node-sass': { version: '9.0.0', dev: true },
      },
    }
    const files = {
      'package.json': json({ dependencies: { db: '1' }, devDependencies: { 'node-sass': '9' } }),
      'package-lock.json': json(lock),
    }
    expect(nativeOf(files)).toEqual([
      ['better-sqlite3', false, false],
      ['node-sass', true, false],
    ])
  })

  const wants = json({ dependencies: { thing: '1.0.0', plain: '1.0.0' } })
  test.each([
    [
      'package-lock.json',
      json({
        packages: {
          '': {},
          'node_modules/thing': { version: '1.0.0', hasInstallScript: true, dependencies: { nan: '2' } },
          'node_modules/nan': { version: '2' },
          'node_modules/plain': { version: '1', hasInstallScript: true },
        },
      }),
    ],
    [
      'package-lock.json',
      json({
        lockfileVersion: 1,
        dependencies: { thing: { version: '1.0.0', requires: { bindings: '1' } }, plain: { version: '1.0.0' } },
      }),
    ],
    [
      'yarn.lock',
      '# yarn lockfile v1\n\n\nplain@1.0.0:\n  version "1.0.0"\n\nthing@1.0.0, thing@^1.0.0:\n  version "1.0.0"\n  resolved "https://example.com"\n  dependencies:\n    node-addon-api "^7.0.0"\n',
    ],
    [
      'yarn.lock',
      '__metadata:\n  version: 8\n\n"plain@npm:1.0.0":\n  version: 1.0.0\n\n"thing@npm:1.0.0":\n  version: 1.0.0\n  resolution: "thing@npm:1.0.0"\n  dependencies:\n    node-gyp: "npm:latest"\n  languageName: node\n',
    ],
    [
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\n\npackages:\n\n  thing@1.0.0:\n    resolution: {integrity: sha512-x}\n\n  plain@1.0.0:\n    resolution: {integrity: sha512-y}\n\nsnapshots:\n\n  thing@1.0.0:\n    dependencies:\n      prebuild-install: 7.1.2\n\n  plain@1.0.0: {}\n",
    ],
    [
      'pnpm-lock.yaml',
      "lockfileVersion: '6.0'\n\npackages:\n\n  /thing@1.0.0:\n    resolution: {integrity: sha512-x}\n    requiresBuild: true\n    dependencies:\n      node-gyp-build: 4.8.0\n    dev: false\n",
    ],
    [
      'bun.lock',
      '{\n  "lockfileVersion": 1,\n  "packages": {\n    // comment\n    "thing": ["thing@1.0.0", "", { "dependencies": { "@mapbox/node-pre-gyp": "^1.0.0" } }, "sha512-x"],\n    "plain": ["plain@1.0.0", "", {}, "sha512-y"],\n  }\n}\n',
    ],
  ])('are found by what %s says of them', (lock, content) => {
    expect(nativeOf({ 'package.json': wants, [lock]: content })).toEqual([['thing', false, false]])
  })

  test('are found by the libc that they are made for', () => {
    const lock = {
      packages: {
        'node_modules/thing': { optionalDependencies: { '@thing/linux-x64-gnu': '1' } },
        'node_modules/@thing/linux-x64-gnu': { version: '1.0.0', os: ['linux'], libc: ['glibc'], optional: true },
      },
    }
    expect(nativeOf({ 'package.json': wants, 'package-lock.json': json(lock) })).toEqual([
      ['@thing/linux-x64-gnu', false, false],
    ])
  })

  test('of a workspace are those that the member wants', () => {
    const lock = {
      packages: { 'node_modules/bcrypt': { version: '5.1.1' }, 'node_modules/canvas': { version: '2.0.0' } },
    }
    const files = {
      'package.json': json({ workspaces: ['p/*'] }),
      'p/a/package.json': json({ dependencies: { bcrypt: '5' } }),
      'package-lock.json': json(lock),
    }
    expect(nativeOf(files, 'p/a/package.json')).toEqual([['bcrypt', false, false]])
    expect(nativeOf(files)?.map(([name]) => name)).toEqual(['bcrypt', 'canvas'])
  })

  test('are none when the lock file is broken and no name is known', () => {
    expect(nativeOf({ 'package.json': wants, 'package-lock.json': '{ broken' })).toEqual([])
  })
})
