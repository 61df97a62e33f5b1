import { describe, expect, test } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'

const cargo = (more: string): string => `[package]\nname = "svc"\nversion = "0.1.0"\n\n${more}\n`
const lock = (...names: readonly string[]): string =>
  names.map((name) => `[[package]]\nname = "${name}"\nversion = "1.0.0"\n`).join('\n')

describe('a package of Rust', () => {
  test('is read with its programs', () => {
    const { rust } = projectOf({
      'Cargo.toml': cargo('[[bin]]\nname = "tool"\npath = "cli.rs"'),
      'src/main.rs': '',
      'src/bin/one.rs': '',
      'src/bin/two/main.rs': '',
      'src/bin/two/x.rs': '',
    })
    expect(rust).toMatchObject([
      { directory: '', name: 'svc', binaries: ['tool', 'svc', 'one', 'two'], hasLock: false, isWorkspace: false },
    ])
  })

  test('of a workspace has the lock file and the profile of its root', () => {
    const { rust } = projectOf({
      'Cargo.toml':
        '[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\nreqwest = { version = "0.12", default-features = false }\n[profile.release]\nstrip = "symbols"\n',
      'Cargo.lock': lock('serde'),
      'crates/api/Cargo.toml': cargo('[dependencies]\nreqwest = { workspace = true, features = ["rustls-tls"] }'),
    })
    expect(
      rust.map(({ directory, hasLock, isWorkspace, strips, usesTls }) => ({
        directory,
        hasLock,
        isWorkspace,
        strips,
        usesTls,
      })),
    ).toEqual([
      { directory: '', hasLock: true, isWorkspace: true, strips: true, usesTls: false },
      { directory: 'crates/api', hasLock: true, isWorkspace: false, strips: true, usesTls: false },
    ])
  })

  test.each([
    ['[profile.release]\nstrip = true', true],
    ['[profile.release]\nstrip = "debuginfo"', true],
    ['[profile.release]\nstrip = "none"', false],
    ['[profile.release]\nlto = true', false],
    ['[profile.dev]\nstrip = true', false],
  ])('strips: %j', (profile, strips) => {
    expect(projectOf({ 'Cargo.toml': cargo(profile) }).rust[0]?.strips).toBe(strips)
  })

  const ssl = ['libssl.so.3', 'libcrypto.so.3']
  test.each([
    ['serde = "1"', false, []],
    ['reqwest = "0.12"', true, ssl],
    ['reqwest = { version = "0.12", features = ["blocking", "native-tls"] }', true, ssl],
    ['reqwest = { version = "0.12", default-features = false, features = ["rustls-tls"] }', false, []],
    ['reqwest = { version = "0.12", default-features = false, features = ["rustls-tls-native-roots"] }', true, []],
    ['reqwest = { version = "0.12", features = ["native-tls-vendored"] }', true, []],
    ['reqwest = "0.13"', true, []],
    ['ureq = "3"', false, []],
    ['openssl = "0.10"', true, ssl],
    ['openssl = { version = "0.10", features = ["vendored"] }', true, []],
    ['sqlx = { version = "0.8", features = ["runtime-tokio", "tls-native-tls", "postgres"] }', true, ssl],
    ['diesel = { version = "2", features = ["postgres"] }', false, ['libpq.so.5']],
    ['rusqlite = "0.32"', false, ['libsqlite3.so.0']],
    ['rusqlite = { version = "0.32", features = ["bundled"] }', false, []],
    ['aws-sdk-s3 = "1"', true, []],
  ])('without a list of packages, what %s links', (dependency, usesTls, libraries) => {
    expect(projectOf({ 'Cargo.toml': cargo(`[dependencies]\n${dependency}`) }).rust[0]).toMatchObject({
      usesTls,
      libraries,
    })
  })

  test.each([
    [['openssl-sys'], ssl],
    [['openssl-sys', 'openssl-src'], []],
    [['pq-sys', 'serde'], ['libpq.so.5']],
    [['rustls', 'ring'], []],
  ])('links what its lock file lists: %j', (names, libraries) => {
    const files = { 'Cargo.toml': cargo('[dependencies]\nanything = "1"'), 'Cargo.lock': lock(...names) }
    expect(projectOf(files).rust[0]?.libraries).toEqual(libraries)
  })

  test('is left out when it is broken', () => {
    expect(projectOf({ 'Cargo.toml': '[package\n' }).rust).toEqual([])
  })
})
