import { spawn } from 'node:child_process'
import { type ExportImage, exportToFile, type FileOutput } from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { Session } from '../session.ts'

export interface DockerLoad {
  readonly names: readonly string[]
  readonly output: FileOutput
  readonly signal: AbortSignal
}

/** Hands an image to `docker load`. Rejects with `unsupported` when there is no docker, or with what it says. */
export async function loadIntoDocker(
  session: Session,
  images: readonly ExportImage[],
  { names, output, signal }: DockerLoad,
): Promise<Digest> {
  const context = output.context === undefined ? [] : ['--context', output.context]
  const child = spawn('docker', [...context, 'load', '-q'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: session.env,
    signal,
  })
  const said: Buffer[] = []
  child.stderr.on('data', (data: Buffer) => said.push(data))
  child.stdin.on('error', () => {})
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(
        new SlipwayError('unsupported', `cannot run docker load: ${cause.message}`, {
          hint: 'write an archive instead: -o type=docker,dest=FILE',
          cause,
        }),
      ),
    )
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new SlipwayError('registry-unreachable', `docker load failed: ${Buffer.concat(said).toString().trim()}`),
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
