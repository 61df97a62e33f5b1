import { nearest } from '../../core/index.ts'
import { type Family, knownPackages, packageElsewhere, packageOfCommand } from '../../inventory/index.ts'
import { installLine } from '../distribution.ts'
import { type Explanation, type FailedStep, isCovered, lastMatch, type Recogniser } from '../failed-step.ts'
import { apkPackages, aptPackages, hasAptLists } from '../package-index.ts'
import { networkTrouble } from './network.ts'

/** A package that the package manager does not know. */
export const unknownPackage: Recogniser = (step) => {
  const apt = lastMatch(step, [
    /^E: Unable to locate package (\S+)$/,
    /^E: Package '([^']+)' has no installation candidate$/,
    /^E: Version '[^']+' for '([^']+)' was not found$/,
  ])
  if (apt !== undefined) return unknownToApt(step, apt)
  const apk = lastMatch(step, [/^\s+(\S+) \(no such package\):$/])
  if (apk?.[1] !== undefined) return unknownToApk(step, apk[1])
  const dnf = lastMatch(step, [
    /^No match for argument: (\S+)$/,
    /^Error: Unable to find a match: (\S+)/,
    /^error: no package matched: (\S+)$/i,
    /^No package (\S+) available\.?$/,
  ])
  return dnf?.[1] === undefined ? undefined : unknown('dnf', dnf[1], { family: 'fedora', index: [] })
}

function unknownToApt(step: FailedStep, match: RegExpExecArray): Explanation | undefined {
  const name = match[1] ?? ''
  // apt-get update ends with 0 where it could reach nobody: the reason stands above the error.
  const trouble = networkTrouble(step, step.lines)
  if (trouble !== undefined) return trouble
  if (isCovered(step, '/var/lib/apt/lists')) return unknown('apt', name, { family: 'debian', index: [] })
  if (!hasAptLists(step.tree)) {
    return {
      reason: `apt knows no packages here: there are no lists in /var/lib/apt/lists`,
      advice: [`run apt-get update in the same RUN: ${installLine('debian', [correctName('debian', name) ?? name])}`],
    }
  }
  if (match[0].startsWith('E: Version')) {
    return {
      reason: `the archive does not have that version of ${name}`,
      advice: [`apt-cache policy ${name} shows what it has; archives drop old versions, so pin only what is kept`],
    }
  }
  const index = aptPackages(step.tree)
  if (index.includes(name) && /has no installation/.test(match[0]))
    return {
      reason: `${name} is listed but cannot be installed: other packages name it, and no archive has it`,
      advice: [],
    }
  return unknown('apt', name, { family: 'debian', index })
}

function unknownToApk(step: FailedStep, name: string): Explanation | undefined {
  return networkTrouble(step, step.lines) ?? unknown('apk', name, { family: 'alpine', index: apkPackages(step.tree) })
}

interface Known {
  readonly family: Family
  /** The names in the package lists of the failed root file system; may be empty. */
  readonly index: readonly string[]
}

function unknown(manager: string, name: string, { family, index }: Known): Explanation {
  const reason = `${manager} has no package ${name}`
  const exists = (candidate: string): boolean => index.length === 0 || index.includes(candidate)
  const other = correctName(family, name)
  if (other !== undefined && exists(other)) return { reason: `${reason}; here it is called ${other}`, advice: [] }
  const candidates = index.length > 0 ? index : knownPackages(family)
  const similar = nearest(
    name,
    candidates.filter((one) => Math.abs(one.length - name.length) <= 3),
  )
  if (similar.length === 0) return { reason, advice: [searchAdvice(family)] }
  return {
    reason: `${reason}; did you mean ${similar.length === 1 ? similar[0] : `one of ${similar.join(', ')}`}?`,
    advice: [],
  }
}

/** The name in this family of a package that another family, or a command, has. */
function correctName(family: Family, name: string): string | undefined {
  const found = packageElsewhere(family, name) ?? packageOfCommand(family, name)
  return found === name ? undefined : found
}

function searchAdvice(family: Family): string {
  switch (family) {
    case 'debian':
      return 'search for it with apt-cache search WORD, or at packages.debian.org'
    case 'alpine':
      return 'search for it with apk search WORD, or at pkgs.alpinelinux.org; it may be in a repository that is not enabled (community, testing)'
    case 'fedora':
      return 'search for it with dnf search WORD; it may be in a repository that is not enabled (EPEL, CRB)'
  }
}

/** Lists of an earlier layer that name files which the archive has replaced since. */
export const staleLists: Recogniser = (step) => {
  const match = lastMatch(step, [/^E: Failed to fetch (https?:\/\/([^/\s]+)\S*)\s+404\s+Not Found/])
  if (match === undefined) return undefined
  const [, url = '', host = ''] = match
  const dist = /\/dists\/([^/]+)\//.exec(url)?.[1]
  if (dist !== undefined) {
    return {
      reason: `${host} has no release ${dist}`,
      advice: [
        'look at the sources in /etc/apt; a release that is no longer supported is at archive.debian.org or old-releases.ubuntu.com',
      ],
    }
  }
  if (step.argv.some((word) => /apt(-get)? [^&|;]*update/.test(word))) return undefined
  return {
    reason: `the package lists are older than the archive: ${host} no longer has the file`,
    advice: [
      'the lists come from an earlier layer; update and install in one RUN:',
      installLine('debian', ['PACKAGE']),
    ],
  }
}
