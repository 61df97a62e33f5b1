import { deflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { elfWithSection } from '../../test/kit/elf-with-section.ts'
import { type MemoryFiles, memoryTree } from '../fileset/index.ts'
import { type Inventory, listPackages } from './index.ts'
import { readJavaArchive } from './java-archive.ts'

function inventory(files: MemoryFiles): Inventory {
  const view = memoryTree(files)
  return listPackages(view, (path, { offset, length }) => view.read(path).subarray(offset, offset + length))
}

/** `purl place` of every package, with marks for what is known of it besides. */
function lines(files: MemoryFiles): readonly string[] {
  const { packages, skipped } = inventory(files)
  const words = packages.map(({ purl, path, within, isDevelopment, isDeclared, licenses = [] }) =>
    [
      purl,
      within === undefined ? path : `${path}!${within}`,
      ...(isDevelopment ? ['development'] : []),
      ...(isDeclared ? ['declared'] : []),
      ...licenses,
    ].join(' '),
  )
  return [...words, ...skipped.map(({ path, reason }) => `${path}: ${reason}`)]
}

function archive(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, value]) => [name, typeof value === 'string' ? Buffer.from(value) : value]),
    ),
  )
}

const pom = (group: string, artifact: string, version: string): Readonly<Record<string, string>> => ({
  [`META-INF/maven/${group}/${artifact}/pom.properties`]: `#Created\r\ngroupId=${group}\nartifactId : ${artifact}\nversion=${version}\n`,
})

describe('Java archives', () => {
  const boot = archive({
    ...pom('org.example', 'app', '1.0.0'),
    'BOOT-INF/lib/slf4j-api-2.0.9.jar': archive(pom('org.slf4j', 'slf4j-api', '2.0.9')),
    'BOOT-INF/lib/commons-lang3-3.12.0.jar': archive({ 'a/B.class': 'x' }),
    'BOOT-INF/lib/web.war': archive({
      'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\r\nImplementation-Version: 7.\r\n 1\r\n',
      'WEB-INF/lib/deep-1.jar': archive(pom('g', 'deep', '1')),
    }),
  })
  const cases: readonly (readonly [string, MemoryFiles, readonly string[]])[] = [
    [
      'in archives and archives in them, by their properties, manifests and names',
      { 'srv/app.jar': { content: boot } },
      [
        'pkg:maven/commons-lang3@3.12.0 srv/app.jar!BOOT-INF/lib/commons-lang3-3.12.0.jar',
        'pkg:maven/g/deep@1 srv/app.jar!BOOT-INF/lib/web.war/WEB-INF/lib/deep-1.jar',
        'pkg:maven/org.example/app@1.0.0 srv/app.jar',
        'pkg:maven/org.slf4j/slf4j-api@2.0.9 srv/app.jar!BOOT-INF/lib/slf4j-api-2.0.9.jar',
        'pkg:maven/web@7.1 srv/app.jar!BOOT-INF/lib/web.war',
      ],
    ],
    [
      'all artifacts that were put into one archive',
      { 'a.jar': { content: archive({ ...pom('g', 'one', '1'), ...pom('g', 'two', '2') }) } },
      ['pkg:maven/g/one@1 a.jar', 'pkg:maven/g/two@2 a.jar'],
    ],
    ['not where nothing tells a version', { 'jrt-fs.jar': { content: archive({ 'a.class': '' }) } }, []],
    ['not in what is no archive', { 'a-1.jar': 'text' }, ['a-1.jar: it is not a zip archive']],
  ]
  it.each(cases)('are read: %s', (_, files, expected) => expect(lines(files)).toEqual(expected))

  it('do no harm when they are damaged', () => {
    fc.assert(
      fc.property(fc.nat(boot.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(boot)
        damaged[at] = byte
        readJavaArchive('a.jar', damaged)
        readJavaArchive('a.jar', boot.subarray(0, at))
      }),
    )
  })
})

describe('programs of Rust', () => {
  const record = {
    packages: [
      { name: 'app', version: '0.1.0', source: 'local', root: true },
      { name: 'serde', version: '1.0.200', source: 'crates.io' },
      { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
    ],
  }
  it('name the crates in them, when cargo auditable has linked them', () => {
    const section = deflateSync(JSON.stringify(record))
    const program = (content: Uint8Array, mode = 0o755) => ({
      content: elfWithSection('.dep-v0', content, 300_000),
      mode,
    })
    expect(lines({ 'usr/bin/app': program(section) })).toEqual([
      'pkg:cargo/app@0.1.0 usr/bin/app',
      'pkg:cargo/serde@1.0.200 usr/bin/app',
    ])
    expect(lines({ data: program(section, 0o644), cut: program(section.subarray(0, 20)) })).toEqual([])
    expect(lines({ other: { content: elfWithSection('.dep-v1', section, 300_000), mode: 0o755 } })).toEqual([])
  })
})

describe('lists of what is installed and of what should be', () => {
  const npmLock = JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', version: '1.0.0' },
      'node_modules/a': { version: '1.0.0', license: 'MIT' },
      'node_modules/a/node_modules/@s/b': { version: '2.0.0', dev: true },
      'node_modules/alias': { name: 'real', version: '3.0.0' },
      'node_modules/own': { link: true, resolved: 'packages/own' },
      'packages/own': { version: '0.0.1' },
    },
  })
  const cargoLock =
    'version = 3\n[[package]]\nname = "serde"\nversion = "1.0.200"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n' +
    '[[package]]\nname = "own"\nversion = "0.1.0"\n[[package]]\nname = "fork"\nversion = "1.0.0"\nsource = "git+https://example.org/f#abc"\n'
  const cases: readonly (readonly [string, MemoryFiles, readonly string[]])[] = [
    [
      'Composer, with what only development needs',
      {
        'app/vendor/composer/installed.json': JSON.stringify({
          packages: [
            { name: 'monolog/monolog', version: 'v3.5.0', license: ['MIT'] },
            { name: 'phpunit/phpunit', version: '10.5.1' },
          ],
          'dev-package-names': ['phpunit/phpunit'],
        }),
        'app/composer.lock': '{"packages":[{"name":"not/read","version":"1"}]}',
      },
      [
        'pkg:composer/monolog/monolog@3.5.0 app/vendor/composer/installed.json MIT',
        'pkg:composer/phpunit/phpunit@10.5.1 app/vendor/composer/installed.json development',
      ],
    ],
    [
      'Composer before version 2',
      { 'vendor/composer/installed.json': '[{"name":"A/b","version":"1.0.0"}]' },
      ['pkg:composer/a/b@1.0.0 vendor/composer/installed.json'],
    ],
    [
      'Composer that has installed nothing',
      { 'composer.lock': '{"packages":[{"name":"a/b","version":"1"}],"packages-dev":[{"name":"c/d","version":"2"}]}' },
      ['pkg:composer/a/b@1 composer.lock declared', 'pkg:composer/c/d@2 composer.lock development declared'],
    ],
    [
      '.NET, without the program itself',
      {
        'app/App.deps.json': JSON.stringify({
          libraries: {
            'App/1.0.0': { type: 'project' },
            'Newtonsoft.Json/13.0.3': { type: 'package', sha512: 'sha512-x' },
          },
        }),
      },
      ['pkg:nuget/Newtonsoft.Json@13.0.3 app/App.deps.json'],
    ],
    [
      'npm that has installed nothing',
      { 'app/package-lock.json': npmLock },
      [
        'pkg:npm/%40s/b@2.0.0 app/package-lock.json development declared',
        'pkg:npm/a@1.0.0 app/package-lock.json declared MIT',
        'pkg:npm/real@3.0.0 app/package-lock.json declared',
      ],
    ],
    [
      'npm before version 7',
      {
        'npm-shrinkwrap.json': JSON.stringify({
          dependencies: { a: { version: '1.0.0', dependencies: { b: { version: '2.0.0', dev: true } } } },
        }),
      },
      ['pkg:npm/a@1.0.0 npm-shrinkwrap.json declared', 'pkg:npm/b@2.0.0 npm-shrinkwrap.json development declared'],
    ],
    [
      'npm by what is installed, where something is',
      {
        'app/package-lock.json': npmLock,
        'app/node_modules/.package-lock.json': npmLock,
        'app/node_modules/a/package.json': '{"name":"a","version":"1.0.0"}',
        'app/node_modules/a/node_modules/@s/b/package.json': '{"name":"@s/b","version":"2.0.0"}',
      },
      [
        'pkg:npm/%40s/b@2.0.0 app/node_modules/a/node_modules/@s/b/package.json development',
        'pkg:npm/a@1.0.0 app/node_modules/a/package.json',
      ],
    ],
    [
      'Cargo by its lock file, but not those of dependencies',
      { 'app/Cargo.lock': cargoLock, 'root/.cargo/registry/src/x/serde/Cargo.lock': cargoLock },
      [
        'pkg:cargo/fork@1.0.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Ff%23abc app/Cargo.lock declared',
        'pkg:cargo/own@0.1.0 app/Cargo.lock declared',
        'pkg:cargo/serde@1.0.200 app/Cargo.lock declared',
      ],
    ],
    [
      'files that are not what they are called',
      { 'Cargo.lock': '[[', 'package-lock.json': '[', 'a.deps.json': '"x"', 'vendor/composer/installed.json': '' },
      [
        'Cargo.lock: it is not TOML',
        'a.deps.json: it is not JSON',
        'package-lock.json: it is not JSON',
        'vendor/composer/installed.json: it is not JSON',
      ],
    ],
  ]
  it.each(cases)('are read: %s', (_, files, expected) => expect(lines(files)).toEqual(expected))
})

describe('the origin of a package', () => {
  it('is the distribution where a package of it brought the file that says so', () => {
    const site = 'usr/lib/python3/dist-packages'
    const { packages } = inventory({
      'var/lib/dpkg/status':
        'Package: python3-six\nStatus: install ok installed\nVersion: 1.16.0-4\nArchitecture: all\n',
      'var/lib/dpkg/info/python3-six.list': `/.\n/${site}/six-1.16.0.egg-info\n`,
      [`${site}/six-1.16.0.egg-info`]: 'Name: six\nVersion: 1.16.0\n',
      'usr/local/lib/python3.11/site-packages/pip-24.dist-info/METADATA': 'Name: pip\nVersion: 24\n',
    })
    expect(packages.map(({ name, origin }) => `${name} ${origin}`)).toEqual([
      'python3-six os',
      'pip application',
      'six os',
    ])
  })
})
