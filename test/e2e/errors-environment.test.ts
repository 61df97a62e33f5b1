import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failingBuild } from '../kit/failing-build.ts'
import { startRegistry, type FakeRegistry } from '../kit/registry.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const root = process.getuid?.() === 0
if (!root) console.log('skipped: mounting a small disk and running as another user need root')

let bench: Workbench
let registry: FakeRegistry
beforeAll(async () => {
  bench = await openWorkbench('environment')
  registry = await startRegistry()
})
afterAll(async () => {
  bench.remove()
  await registry.close()
})

describe('a base image', () => {
  test('that the registry does not have is named with its line', async () => {
    const said = await failingBuild(bench, `FROM ${registry.host}/team/base:1\nRUN true\n`)
    expect(said).toMatchInlineSnapshot(`
      "Dockerfile:1:1
      --------------------
         1 | >>> FROM REGISTRY/team/base:1
           |     ^
         2 |     RUN true
      --------------------
      ERROR: REGISTRY/team/base:1 does not exist: no such thing [image-not-found]
      exit 2"
    `)
  })

  test('is not asked for when the file has a mistake', async () => {
    const before = registry.requests.length
    const file = `FROM ${registry.host}/team/base:1 AS builder\nFROM bb\nCOPY --from=buidler /a /b\n`
    expect(await failingBuild(bench, file)).toMatchInlineSnapshot(`
      "Dockerfile:3:13
      --------------------
         1 |     FROM REGISTRY/team/base:1 AS builder
         2 |     FROM bb
         3 | >>> COPY --from=buidler /a /b
           |                 ^
      --------------------
      ERROR: no stage is called buidler, and no build context is [unknown-stage]
        hint: did you mean builder?
      exit 2"
    `)
    expect(registry.requests.length).toBe(before)
  })

  test('of a registry that nobody reaches says so', async () => {
    expect(await failingBuild(bench, 'FROM 127.0.0.1:9/base\n')).toMatchInlineSnapshot(`
      "Dockerfile:1:1
      --------------------
         1 | >>> FROM REGISTRY/base
           |     ^
      --------------------
      ERROR: cannot reach http://REGISTRY: connection refused [registry-unreachable]
        hint: check the name, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)
        The cause may be temporary: the same command may succeed when it is run again.
      exit 4"
    `)
  })
})

describe('the machine', () => {
  test.runIf(root)('without room on the disk of the store says which', async () => {
    const small = bench.place('small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'small', small])
    try {
      const said = await failingBuild(bench, 'FROM scratch\nCOPY big /big\n', {
        root: small,
        files: { big: Buffer.alloc(12 << 20, 1) },
      })
      expect(said).toMatchInlineSnapshot(`
        "Dockerfile:2:1
        --------------------
           1 |     FROM scratch
           2 | >>> COPY big /big
             |     ^^^^^^^^^^^^^
        --------------------
        ERROR: no space left for /big [no-space]
          hint: free some space, or choose another place with SLIPWAY_ROOT
        exit 4"
      `)
    } finally {
      execFileSync('umount', [small])
    }
  })

  test('without a working way to isolate steps lists what was tried', async () => {
    const programs = bench.context({ runc: { text: '#!/bin/sh\necho not today >&2\nexit 1\n', mode: 0o755 } })
    const said = await failingBuild(bench, 'FROM bb\nRUN true\n', {
      args: ['--isolation', 'runc'],
      env: { PATH: `${programs}:${process.env.PATH}` },
    })
    expect(said).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM bb
         2 | >>> RUN true
           |     ^^^^^^^^
      --------------------
        | runc: a test container failed with 1: not today
      ERROR: no way to run a step in isolation works on this machine [cannot-isolate]
        hint: see the reason; slipway doctor shows every way that was tried
      exit 4"
    `)
  })

  test('without such a way of isolation knows the others', async () => {
    const said = await failingBuild(bench, 'FROM bb\nRUN true\n', { args: ['--isolation', 'jail'] })
    expect(said).toMatchInlineSnapshot(`
      "ERROR: --isolation: "jail" is not one of auto, crun, runc, embedded [usage]
      exit 2"
    `)
  })
})

describe('an ordinary user', () => {
  test.runIf(root)('learns which file of the context cannot be read', async () => {
    const store = bench.place('user-root')
    mkdirSync(store)
    chownSync(store, 65534, 65534)
    chmodSync(bench.dir, 0o755)
    const said = await failingBuild(bench, 'FROM scratch\nCOPY . /\n', {
      root: path.join(store),
      uid: 65534,
      gid: 65534,
      env: { HOME: '/nonexistent' },
      files: { 'private/key': { text: 'x', mode: 0o600 } },
    })
    expect(said).toMatchInlineSnapshot(`
      "Dockerfile:2:1
      --------------------
         1 |     FROM scratch
         2 | >>> COPY . /
           |     ^^^^^^^^
      --------------------
      ERROR: cannot read CONTEXT/private/key: permission denied [context-unreadable]
        hint: make it readable, or exclude it with a .dockerignore file
      exit 2"
    `)
  })
})
