import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { provideBases } from '../kit/bases.ts'
import { type DockerRegistry, hasDockerRegistry, startDockerRegistry } from '../kit/docker-registry.ts'
import { type Emulation, emulate } from '../kit/emulation.ts'
import { addUser } from '../kit/ordinary-user.ts'
import { unreachable } from '../kit/reachable.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const isRoot = process.getuid?.() === 0
const amd64 = process.arch === 'x64'

/** Repositories, tags and platforms of `slipway images`. */
async function listed(root: string, name: string): Promise<readonly string[]> {
  const format = '{{.Repository}}:{{.Tag}} {{.Platform}}'
  return (await slipway(['images', '--format', format, name], { root })).trim().split('\n').sort()
}

interface Index {
  readonly manifests: readonly { readonly digest: string; readonly platform: unknown }[]
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T

const cross = `FROM --platform=$BUILDPLATFORM bb AS tools
RUN echo made once > /tool
FROM --platform=$BUILDPLATFORM bb AS build
ARG BUILDPLATFORM TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT
COPY --from=tools /tool /tool
RUN echo "$TARGETPLATFORM: $TARGETOS $TARGETARCH [$TARGETVARIANT], made on $BUILDPLATFORM by $(uname -m)" > /out
FROM scratch
COPY --from=build /out /tool /
`

describe.skipIf(!amd64)('a build for several platforms on amd64', () => {
  let bench: Workbench
  let registry: DockerRegistry | undefined
  beforeAll(async () => {
    bench = await openWorkbench('platforms')
  })
  afterEach(async () => {
    await registry?.close()
    registry = undefined
  })
  afterAll(() => bench?.remove())

  test('runs natively in stages of the build platform, and once what does not depend on the target', async () => {
    const run = await bench.build(cross, ['-t', 'cross', '--platform', 'linux/amd64,linux/arm64,linux/arm/v6'])
    const ran = [...run.steps].filter(([name]) => name.includes(' RUN '))
    expect(ran.filter(([name]) => name.includes(' tools '))).toEqual([
      ['[linux/amd64 tools 2/2] RUN echo made once > /tool', 'DONE'],
    ])
    expect(ran.filter(([name]) => name.includes(' build '))).toHaveLength(3)
    const [, asking] = /^#(\d+) \[linux\/amd64 internal\] load metadata for bb$/m.exec(run.stderr) ?? []
    expect(run.stderr.split('\n').filter((line) => line.startsWith(`#${asking} DONE`))).toHaveLength(1)
    for (const [platform, said] of [
      ['linux/amd64', 'linux/amd64: linux amd64 []'],
      ['linux/arm64', 'linux/arm64: linux arm64 []'],
      ['linux/arm/v6', 'linux/arm/v6: linux arm [v6]'],
    ] as const) {
      const out = await bench.out(cross, ['--platform', platform])
      expect(out).toBe(`${said}, made on linux/amd64 by x86_64\n`)
    }
  })

  test.skipIf(!hasDockerRegistry)(
    'is one tag in a registry, and one name in the stores that load or pull it',
    async () => {
      registry = await startDockerRegistry(bench.place('registry'))
      const name = `${registry.host}/cross:1`
      const archive = bench.place('archive')
      const platforms = ['linux/amd64', 'linux/arm64']
      await bench.build(cross, [
        '-t',
        name,
        '--platform',
        platforms.join(','),
        '--push',
        '-o',
        `type=oci,dest=${archive}`,
      ])
      const index = JSON.parse(
        await slipway(['manifest', 'inspect', '--raw', name], { root: bench.place('empty') }),
      ) as { readonly mediaType: string; readonly manifests: readonly { readonly platform: unknown }[] }
      expect(index.mediaType).toBe('application/vnd.oci.image.index.v1+json')
      expect(index.manifests.map(({ platform }) => platform)).toEqual([
        { architecture: 'amd64', os: 'linux' },
        { architecture: 'arm64', os: 'linux' },
      ])
      const expected = platforms.map((platform) => `${registry?.host}/cross:1 ${platform}`)
      const loaded = bench.place('loaded')
      await slipway(['load', '-i', archive], { root: loaded })
      expect(await listed(loaded, name)).toEqual(expected)
      const pulled = bench.place('pulled')
      await slipway(['pull', '-q', '--platform', platforms.join(','), name], { root: pulled })
      expect(await listed(pulled, name)).toEqual(expected)
      const based = bench.place('based')
      await slipway(['build', '-q', '--platform', platforms.join(','), '-'], {
        root: based,
        input: `FROM ${name}\nENV A=1\n`,
      })
      expect(await listed(based, name)).toEqual(expected)
    },
  )

  test('treats spellings of a platform as the one that they mean, and builds for it once', async () => {
    const same = 'local,linux/x86_64,linux/amd64/v1,linux/arm64/v8,linux/aarch64,linux/arm/7,linux/armhf'
    const dest = bench.place('layout')
    const dockerfile = 'FROM scratch\nARG TARGETPLATFORM\nLABEL for=$TARGETPLATFORM\n'
    await bench.build(dockerfile, ['-t', 'same', '--platform', same, '-o', `type=oci,tar=false,dest=${dest}`])
    const blob = (digest: string): string => path.join(dest, 'blobs', digest.replace(':', '/'))
    const index = readJson<Index>(path.join(dest, 'index.json')).manifests[0]?.digest ?? ''
    expect(readJson<Index>(blob(index)).manifests.map(({ platform }) => platform)).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux' },
      { architecture: 'arm', os: 'linux', variant: 'v7' },
    ])
    expect(await listed(bench.root, 'same')).toEqual(
      ['amd64', 'arm/v7', 'arm64'].map((platform) => `same:latest linux/${platform}`),
    )
  })

  test('names the platforms that a base of the store has', async () => {
    await bench.build('FROM scratch\nLABEL a=b\n', ['-t', 'two', '--platform', 'linux/arm64,linux/arm/v6'])
    const run = await bench.tryBuild('FROM two\nRUN true\n', ['--platform', 'linux/amd64'])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(
      /ERROR: docker\.io\/library\/two:latest is not there for linux\/amd64, only for linux\/arm(\/v6|64), linux\/arm(\/v6|64) \[platform-unavailable\]/,
    )
    expect(run.stderr).toContain('>>> FROM two')
  })

  test('names the step that starts a program which nothing emulates, its stage, and what to do', async ({ skip }) => {
    const report = (await runSlipway(['doctor', '--json'], { root: bench.root })).stdout
    const { checks } = JSON.parse(report) as {
      readonly checks: readonly { name: string; status: string; fix?: string }[]
    }
    const s390x = checks.find(({ name }) => name === 'platform s390x')
    if (s390x?.status === 'ok') skip('this machine emulates s390x')
    const dockerfile =
      'FROM scratch AS compile\nCOPY app /\nRUN ["/app", "--all"]\nFROM scratch\nCOPY --from=compile /app /\n'
    const files = { app: foreignProgram() }
    const run = await bench.tryBuild(dockerfile, ['--platform', 'linux/s390x,linux/amd64'], { files })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('>>> RUN ["/app", "--all"]')
    expect(run.stderr).toContain(
      'ERROR: [linux/s390x compile 2/2] RUN ["/app", "--all"] cannot be run for linux/s390x [platform-unavailable]\n',
    )
    expect(run.stderr).toContain('| /app was made for s390x; this machine is amd64 and has no emulation for s390x (')
    expect(run.stderr).toContain('let it run natively: FROM --platform=$BUILDPLATFORM')
    const fix = s390x?.fix?.replace(/; or build on such a machine$/, '') ?? ''
    expect(fix).toMatch(/^as root: |^install qemu-user-static/)
    expect(run.stderr).toContain(`or, to have s390x emulated, ${fix}\n`)
  })
})

/** The header of a static s390x program. */
function foreignProgram(): Uint8Array {
  const header = Buffer.alloc(64)
  header.write('\x7fELF\x02\x02\x01', 'latin1')
  header.writeUInt16BE(2, 16)
  header.writeUInt16BE(22, 18)
  return header
}

// What the package registers, and what a root file system needs where the handler was registered without flag F.
const interpreter = '/usr/libexec/qemu-binfmt/aarch64-binfmt-P'
const bare = 'FROM bb-arm64\nRUN ["/bin/busybox", "sh", "-c", "/bin/busybox uname -m > /out"]\n'

describe.skipIf(!amd64 || !isRoot)('arm64 programs on amd64 (skipped without root)', () => {
  const scratch = scratchDir('emulated')
  const root = path.join(scratch.dir, 'root')
  const base = {
    name: 'bb-arm64',
    of: 'gcr.io/distroless/static-debian12',
    platform: 'linux/arm64',
    packages: ['busybox-static'],
  }
  const context = (name: string, files: Readonly<Record<string, string>>): string => {
    const directory = path.join(scratch.dir, name)
    mkdirSync(directory)
    for (const [to, from] of Object.entries(files)) copyFileSync(from, path.join(directory, to))
    return directory
  }
  let reason: string | undefined
  let emulation: Emulation | undefined
  beforeAll(async () => {
    reason = (await unreachable('http://deb.debian.org/debian/')) ?? (await provideBases(root, [base]))
    if (reason !== undefined) return
    const made = await emulate('aarch64')
    if (typeof made === 'string') reason = made
    else emulation = made
  })
  afterAll(() => {
    emulation?.close()
    scratch.remove()
  })
  const through = (): readonly string[] => emulation?.through ?? []

  test('run in steps and in containers, which say that hardware is another matter', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const out = path.join(scratch.dir, 'out')
    const built = await runSlipway(['build', '--platform', 'linux/arm64', '-o', out, '-'], {
      root,
      input: `${bare}RUN ["/bin/busybox", "true"]\n`,
      through: through(),
    })
    expect(
      built.stderr.split('\n').filter((line) => line.startsWith('NOTE: programs for arm64 are emulated')),
    ).toHaveLength(1)
    expect(readFileSync(path.join(out, 'out'), 'utf8')).toBe('aarch64\n')
    const run = await runSlipway(['run', '--platform', 'linux/arm64', 'bb-arm64', '/bin/busybox', 'uname', '-m'], {
      root,
      through: through(),
    })
    expect(run).toMatchObject({ code: 0, stdout: 'aarch64\n' })
    expect(run.stderr).toBe(
      'NOTE: this runs emulated: slower than on arm64 hardware, and no proof that it works there\n',
    )
  })

  test('run where the registry is not to be seen, as in containers', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const hide = 'mount -t tmpfs tmpfs /proc/sys/fs/binfmt_misc; exec "$@"'
    const hidden = [...through(), 'unshare', '--mount', 'sh', '-c', hide, 'sh']
    const { stdout } = await runSlipway(['doctor'], { root, through: hidden })
    expect(stdout).toMatch(/^platform arm64 +ok +emulated by a handler that is not to be seen here$/m)
    await slipway(['build', '--no-cache', '--platform', 'linux/arm64', '-'], { root, input: bare, through: hidden })
  })

  test('need their emulator in the root file system when it was registered without flag F', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    if (!existsSync(interpreter)) skip(`there is no ${interpreter}`)
    const bound = await emulate('aarch64', 'P')
    if (typeof bound === 'string') return skip(bound)
    try {
      const directory = context('with-interpreter', { qemu: interpreter })
      const options = { root, through: bound.through }
      const without = await runSlipway(['build', '--no-cache', '--platform', 'linux/arm64', '-'], {
        ...options,
        input: bare,
      })
      expect(without.code).toBe(2)
      expect(without.stderr).toContain(
        `its binfmt_misc handler lacks flag F, so it works only where ${interpreter} is in the root file system`,
      )
      const dockerfile = bare.replace('RUN', `COPY qemu ${interpreter}\nRUN`)
      await slipway(['build', '--platform', 'linux/arm64', '-f', '-', directory], { ...options, input: dockerfile })
    } finally {
      bound.close()
    }
  })

  test('run for an ordinary user when nothing is registered, by emulators of their own', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    if (through().length === 0) skip('this machine emulates arm64 for everybody')
    const user = addUser({ subordinate: true })
    try {
      const home = path.join(scratch.dir, 'home')
      mkdirSync(home)
      const archive = path.join(scratch.dir, 'bb-arm64.tar')
      await slipway(['save', '--format', 'oci', '-o', archive, 'bb-arm64'], { root })
      for (const directory of [scratch.dir, home]) chmodSync(directory, 0o755)
      chmodSync(archive, 0o644)
      chownSync(home, user.uid, user.gid)
      const options = { root: path.join(home, 'root'), uid: user.uid, gid: user.gid, env: { HOME: home } }
      await slipway(['load', '-i', archive], options)
      const out = path.join(home, 'out')
      await slipway(['build', '--platform', 'linux/arm64', '-o', out, '-'], { ...options, input: bare })
      expect(readFileSync(path.join(out, 'out'), 'utf8')).toBe('aarch64\n')
    } finally {
      user.remove()
    }
  })
})
