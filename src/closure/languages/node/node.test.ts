import { describe, expect, it } from 'vitest'
import type { MemoryFiles } from '../../../fileset/index.ts'
import { following, gapLines, glibcProgram, muslProgram } from '../testing/image-of.ts'
import { followNode } from './node.ts'

const node = 'usr/local/bin/node'

interface Case {
  readonly files: MemoryFiles
  readonly command?: string
  readonly version?: string
  readonly env?: readonly string[]
}

function run({ files, command = 'node server.js', version = '20.20.2', env = [] }: Case) {
  const image = { [node]: glibcProgram, 'bin/sh': glibcProgram, ...files }
  return following(followNode, image, { path: node, env: [`NODE_VERSION=${version}`, 'PATH=/usr/local/bin', ...env] })(
    command,
  )
}

const manifest = (fields: object): string => JSON.stringify(fields)
const express: MemoryFiles = { 'app/node_modules/express/index.js': '' }

describe('what node is started with', () => {
  const started: readonly (readonly [string, string, MemoryFiles])[] = [
    ['a file', 'node server.js', { 'app/server.js': '' }],
    ['a file without its extension', 'node server', { 'app/server.js': '' }],
    [
      'the main file of a directory',
      'node .',
      { 'app/package.json': manifest({ main: 'lib' }), 'app/lib/index.js': '' },
    ],
    [
      'a file behind options',
      'node --enable-source-maps -r ./first.js server.js',
      { 'app/first.js': '', 'app/server.js': '' },
    ],
    ['a link', 'node bin/x', { 'app/bin/x': { kind: 'symlink', linkname: '../lib/x.js' }, 'app/lib/x.js': '' }],
  ]
  it.each(started)('is %s', (_, command, files) => {
    const found = run({ files, command })
    expect(gapLines(found)).toEqual([])
    for (const path of Object.keys(files)) if (path.endsWith('.js')) expect(found.reached).toContain(path)
  })

  const failing: readonly (readonly [string, string, MemoryFiles, readonly string[]])[] = [
    ['a file that is gone', 'node dist/main.js', {}, ['error module /app/dist/main.js']],
    [
      'a preload that is gone',
      'node -r dotenv/config server.js',
      { 'app/server.js': '' },
      ['error module dotenv/config'],
    ],
    ['a text with a module that is gone', 'node -e require("x")', {}, ['error module x']],
  ]
  it.each(failing)('is missed when it is %s', (_, command, files, gaps) => {
    expect(gapLines(run({ files, command }))).toEqual(gaps)
  })
})

describe('modules that a file asks for', () => {
  const present: readonly (readonly [string, string, MemoryFiles, string])[] = [
    ['require with an extension to be found', `require('./a')`, { 'app/a.json': '{}' }, 'app/a.json'],
    ['a directory', `require('./lib')`, { 'app/lib/index.js': '' }, 'app/lib/index.js'],
    ['__dirname', `require(require('path').join(__dirname, 'lib', 'x.js'))`, { 'app/lib/x.js': '' }, 'app/lib/x.js'],
    ['a package above', `require('express')`, { 'node_modules/express/index.js': '' }, 'node_modules/express/index.js'],
    [
      'exports with conditions',
      `require('x/sub/a')`,
      {
        'app/node_modules/x/package.json': manifest({
          exports: { './sub/*': { import: './no.js', require: './lib/*.cjs' } },
        }),
        'app/node_modules/x/lib/a.cjs': '',
      },
      'app/node_modules/x/lib/a.cjs',
    ],
    [
      'imports of the own package',
      `require('#db')`,
      { 'app/package.json': manifest({ imports: { '#db': './db.js' } }), 'app/db.js': '' },
      'app/db.js',
    ],
    [
      'a package behind a link, from its real place',
      `require('a')`,
      {
        'app/node_modules/a': { kind: 'symlink', linkname: '.pnpm/a@1/node_modules/a' },
        'app/node_modules/.pnpm/a@1/node_modules/a/index.js': `require('b')`,
        'app/node_modules/.pnpm/a@1/node_modules/b/index.js': '',
      },
      'app/node_modules/.pnpm/a@1/node_modules/b/index.js',
    ],
    ['a worker', `new Worker(path.join(__dirname, 'w.js'))`, { 'app/w.js': '' }, 'app/w.js'],
    [
      'a package whose name begins with a dot',
      `require('.prisma/client')`,
      { 'app/node_modules/.prisma/client/index.js': '' },
      'app/node_modules/.prisma/client/index.js',
    ],
  ]
  it.each(present)('are found by %s', (_, text, files, path) => {
    const found = run({ files: { 'app/server.js': text, ...files } })
    expect(gapLines(found)).toEqual([])
    expect(found.reached).toContain(path)
  })

  it('are those of an ES module by the rules of import', () => {
    const text = `import a from './a.js'\nimport 'express'\nawait import('./b.mjs')\nnew Worker(new URL('./w.js', import.meta.url))`
    const files = {
      'app/package.json': manifest({ type: 'module' }),
      'app/server.js': text,
      'app/a.js': '',
      'app/w.js': '',
      ...express,
    }
    const found = run({ files })
    expect(gapLines(found)).toEqual(['error module ./b.mjs'])
    expect(found.reached).toContain('app/w.js')
  })

  const missing: readonly (readonly [string, string, string])[] = [
    ['at the top', `require('express')`, 'error module express'],
    ['in a function that runs at once', `(function () { require('express') })()`, 'error module express'],
    [
      'under a condition that always holds',
      `if (typeof module === 'object') require('express')`,
      'error module express',
    ],
    ['in a function, when it is a dependency', `function f() { require('pg') }`, 'warning module pg'],
    [
      'in a function, when it is a file of the program',
      `exports.f = () => require('./routes')`,
      'warning module ./routes',
    ],
    ['as a module of a younger Node', `require('node:sqlite')`, 'error module node:sqlite'],
  ]
  it.each(missing)('are gaps when they are missing %s', (_, text, gap) => {
    const files = { 'app/package.json': manifest({ dependencies: { pg: '8' } }), 'app/server.js': text }
    expect(gapLines(run({ files }))).toEqual([gap])
  })

  const harmless: readonly (readonly [string, string])[] = [
    ['within try', `try { require('bufferutil') } catch {}`],
    ['in a function, undeclared', `function f() { require('webpack') }`],
    ['in a function, for development', `function f() { require('nodemon') }`],
    ['optional by package.json', `require('fsevents')`],
    ['an optional peer', `require('redis')`],
    ['for another system', `if (process.platform === 'win32') require('winreg')`],
    ['for browsers', `if (typeof window !== 'undefined') require('jsdom')`],
    ['for development by the environment', `if (process.env.NODE_ENV !== 'production') require('morgan')`],
    ['behind a return', `if (process.argv[2]) return\nrequire('x')`],
    ['within a bundle that has its own require', `!function (require, module) { require('./1') }(r, {})`],
    ['as text', `// require('x')\nconst a = "require('x')"`],
    ['built in', `require('fs'); require('node:test')`],
  ]
  it.each(harmless)('are no gaps when they are missing %s', (_, text) => {
    const fields = {
      devDependencies: { nodemon: '3', morgan: '1' },
      optionalDependencies: { fsevents: '2' },
      peerDependencies: { redis: '4' },
      peerDependenciesMeta: { redis: { optional: true } },
    }
    const files = { 'app/package.json': manifest(fields), 'app/server.js': text }
    expect(gapLines(run({ files, env: ['NODE_ENV=production'] }))).toEqual([])
  })

  it('are missed with the words that help', () => {
    const text = `require('morgan')`
    const files = { 'app/package.json': manifest({ devDependencies: { morgan: '1' } }), 'app/server.js': text }
    expect(run({ files }).gaps).toMatchObject([
      {
        message: '/app/server.js needs the module morgan, and no node_modules above it has morgan',
        file: 'app/server.js',
        hint: 'morgan is a development dependency: it belongs under "dependencies"',
      },
    ])
  })

  it('are unknown when their names are computed', () => {
    expect(run({ files: { 'app/server.js': 'require(process.argv[2])' } }).unknown).toEqual([
      '/app/server.js loads modules by names that are computed',
    ])
  })
})

describe('ES modules', () => {
  const text = `import fs from 'node:fs'\nexport const a = 1`
  it('need their package.json where Node does not look at the syntax', () => {
    const files = { 'app/server.js': text }
    expect(gapLines(run({ files, version: '20.10.0' }))).toEqual(['error module package.json with "type": "module"'])
    expect(gapLines(run({ files, version: '20.19.0' }))).toEqual([])
    const command = 'node --no-experimental-detect-module server.js'
    expect(gapLines(run({ files, command }))).toEqual(['error module package.json with "type": "module"'])
    expect(
      gapLines(run({ files: { ...files, 'app/package.json': manifest({ type: 'module' }) }, version: '18.0.0' })),
    ).toEqual([])
  })

  it('cannot be required by old versions of Node', () => {
    const files = {
      'app/server.js': `require('esm')`,
      'app/node_modules/esm/package.json': manifest({ type: 'module' }),
      'app/node_modules/esm/index.js': text,
    }
    expect(gapLines(run({ files, version: '18.20.0' }))).toEqual(['error runtime-version Node 20.19 or 22.12'])
    expect(gapLines(run({ files, version: '22.12.0' }))).toEqual([])
  })
})

describe('native addons', () => {
  const bcrypt: MemoryFiles = {
    'app/server.js': `require('bcrypt')`,
    'app/node_modules/bcrypt/package.json': '{}',
    'app/node_modules/bcrypt/index.js': `const load = require('node-gyp-build'); module.exports = load(__dirname)`,
    'app/node_modules/node-gyp-build/index.js': '',
  }
  it('are the prebuilt ones of architecture and C library', () => {
    const prebuilt = (libc: string): string => `app/node_modules/bcrypt/prebuilds/linux-x64/bcrypt.${libc}.node`
    const both = { ...bcrypt, [prebuilt('glibc')]: 'x', [prebuilt('musl')]: 'x' }
    expect(run({ files: both }).loads).toEqual([prebuilt('glibc')])
    expect(run({ files: { ...both, [node]: muslProgram } }).loads).toEqual([prebuilt('musl')])
    const [gap] = run({ files: { ...bcrypt, [prebuilt('glibc')]: 'x', [node]: muslProgram } }).gaps
    expect(gap?.message).toBe(
      'bcrypt has no native addon for this image: linux-x64-musl is needed; there is linux-x64/bcrypt.glibc.node',
    )
  })

  const sharp: MemoryFiles = {
    'app/server.js': `require('sharp')`,
    'app/node_modules/sharp/package.json': manifest({
      optionalDependencies: {
        '@img/sharp-linux-x64': '1',
        '@img/sharp-linuxmusl-x64': '1',
        '@img/sharp-darwin-arm64': '1',
      },
    }),
    'app/node_modules/sharp/index.js':
      'let s; for (const p of [`@img/sharp-${os}/sharp.node`]) { try { s = require(p) } catch {} }\nif (!s) { throw new Error("no") }',
    'app/node_modules/@img/sharp-linux-x64/package.json': '{}',
    'app/node_modules/@img/sharp-linux-x64/lib/sharp.node': 'x',
  }
  it('come from the package of the platform', () => {
    expect(run({ files: sharp })).toMatchObject({
      gaps: [],
      loads: ['app/node_modules/@img/sharp-linux-x64/lib/sharp.node'],
    })
    expect(gapLines(run({ files: { ...sharp, [node]: muslProgram } }))).toEqual(['error native-module linux-x64-musl'])
  })

  it('must have been compiled for the version of Node', () => {
    const files = {
      'app/server.js': `require('bindings')('db.node')`,
      'app/package.json': '{}',
      'app/node_modules/bindings/index.js': '',
      'app/build/Release/db.node': 'node_register_module_v115',
    }
    expect(gapLines(run({ files }))).toEqual([])
    expect(gapLines(run({ files, version: '22.1.0' }))).toEqual(['error runtime-version Node 20'])
  })

  it('are missed when nobody compiled them', () => {
    const files = {
      'app/server.js': `require('bindings')('db.node')`,
      'app/package.json': '{}',
      'app/node_modules/bindings/index.js': '',
    }
    expect(gapLines(run({ files }))).toEqual(['error native-module build/Release/db.node'])
  })
})

describe('package managers', () => {
  const npm = 'usr/local/lib/node_modules/npm/bin/npm-cli.js'
  const files = {
    [npm]: '',
    'usr/local/lib/node_modules/npm/bin/npx-cli.js': '',
    'app/package.json': manifest({ scripts: { prestart: 'node prepare.js', start: 'next start' } }),
    'app/node_modules/.bin/next': '',
  }
  it('start the scripts of package.json in a shell that finds the programs of node_modules', () => {
    const { starts, gaps } = run({ files, command: `node /${npm} start` })
    expect(gaps).toEqual([])
    expect(starts.map(({ argv }) => argv[2])).toEqual(['node prepare.js', 'next start'])
    expect(starts[0]?.env['PATH']).toBe('/app/node_modules/.bin:/node_modules/.bin:/usr/local/bin')
  })

  it('miss scripts and programs', () => {
    expect(gapLines(run({ files, command: `node /${npm} run serve` }))).toEqual(['error program script serve'])
    const npx = npm.replace('npm-cli', 'npx-cli')
    expect(gapLines(run({ files, command: `node /${npx} next start` }))).toEqual([])
    expect(gapLines(run({ files, command: `node /${npx} serve` }))).toEqual(['warning program serve'])
  })
})
