import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { findProgram } from '../../adapters/runtime/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { chosenImage } from '../images/chosen-image.ts'
import { ensureImage } from '../images/ensure-image.ts'
import type { Session } from '../session.ts'
import { isStatic } from '../../elf/index.ts'
import { toolboxTarget } from '../worker/shell-job.ts'
import type { Toolbox } from '../worker/worker-methods.ts'

/** A toolbox as it is found inside. */
export interface OpenToolbox {
  readonly job: Toolbox
  /** Directories for PATH. */
  readonly paths: readonly string[]
  /** The command that starts its shell. */
  readonly shell: readonly string[]
}

const getOne = 'apt-get install busybox-static, or name a static busybox or an image that has one: --toolbox PATH|IMAGE'

/** The toolbox that was asked for, or this machine's busybox; undefined where that is missing or not static. */
export async function openToolbox(
  session: Session,
  given: string | undefined,
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<OpenToolbox | undefined> {
  if (given === undefined) {
    const found = findProgram('busybox')
    return found === undefined || problemWith(found) !== undefined ? undefined : fromBusybox(session, found)
  }
  const file = path.resolve(cwd, given)
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats === undefined && !/^[./~]/.test(given)) return fromImage(session, given, signal)
  const problem = stats === undefined ? 'there is no such file' : problemWith(file)
  if (problem !== undefined)
    throw new SlipwayError('bad-option-value', `--toolbox ${given}: ${problem}`, { hint: getOne })
  return fromBusybox(session, file)
}

/** No shell in the root file system and none beside it. */
export function noShell(): SlipwayError {
  return new SlipwayError('unsupported', 'there is no shell here, and no toolbox to bring one', { hint: getOne })
}

/** Only programs without a loader start in any root file system, and only those of this processor without an emulator. */
function problemWith(file: string): string | undefined {
  const bytes = readBytes(file)
  if (bytes === undefined) return 'it cannot be read'
  if (!isStatic(bytes)) return 'it is not a statically linked program'
  const machine = (program: Buffer): number => program.readUInt16LE(18)
  return machine(bytes) === machine(readFileSync(process.execPath)) ? undefined : 'it is for another processor'
}

function readBytes(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** A directory with a copy and a link for each of its applets. */
function fromBusybox(session: Session, file: string): OpenToolbox {
  const directory = session.scratch('toolbox')
  chmodSync(directory, 0o755)
  copyFileSync(file, path.join(directory, 'busybox'))
  chmodSync(path.join(directory, 'busybox'), 0o755)
  for (const applet of appletsOf(file)) if (applet !== 'busybox') symlinkSync('busybox', path.join(directory, applet))
  const shell = [path.posix.join(toolboxTarget, 'busybox'), 'sh']
  return { job: { kind: 'directory', path: directory }, paths: [toolboxTarget], shell }
}

function appletsOf(file: string): readonly string[] {
  // It does what the name says that it is called by.
  const { status, stdout } = spawnSync(file, ['--list'], { argv0: 'busybox', encoding: 'utf8', timeout: 5000 })
  if (status !== 0) throw new SlipwayError('bad-option-value', `--toolbox ${file}: it is not busybox`, { hint: getOne })
  return stdout.split('\n').filter((name) => /^[\w.[-]+$/.test(name))
}

const programPlaces = ['/bin', '/usr/bin', '/sbin', '/usr/sbin', '/busybox', '']

/** The whole image, mounted; what is started in it must be static, because its libraries are not where loaders look. */
async function fromImage(session: Session, image: string, signal: AbortSignal): Promise<OpenToolbox> {
  await ensureImage(session, { image }, signal)
  const { layers } = await chosenImage(session, image, undefined)
  const candidates = programPlaces.flatMap((place) => ['busybox', 'sh', 'bash'].map((name) => `${place}/${name}`))
  const { resolved } = await session.call('find', { layers, candidates, static: true })
  if (resolved === undefined) {
    const message = `--toolbox ${image}: the image has no statically linked shell`
    throw new SlipwayError('bad-option-value', message, { hint: getOne })
  }
  const program = `${toolboxTarget}${resolved}`
  return {
    job: { kind: 'layers', layers },
    paths: programPlaces.map((place) => `${toolboxTarget}${place}`),
    shell: resolved.endsWith('/busybox') ? [program, 'sh'] : [program],
  }
}
