import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { architectures, nativeArchitectures, smallestProgram } from './architectures.ts'
import { emulatorOf, registrationLine } from './emulation.ts'
import { loadMounter } from './linux-mount.ts'
import { identityMap } from './identity-map.ts'
import { findProgram } from './programs.ts'

/** The emulators that steps of this process find. */
export interface Emulators {
  /**
   * Whether a step can start programs of an OCI architecture, tried out in a root file system that has nothing else. Where it
   * cannot and this process lives in a user namespace of its own, the emulators of this machine are registered for that
   * namespace alone, which Linux allows from 6.7 on.
   */
  starts(architecture: string): Promise<boolean>
}

/** For a process that may change roots. `directory` is a private directory that exists. */
export function openEmulators(directory: string): Emulators {
  const answers = new Map<string, Promise<boolean>>()
  let registered: Promise<boolean> | undefined
  const starts = async (architecture: string): Promise<boolean> =>
    startsAlone(architecture, directory) ||
    ((await (registered ??= registerAll(directory))) && startsAlone(architecture, directory))
  return {
    starts(architecture) {
      const answer = answers.get(architecture) ?? starts(architecture)
      answers.set(architecture, answer)
      return answer
    },
  }
}

/** Whether this process can start programs of an OCI architecture: a handler of binfmt_misc is found, whether it is to be seen or not. */
export function startsHere(architecture: string, directory: string): boolean {
  const program = writeProgram(architecture, directory)
  return program !== undefined && spawnSync(join(directory, program), { stdio: 'ignore' }).status === 0
}

/** A handler without flag F would look for its interpreter in the new root, as it would in that of a step. */
function startsAlone(architecture: string, directory: string): boolean {
  const program = writeProgram(architecture, directory)
  const unshare = findProgram('unshare')
  if (program === undefined || unshare === undefined) return false
  return spawnSync(unshare, ['--root', directory, `/${program}`], { stdio: 'ignore' }).status === 0
}

function writeProgram(name: string, directory: string): string | undefined {
  const architecture = architectures[name]
  if (architecture === undefined) return undefined
  const program = `ends-well-${name}`
  writeFileSync(join(directory, program), smallestProgram(architecture), { mode: 0o755 })
  return program
}

/** A registry of its own hides that of the machine, so nothing is done where that one has anything to offer. */
async function registerAll(directory: string): Promise<boolean> {
  const foreign = Object.keys(architectures).filter((name) => !nativeArchitectures().includes(name))
  if (!identityMap().userNamespace || foreign.some((name) => startsAlone(name, directory))) return false
  const lines = foreign.flatMap((name) => {
    const architecture = architectures[name]
    const emulator = architecture === undefined ? undefined : emulatorOf(architecture)
    return architecture === undefined || emulator === undefined ? [] : [registrationLine(architecture, emulator)]
  })
  if (lines.length === 0) return false
  const registry = join(directory, 'registry')
  mkdirSync(registry)
  try {
    const mounter = await loadMounter()
    mounter.mount({ source: 'binfmt_misc', target: registry, type: 'binfmt_misc' })
    for (const line of lines) writeFileSync(join(registry, 'register'), line)
    return true
  } catch {
    // Linux before 6.7, or forbidden: then only the administrator can register emulators.
    return false
  }
}
