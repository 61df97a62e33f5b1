import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type ExportImage, exportToFile, type FileOutput } from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { Session } from '../session.ts'

export interface DockerLoad {
  readonly names: readonly string[]
  readonly output: FileOutput
  readonly signal: AbortSignal
}

/**
 * Hands an image to `docker load`, or to `podman load` where there is no docker. Rejects with `unsupported` when there is
 * neither, or with what the program says.
 */
export async function loadIntoDocker(
  session: Session,
  images: readonly ExportImage[],
  { names, output, signal }: DockerLoad,
): Promise<Digest> {
  const [program, ...args] = loadCommand(session.env, output.context)
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], env: session.env, signal })
  const said: Buffer[] = []
  child.stderr.on('data', (data: Buffer) => said.push(data))
  child.stdin.on('error', () => {})
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(
        new SlipwayError('unsupported', `cannot run ${program} load: ${cause.message}`, {
          hint: 'write an archive instead: -o type=docker,dest=FILE',
          cause,
        }),
      ),
    )
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new SlipwayError(
              'registry-unreachable',
              `${program} load failed: ${Buffer.concat(said).toString().trim()}`,
            ),
          ),
    )
  })
  ended.catch(() => {})
  const { descriptor } = await exportToFile(images, {
    output: { ...output, dest: '-' },
    names,
    blobs: session.store,
    stdout: child.stdin,
  })
  child.stdin.end()
  await ended
  return descriptor.digest
}

function loadCommand(env: Session['env'], context: string | undefined): readonly [string, ...string[]] {
  const directories = (env['PATH'] ?? '').split(path.delimiter).filter((directory) => directory !== '')
  const isThere = (name: string): boolean => directories.some((directory) => existsSync(path.join(directory, name)))
  if (isThere('docker') || !isThere('podman')) {
    return ['docker', ...(context === undefined ? [] : ['--context', context]), 'load', '-q']
  }
  return ['podman', 'load', '-q']
}
