import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type ExportImage, exportToFile, type FileOutput } from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { Session } from '../session.ts'
import { heldLayers, type LoadProgram } from './held-layers.ts'

export interface DockerLoad {
  readonly names: readonly string[]
  readonly output: FileOutput
  readonly signal: AbortSignal
}

/**
 * Hands an image to `docker load`, or to `podman load` where there is no docker. Layers that are there already are not sent;
 * should they be gone before they are needed, everything is. Rejects with `unsupported` when there is neither program, or
 * with what it says.
 */
export async function loadIntoDocker(
  session: Session,
  images: readonly ExportImage[],
  load: DockerLoad,
): Promise<Digest> {
  const asked: LoadProgram = { ...loadProgram(session.env, load.output.context), env: session.env, signal: load.signal }
  const layers = images.length === 1 ? (images[0]?.layers ?? []) : []
  const held = await heldLayers(
    asked,
    layers.map((layer) => layer.diffId),
  )
  if (!held.unpacks) return sendImages(session, images, { ...load, asked })
  const output: FileOutput = { ...load.output, image: { ...load.output.image, compression: 'uncompressed' } }
  const { diffIds } = held
  if (diffIds.size === 0) return sendImages(session, images, { ...load, output, asked })
  const message = `${asked.program} has ${diffIds.size} of ${layers.length} layers: they are not sent`
  session.emit({ type: 'note', time: session.now(), message })
  try {
    return await sendImages(session, images, { ...load, output, asked, held: diffIds })
  } catch (error) {
    if (load.signal.aborted || !(error instanceof SlipwayError) || error.code !== 'registry-unreachable') throw error
    return sendImages(session, images, { ...load, output, asked })
  }
}

interface Sending extends DockerLoad {
  readonly asked: LoadProgram
  readonly held?: ReadonlySet<Digest>
}

async function sendImages(
  session: Session,
  images: readonly ExportImage[],
  { names, output, asked, held }: Sending,
): Promise<Digest> {
  const { program, target, env, signal } = asked
  const child = spawn(program, [...target, 'load', '-q'], { stdio: ['pipe', 'ignore', 'pipe'], env, signal })
  const said: Buffer[] = []
  child.stderr.on('data', (data: Buffer) => said.push(data))
  let hasGone = false
  child.stdin.on('error', () => (hasGone = true))
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) => reject(cannotRun(program, cause)))
    child.on('close', (code) => (code === 0 ? resolve() : reject(refused(program, Buffer.concat(said).toString()))))
  })
  ended.catch(() => {})
  try {
    const { descriptor } = await exportToFile(images, {
      output: { ...output, dest: '-' },
      names,
      blobs: session.store,
      stdout: child.stdin,
      ...(held === undefined ? {} : { held }),
    })
    child.stdin.end()
    await ended
    return descriptor.digest
  } catch (error) {
    // What the program says of its failure tells more than that it has stopped reading.
    if (hasGone) await ended
    child.kill()
    throw error
  }
}

function cannotRun(program: string, cause: Error): SlipwayError {
  return new SlipwayError('unsupported', `cannot run ${program} load: ${cause.message}`, {
    hint: 'write an archive instead: -o type=docker,dest=FILE',
    cause,
  })
}

function refused(program: string, said: string): SlipwayError {
  return new SlipwayError('registry-unreachable', `${program} load failed: ${said.trim()}`)
}

function loadProgram(env: Session['env'], context: string | undefined): Pick<LoadProgram, 'program' | 'target'> {
  const directories = (env['PATH'] ?? '').split(path.delimiter).filter((directory) => directory !== '')
  const isThere = (name: string): boolean => directories.some((directory) => existsSync(path.join(directory, name)))
  if (!isThere('docker') && isThere('podman')) return { program: 'podman', target: [] }
  return { program: 'docker', target: context === undefined ? [] : ['--context', context] }
}
