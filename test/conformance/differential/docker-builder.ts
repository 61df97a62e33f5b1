import { execFileSync, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { BuildInput, BuildOutcome, Builder } from '../builders.ts'
import { dockerClient } from './docker-daemon.ts'

/** The BuildKit inside a daemon. */
export interface DockerBuilder extends Pick<Builder, 'name' | 'build'> {
  /** Of the daemon. */
  readonly version: string
  /** Takes over an archive of `slipway save`. */
  load(archive: string): void
}

/** Builds with `docker build`, nothing from its cache, RUN with the host's network; the archive is that of `docker save`. */
export function dockerBuilder(host: string, home: string): DockerBuilder {
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: home, NO_COLOR: '1' }
  const socket = host.replace(/^unix:\/\//, '')
  const version = execFileSync(dockerClient, ['version', '-f', '{{.Server.Version}}'], { env, encoding: 'utf8' }).trim()
  let serial = 0
  return {
    name: `docker ${version}`,
    version,
    load: (archive) => {
      execFileSync(dockerClient, ['load', '-q', '-i', archive], { env })
    },
    build: async (archive, { args, cwd }: BuildInput) => {
      const name = `slipway-differential-${process.pid}-${(serial += 1)}`
      const fixed = ['--no-cache', '--network=host', '--progress=plain', '-t', name]
      const outcome = await run(['build', ...fixed, ...args], { cwd, env })
      if (outcome.code !== 0) return outcome
      const image = await ask(socket, 'GET', `/images/${name}/get`)
      await pipeline(image, createWriteStream(archive))
      ;(await ask(socket, 'DELETE', `/images/${name}?force=1`)).resume()
      return outcome
    },
  }
}

function run(args: readonly string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): Promise<BuildOutcome> {
  const child = spawn(dockerClient, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ code: code ?? 128, stdout: Buffer.concat(out).toString(), said: Buffer.concat(err).toString() }),
    )
  })
}

/** The programming interface of the daemon: much quicker than its client for what is asked after each build. */
function ask(socketPath: string, method: string, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const question = request({ socketPath, method, path, headers: { host: 'docker' } }, (response) => {
      if (response.statusCode === 200) resolve(response)
      else reject(new Error(`docker answers ${method} ${path} with ${response.statusCode}`))
    })
    question.on('error', reject)
    question.end()
  })
}
