import { describe, expect, test } from 'vitest'
import { explain } from '../testing/failed-step.ts'

describe('a newer C library than the base has', () => {
  const libc = { 'lib/x86_64-linux-gnu/libc.so.6': 'GLIBC_2.2.5\0GLIBC_2.36\0GLIBC_2.9\0' }

  test('is named with what the base has and where it is', () => {
    const output = [
      "./app: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./app)",
      "./app: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.39' not found (required by ./app)",
    ].join('\n')
    expect(explain(output, { files: libc })).toBe(
      './app was built against a newer glibc than this base has: it needs GLIBC_2.39, the base has GLIBC_2.36\nbuild it in a stage with the same release as this base, or use a newer base here\nGLIBC_2.39 or newer is in Ubuntu 24.04, RHEL 10, Debian 13',
    )
  })

  test('may be that of C++, wanted by a library that node loads', () => {
    const output =
      "Error: /usr/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/node_modules/x/x.node)"
    expect(explain(output)).toMatch(
      /^\/app\/node_modules\/x\/x\.node was built against a newer libstdc\+\+.*GLIBCXX_3\.4\.32\n/,
    )
  })

  test('of no release that is known is not placed', () => {
    const output = "./app: /lib/libc.so.6: version `GLIBC_2.99' not found (required by ./app)"
    expect(explain(output)?.split('\n')).toHaveLength(2)
  })
})

describe('a program for glibc on musl', () => {
  test.each([
    'Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /app/x.node)',
    'Error relocating /app/x.node: __vfprintf_chk: symbol not found',
  ])('is recognised: %s', (output) => {
    expect(explain(output, { on: 'alpine', exitCode: 127 })).toMatch(
      /^\/app\/x\.node was built against glibc, and this base has musl/,
    )
  })
})

describe('a missing shared library', () => {
  const loader =
    './app: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory'

  test('comes with the package of the base', () => {
    expect(explain(loader, { on: 'debian', exitCode: 127 })).toBe(
      './app needs the shared library libpq.so.5, which is not in this stage\nin Debian 12 the package libpq5 brings it: RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*',
    )
  })

  test.each([
    ['musl', 'Error loading shared library libpq.so.5: No such file or directory (needed by /app)', '/app needs'],
    ['python', 'ImportError: libpq.so.5: cannot open shared object file: No such file or directory', 'a program needs'],
    ['node', 'Error: libpq.so.5: cannot open shared object file: No such file or directory', 'a program needs'],
  ])('is recognised as %s says it', (_, output, who) => {
    expect(explain(output, { on: 'alpine' })).toBe(
      `${who} the shared library libpq.so.5, which is not in this stage\nin Alpine Linux 3.20.3 the package libpq brings it: RUN apk add --no-cache libpq`,
    )
  })

  test('that no table knows is to be copied', () => {
    const output = loader.replace('libpq.so.5', 'libours.so.1')
    expect(explain(output, { on: 'debian' })).toMatch(/libours\.so\.1.*\n.*COPY it from the stage/)
  })

  test('may be where the loader does not look', () => {
    const files = { 'usr/local/lib/libpq.so.5': 'x' }
    expect(explain(loader, { on: 'debian', files })).toBe(
      './app needs libpq.so.5, which is in /usr/local/lib, where the loader does not find it\nRUN ldconfig after it was put there, or name its directory in LD_LIBRARY_PATH',
    )
  })
})
