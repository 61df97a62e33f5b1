import type { BaseProfile } from './base-profile.ts'
import { isNamed } from './image-name.ts'

/** Nothing in it can run the shell form of an instruction. False where nobody can say. */
export function isShellLess(base: BaseProfile): boolean {
  return base.hasShell === false
}

/** A program starts as root when nobody says USER, and stays so. Undefined where nobody can say. */
export function runsAsRoot(base: BaseProfile): boolean | undefined {
  if (base.user === undefined) return undefined
  return base.stepsDown !== true && isRootName(base.user)
}

/** It is made for building: an SDK, or an image with a C compiler. */
export function isForBuilding(base: BaseProfile): boolean {
  return base.runtime?.kind === 'sdk' || base.hasCompiler === true
}

/** /etc/passwd has an account of that name. Numbers need none. Undefined where nobody can say. */
export function hasAccount(base: BaseProfile, user: string): boolean | undefined {
  const [name = ''] = user.split(':', 1)
  if (/^\d+$/.test(name)) return true
  if (base.accounts?.has(name) === true) return true
  const counted = base.isEmpty || (base.distribution !== undefined && countedDistributions.includes(base.distribution))
  return counted && base.accounts !== undefined ? false : undefined
}

/** There is a database of time zones in /usr/share/zoneinfo. False for images that are known to lack it, undefined for all others. */
export function hasTimeZones({ isEmpty, reference, runtime }: BaseProfile): false | undefined {
  if (isEmpty) return false
  if (reference === undefined || runtime !== undefined) return undefined
  return ['alpine', 'ubuntu', 'busybox'].some((name) => isNamed(reference, name)) ? false : undefined
}

/** Of which every account is known. */
const countedDistributions: readonly BaseProfile['distribution'][] = [
  'debian',
  'ubuntu',
  'alpine',
  'busybox',
  'distroless',
]

/** `root`, `0`, with or without a group. */
function isRootName(user: string): boolean {
  return /^(?:root|0)(?::.*)?$/.test(user)
}
