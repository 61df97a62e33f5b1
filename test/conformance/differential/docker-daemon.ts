import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian's, which bring BuildKit along; other clients of that name need a plugin. */
const dockerd = '/usr/sbin/dockerd'
export const dockerClient = '/usr/bin/docker'

/** A daemon of docker, for `docker -H`. */
export interface DockerDaemon {
  readonly host: string
  /** Ends it if it was started here. */
  stop(): Promise<void>
}

/** The daemon that SLIPWAY_DIFF_DOCKER_HOST names, or one of our own with its state below `directory`; or why there is none. */
export async function openDocker(directory: string): Promise<DockerDaemon | string> {
  if (!existsSync(dockerClient)) return `${dockerClient} is missing: install docker.io`
  const given = process.env.SLIPWAY_DIFF_DOCKER_HOST
  if (given !== undefined) return { host: given, stop: () => Promise.resolve() }
  if (!existsSync(dockerd)) return `${dockerd} is missing: install docker.io`
  if (process.getuid?.() !== 0) return 'dockerd needs root'
  return startDocker(directory)
}

async function startDocker(directory: string): Promise<DockerDaemon | string> {
  mkdirSync(directory)
  const place = (name: string): string => path.join(directory, name)
  // The path of a socket may have 107 bytes.
  const host = `unix:///tmp/slipway-differential-${process.pid}.sock`
  const log = openSync(place('log'), 'w')
  const own = ['--data-root', place('data'), '--exec-root', place('exec'), '--pidfile', place('pid')]
  const daemon = spawn(dockerd, ['--iptables=false', '--ip6tables=false', '--bridge=none', '-H', host, ...own], {
    stdio: ['ignore', log, log],
  })
  const exited = new Promise((resolve) => daemon.once('exit', resolve))
  const stop = async (): Promise<void> => {
    daemon.kill('SIGTERM')
    await exited
    unmountBelow(directory)
  }
  for (let attempt = 0; attempt < 300 && daemon.exitCode === null; attempt += 1) {
    if (spawnSync(dockerClient, ['-H', host, 'version']).status === 0) return { host, stop }
    await sleep(100)
  }
  await stop()
  return `dockerd does not start here: ${readFileSync(place('log'), 'utf8').trim().split('\n').at(-1) ?? 'it says nothing'}`
}

/** What a daemon that was killed leaves behind would keep its directory from being removed. */
function unmountBelow(directory: string): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const places = mounts.map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
  for (const place of places.filter((one) => one.startsWith(`${directory}/`)).reverse())
    spawnSync('umount', ['-l', place])
}
