import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { busyboxTar, withoutBusybox } from '../kit/busybox.ts'
import { type CountedProgram, countedProgram } from '../kit/counted-program.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

/** The tool's absence, said once; undefined when its tests can run. */
function withoutTool(tool: string, packageName: string): string | undefined {
  const missing =
    withoutBusybox() ??
    (spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
      ? undefined
      : `${tool} is missing: install ${packageName}`)
  if (missing !== undefined) console.warn(`interop with ${tool}: skipped, ${missing}`)
  return missing
}

const scratch = scratchDir('interop')
const root = path.join(scratch.dir, 'store')
const oci = path.join(scratch.dir, 'oci.tar')
const docker = path.join(scratch.dir, 'docker.tar')
const text = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
let id = ''

beforeAll(async () => {
  if (withoutBusybox() !== undefined) return
  const context = path.join(scratch.dir, 'context')
  mkdirSync(context)
  await slipway(['import', busyboxTar(scratch.dir), 'bb'], { root })
  const lines = [
    'FROM bb',
    'RUN mkdir -p /d/e && echo one >/d/f && ln /d/f /d/hard && ln -s f /d/soft && rm /www/index.html',
    'RUN echo two >>/d/f && rm -r /d/e && mkfifo /d/pipe && chmod 4755 /d/hard && chown 70000:80000 /d/soft -h',
    'ENV GREETING=hello',
    'WORKDIR /d',
    'CMD ["sh", "-c", "echo $GREETING; cat f"]',
  ]
  await slipway(['build', '-q', '-t', 'interop:1', '-f', '-', context], {
    root,
    input: `${lines.join('\n')}\n`,
    // Years ago, so that two programs that tell its age a second apart say the same.
    env: { SOURCE_DATE_EPOCH: '1700000000' },
  })
  await slipway(['save', '-o', docker, 'interop:1'], { root })
  await slipway(['save', '--format', 'oci', '-o', oci, 'interop:1'], { root })
  id = (await slipway(['inspect', '-f', '{{.Id}}', 'interop:1'], { root })).trim()
})
afterAll(() => scratch.remove())

const newLayer = 300_000

/** Loads an image of one layer above those of `interop:1` and tells how many bytes that took. */
async function bytesToLoad(loader: CountedProgram, env: Readonly<Record<string, string>>): Promise<number> {
  const context = path.join(scratch.dir, 'counted')
  mkdirSync(context, { recursive: true })
  if (!existsSync(path.join(context, 'new'))) writeFileSync(path.join(context, 'new'), randomBytes(newLayer))
  const build = ['build', '-q', '-t', 'counted:1', '-f', '-', context]
  const input = 'FROM interop:1\nCOPY new /new\n'
  await slipway(build, { root, input })
  await slipway([...build, '--load'], { root, input, env: { PATH: loader.directory, ...env } })
  const [size = 0, ...more] = loader.loads()
  expect(more).toEqual([])
  return size
}

const skopeo = withoutTool('skopeo', 'skopeo')
describe.skipIf(skopeo !== undefined)('skopeo', () => {
  test.each(['oci-archive', 'docker-archive'])('reads what was saved as %s', (kind) => {
    const file = kind === 'oci-archive' ? oci : docker
    const config = JSON.parse(text('skopeo', 'inspect', '--config', `${kind}:${file}`))
    expect(config.config).toMatchObject({ Env: expect.arrayContaining(['GREETING=hello']), WorkingDir: '/d' })
    expect(JSON.parse(text('skopeo', 'inspect', `${kind}:${file}`)).Layers).toHaveLength(4)
  })

  test('writes archives that are loaded as the same image', async () => {
    const copy = path.join(scratch.dir, 'copy.tar')
    text('skopeo', 'copy', '-q', '--insecure-policy', `oci-archive:${oci}`, `docker-archive:${copy}:copied:3`)
    const target = path.join(scratch.dir, 'from-skopeo')
    expect(await slipway(['load', '-i', copy], { root: target })).toBe('Loaded image: copied:3\n')
    expect(await slipway(['inspect', '-f', '{{.Id}}', 'copied:3'], { root: target })).toBe(`${id}\n`)
  })
})

const umoci = withoutTool('umoci', 'umoci') ?? (process.getuid?.() === 0 ? undefined : 'it needs root')
describe.skipIf(umoci !== undefined)('umoci', () => {
  test('unpacks the files as they are in a container', () => {
    const layout = path.join(scratch.dir, 'layout')
    const bundle = path.join(scratch.dir, 'bundle')
    mkdirSync(layout)
    text('tar', '-xf', oci, '-C', layout)
    text('umoci', 'unpack', '--image', `${layout}:1`, bundle)
    const files = path.join(bundle, 'rootfs')
    expect(readFileSync(path.join(files, 'd/f'), 'utf8')).toBe('one\ntwo\n')
    expect(existsSync(path.join(files, 'www/index.html'))).toBe(false)
    expect(existsSync(path.join(files, 'd/e'))).toBe(false)
    const facts = (name: string): string => text('stat', '-c', '%F %a %u:%g', path.join(files, 'd', name)).trim()
    expect(['soft', 'pipe', 'hard'].map(facts)).toEqual([
      'symbolic link 777 70000:80000',
      'fifo 644 0:0',
      'regular file 4755 0:0',
    ])
  })
})

const podman = withoutTool('podman', 'podman') ?? (process.getuid?.() === 0 ? undefined : 'it needs root')
describe.skipIf(podman !== undefined)('podman', () => {
  const own = (...args: string[]): string[] => [
    '--root',
    path.join(scratch.dir, 'podman'),
    '--runroot',
    path.join(scratch.dir, 'podman-run'),
    '--storage-driver',
    'vfs',
    '--cgroup-manager',
    'cgroupfs',
    ...args,
  ]

  test('loads and runs what was saved', ({ skip }) => {
    expect(text('podman', ...own('load', '-q', '-i', docker))).toMatch(/interop:1/)
    expect(text('podman', ...own('inspect', '-f', '{{.Id}}', 'interop:1'))).toBe(`${id.slice(7)}\n`)
    const limits = ['--network=host', '--cgroups=disabled', '--ulimit=nofile=1024:1024', '--ulimit=nproc=1000:1000']
    const command = ['podman', ...own('run', '--rm', ...limits, 'interop:1')]
    // Its crun refuses hosts with old and new control groups side by side; a mount of our own hides the old ones.
    const unified = 'mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null; exec "$@"'
    const run = spawnSync('unshare', ['-m', 'sh', '-c', unified, 'sh', ...command], { encoding: 'utf8' })
    if (run.status === 125 || run.status === 126 || run.status === 127) {
      console.warn(`podman run: skipped, podman cannot start containers here: ${run.stderr.trim()}`)
      skip()
    }
    expect([run.status, run.stdout]).toEqual([0, 'hello\none\ntwo\n'])
  })

  test('is sent the layers that it does not have, and all of them when it has none', async () => {
    const loader = countedProgram(path.join(scratch.dir, 'counted-podman'), 'podman', own())
    text('podman', ...own('load', '-q', '-i', docker))
    const part = await bytesToLoad(loader, {})
    const ours = await slipway(['inspect', '-f', '{{.Id}}', 'counted:1'], { root })
    expect(`sha256:${text('podman', ...own('image', 'inspect', '-f', '{{.Id}}', 'counted:1'))}`).toBe(ours)
    text('podman', ...own('rmi', '-af'))
    const whole = await bytesToLoad(loader, {})
    expect([part > newLayer, part < newLayer + 50_000, whole > 3 * newLayer]).toEqual([true, true, true])
  })

  test.each(['docker-archive', 'oci-archive'])('saves a %s that is loaded with the same layers', async (format) => {
    const file = path.join(scratch.dir, `podman-${format}.tar`)
    text('podman', ...own('load', '-q', '-i', docker))
    text('podman', ...own('save', '-q', '--format', format, '-o', file, 'interop:1'))
    const target = path.join(scratch.dir, `from-podman-${format}`)
    const loaded = await slipway(['load', '-i', file], { root: target })
    const name = /^Loaded image: (\S*interop:1)\n$/.exec(loaded)?.[1] ?? ''
    // Podman writes the configuration anew for OCI, so that the id is another one; the layers are the same.
    const layers = ['inspect', '-f', '{{json .RootFS.Layers}}']
    expect(await slipway([...layers, name], { root: target })).toBe(await slipway([...layers, 'interop:1'], { root }))
    expect(await slipway(['run', name], { root: target })).toBe('hello\none\ntwo\n')
    if (format === 'docker-archive')
      expect(await slipway(['images', '-q', '--no-trunc'], { root: target })).toBe(`${id}\n`)
  })
})

const dockerd = withoutTool('dockerd', 'docker.io') ?? (process.getuid?.() === 0 ? undefined : 'dockerd needs root')
describe.skipIf(dockerd !== undefined)('docker', () => {
  const directory = path.join(scratch.dir, 'docker')
  const log = path.join(scratch.dir, 'dockerd.log')
  // The path of a socket may have 107 bytes.
  const host = `unix:///tmp/slipway-dockerd-${process.pid}.sock`
  let daemon: ReturnType<typeof spawn> | undefined
  let trouble: string | undefined
  const client = (...args: string[]): string => text('docker', '-H', host, ...args)

  beforeAll(async () => {
    mkdirSync(directory)
    const out = openSync(log, 'w')
    daemon = spawn(
      'dockerd',
      [
        '--iptables=false',
        '--ip6tables=false',
        '--bridge=none',
        '-H',
        host,
        '--data-root',
        path.join(directory, 'data'),
      ].concat(['--exec-root', path.join(directory, 'exec'), '--pidfile', path.join(directory, 'pid')]),
      { stdio: ['ignore', out, out] },
    )
    for (let attempt = 0; attempt < 150; attempt += 1) {
      if (daemon.exitCode !== null) break
      if (spawnSync('docker', ['-H', host, 'version']).status === 0) return
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    trouble = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? 'no reason given'
    console.warn(`interop with docker: skipped, dockerd does not start here: ${trouble}`)
  }, 60_000)

  afterAll(async () => {
    if (daemon === undefined || daemon.exitCode !== null) return
    const gone = new Promise((resolve) => daemon?.once('exit', resolve))
    daemon.kill('SIGTERM')
    await gone
  }, 60_000)

  test('loads what was saved as the same image of the same size', async ({ skip }) => {
    if (trouble !== undefined) skip()
    expect(client('load', '-i', docker)).toBe('Loaded image: interop:1\n')
    expect(client('image', 'inspect', '-f', '{{.Id}} {{.Size}}', 'interop:1')).toBe(
      await slipway(['inspect', '-f', '{{.Id}} {{.Size}}', 'interop:1'], { root }),
    )
    const [theirs] = JSON.parse(client('image', 'inspect', 'interop:1'))
    const [ours] = JSON.parse(await slipway(['inspect', 'interop:1'], { root }))
    for (const member of ['RepoTags', 'Created', 'Architecture', 'Os', 'RootFS', 'Author', 'Parent'])
      expect([member, ours[member]]).toEqual([member, theirs[member]])
    for (const [member, value] of Object.entries(ours.Config))
      expect([member, value]).toEqual([member, theirs.Config[member]])
    const sizes = ['history', '--human=false', '--format', '{{.Size}} {{.CreatedBy}}', '--no-trunc', 'interop:1']
    expect(await slipway(sizes, { root })).toBe(client(...sizes))
  })

  test('is handed an image by build --load', async ({ skip }) => {
    if (trouble !== undefined) skip()
    const input = 'FROM interop:1\nLABEL a=b\n'
    const context = path.join(scratch.dir, 'context')
    await slipway(['build', '-q', '--load', '-t', 'loaded:1', '-f', '-', context], {
      root,
      input,
      env: { DOCKER_HOST: host },
    })
    const facts = ['inspect', '-f', '{{.Id}} {{.Config.Labels.a}}', 'loaded:1']
    expect(client('image', ...facts)).toBe(await slipway(facts, { root }))
  })

  test('is sent the layers that it does not have, and all of them when it has none', async ({ skip }) => {
    if (trouble !== undefined) skip()
    const loader = countedProgram(path.join(scratch.dir, 'counted-docker'), 'docker')
    client('load', '-i', docker)
    const part = await bytesToLoad(loader, { DOCKER_HOST: host })
    const facts = ['inspect', '-f', '{{.Id}}', 'counted:1']
    expect(client('image', ...facts)).toBe(await slipway(facts, { root }))
    client('rmi', '-f', 'counted:1', 'loaded:1', 'interop:1')
    const whole = await bytesToLoad(loader, { DOCKER_HOST: host })
    expect([part > newLayer, part < newLayer + 50_000, whole > 3 * newLayer]).toEqual([true, true, true])
    client('load', '-i', docker)
  })

  test('lists images in the same columns and words', async ({ skip }) => {
    if (trouble !== undefined) skip()
    const ours = (await slipway(['images', 'interop'], { root })).split('\n')
    const theirs = client('images', 'interop').split('\n')
    const cells = (line: string | undefined): string[] => (line ?? '').split(/ {2,}/)
    expect(ours.map(cells)).toEqual(theirs.map(cells))
  })

  test('saves an archive that is loaded as the same image', async ({ skip }) => {
    if (trouble !== undefined) skip()
    const file = path.join(scratch.dir, 'from-docker.tar')
    client('load', '-i', docker)
    client('save', '-o', file, 'interop:1')
    const target = path.join(scratch.dir, 'from-docker')
    expect(await slipway(['load', '-i', file], { root: target })).toBe('Loaded image: interop:1\n')
    expect(await slipway(['inspect', '-f', '{{.Id}}', 'interop:1'], { root: target })).toBe(`${id}\n`)
    const run = await runSlipway(['run', 'interop:1'], { root: target })
    expect([run.code, run.stdout]).toEqual([0, 'hello\none\ntwo\n'])
  })
})
