import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Builder, Output, RunningBuilder } from './builder.ts'
import { interruption } from './interruption.ts'
import { timed } from '../side-by-side/stopwatch.ts'

/** BuildKit from BUILDKIT_BIN or PATH: buildkitd with overlayfs and runc, asked by buildctl. Undefined when it is not there. */
export function buildkitBuilder(): Builder | undefined {
  const directory = [process.env['BUILDKIT_BIN'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)].find(
    (one) => one !== '' && existsSync(join(one, 'buildkitd')) && existsSync(join(one, 'buildctl')),
  )
  if (directory === undefined) return undefined
  const daemon = join(directory, 'buildkitd')
  return {
    name: 'BuildKit',
    version: spawnSync(daemon, ['--version'], { encoding: 'utf8' }).stdout.trim(),
    start: (storage) => startDaemon(daemon, join(directory, 'buildctl'), storage),
  }
}

async function startDaemon(daemon: string, client: string, storage: string): Promise<RunningBuilder> {
  mkdirSync(storage, { recursive: true })
  const address = `unix://${join(storage, 'socket')}`
  const flags = ['--root', join(storage, 'root'), '--addr', address, '--containerd-worker=false']
  const worker = ['--oci-worker-snapshotter=overlayfs', '--oci-worker-net=host', '--oci-worker-gc=false']
  const child = spawn(daemon, [...flags, ...worker], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const isReady = (): boolean =>
    spawnSync(client, ['--addr', address, 'debug', 'workers'], { encoding: 'utf8' }).stdout.includes('linux')
  for (let attempt = 0; !isReady(); attempt += 1) {
    if (attempt > 100 || child.exitCode !== null || interruption.aborted) {
      child.kill('SIGKILL')
      throw interruption.reason ?? new Error(`${daemon} does not start`)
    }
    await pause(100)
  }
  return {
    build({ context, output, isMemoryWatched = false }) {
      const what = ['--frontend', 'dockerfile.v0', '--local', `context=${context}`, '--local', `dockerfile=${context}`]
      const where = ['--progress=plain', '--output', outputOption(output)]
      return timed({
        argv: [client, '--addr', address, 'build', ...what, ...where],
        daemons: [child.pid ?? 0],
        isMemoryWatched,
      })
    },
    async stop() {
      child.kill()
      const impatience = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await ended
      clearTimeout(impatience)
    },
  }
}

/** Everything as Slipway does it by default: gzip, and what was pulled stays as it is. */
function outputOption(output: Output): string {
  switch (output.kind) {
    case 'kept':
      return 'type=image,name=bench,compression=uncompressed'
    case 'oci':
      return `type=oci,dest=${output.file},compression=gzip,force-compression=true`
    case 'push':
      return `type=image,name=${output.name},push=true,compression=gzip,force-compression=true`
  }
}
