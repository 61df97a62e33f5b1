import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { runSlipway, slipway } from '../kit/slipway.ts'
import type { Workbench } from '../kit/workbench.ts'

/** One `build` command line. */
export interface BuildInput {
  /** What stands after `build`: flags and the context. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
}

export interface BuildOutcome {
  readonly code: number
  readonly stdout: string
  /** What it said on standard error. */
  readonly said: string
}

/** Something that builds Dockerfiles and has the image `bb`. */
export interface Builder {
  readonly name: string
  /** Builds into an OCI archive; whatever comes out. */
  build(archive: string, input: BuildInput): Promise<BuildOutcome>
  /** Builds an image with this name, for later builds to start from. */
  tag(name: string, input: BuildInput): Promise<BuildOutcome>
  /** Asks about a Dockerfile, without building. */
  ask(input: BuildInput): Promise<BuildOutcome>
}

/** What this machine would add to the steps of a build. */
const withoutMachine = {
  SLIPWAY_TRUST_HOST_CA: 'off',
  ...Object.fromEntries(
    ['http', 'https', 'ftp', 'no', 'all'].flatMap((name) => [
      [`${name}_proxy`, ''],
      [`${name.toUpperCase()}_PROXY`, ''],
    ]),
  ),
}

/** The program, with the store of the bench. */
export function slipwayBuilder(bench: Workbench): Builder {
  const run = async (input: BuildInput, more: readonly string[]): Promise<BuildOutcome> => {
    const { code, signal, stdout, stderr } = await runSlipway(['build', ...more, ...input.args], {
      root: bench.root,
      cwd: input.cwd,
      env: { ...withoutMachine, BUILDKIT_PROGRESS: 'quiet', ...input.env },
      ...(input.input === undefined ? {} : { input: input.input }),
    })
    return { code: code ?? 128, stdout, said: signal === null ? stderr : `${stderr}killed by ${signal}\n` }
  }
  return {
    name: 'slipway',
    build: (archive, input) => run(input, ['-o', `type=oci,dest=${archive}`]),
    tag: (name, input) => run(input, ['-t', name]),
    ask: (input) => run(input, []),
  }
}

/** Where the reference is: a daemon of docker whose image store is that of containerd, and its client plugin. */
export interface ReferencePlace {
  readonly dockerHost: string
  readonly buildx: string
}

/** The BuildKit that the environment names, or why there is none. DOCKER_HOST must be set: no daemon is taken by chance. */
export function referencePlace(env: NodeJS.ProcessEnv = process.env): ReferencePlace | string {
  if (env.DOCKER_HOST === undefined) return 'DOCKER_HOST does not name a docker daemon'
  const places = [env.BUILDX ?? '', '/usr/libexec/docker/cli-plugins/docker-buildx']
  const buildx = places.find((place) => existsSync(place))
  if (buildx === undefined) return 'docker-buildx is missing: install docker-buildx, or name it in BUILDX'
  return { dockerHost: env.DOCKER_HOST, buildx }
}

/**
 * BuildKit by way of buildx. It gets the image `bb` of the bench, byte for byte, nothing comes from its cache, and RUN has the network
 * of the host, as with Slipway.
 */
export async function referenceBuilder(bench: Workbench, place: ReferencePlace): Promise<Builder> {
  const home = bench.place('reference')
  mkdirSync(home)
  const env = { ...process.env, DOCKER_HOST: place.dockerHost, DOCKER_CONFIG: home, BUILDX_CONFIG: home, NO_COLOR: '1' }
  const archive = path.join(home, 'bb.tar')
  await slipway(['save', '-o', archive, 'bb'], { root: bench.root })
  const loaded = await run('docker', ['load', '-q', '-i', archive], { cwd: home, env })
  if (loaded.code !== 0) throw new Error(`the reference does not load the base: ${loaded.said}`)
  let serial = 0
  const build = (input: BuildInput, more: readonly string[]): Promise<BuildOutcome> => {
    // Cache mounts of other runs must not be seen.
    const namespace = `${path.basename(bench.dir)}-${(serial += 1)}`
    const network = input.args.some((arg) => arg.startsWith('--network')) ? [] : ['--network=host']
    const fixed = [
      '--provenance=false',
      '--no-cache',
      '--progress=plain',
      `--build-arg=BUILDKIT_CACHE_MOUNT_NS=${namespace}`,
    ]
    return run(place.buildx, ['build', ...fixed, ...network, ...more, ...input.args], {
      ...input,
      env: { ...env, ...input.env },
    })
  }
  return {
    name: 'reference',
    build: (dest, input) => build(input, ['-o', `type=oci,dest=${dest}`]),
    tag: (name, input) => build(input, ['--load', '-t', name]),
    ask: (input) => run(place.buildx, ['build', ...input.args], { ...input, env: { ...env, ...input.env } }),
  }
}

function run(
  program: string,
  args: readonly string[],
  { cwd, env, input }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly input?: string | Uint8Array },
): Promise<BuildOutcome> {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ code: code ?? 128, stdout: Buffer.concat(out).toString(), said: Buffer.concat(err).toString() }),
    )
  })
}
