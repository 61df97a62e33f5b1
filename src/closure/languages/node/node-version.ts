import type { ClosureImage, StartedProgram } from '../../closure.ts'
import { type ImageFiles, pathFrom } from '../image-files.ts'

export interface NodeVersion {
  readonly major: number
  readonly minor: number
  readonly text: string
}

/**
 * The version of a Node program as files beside it tell: headers (`include/node/node_version.h`, official images and tar
 * archives), a path of a version manager, the package database of the distribution; then `NODE_VERSION` of the
 * configuration, which official images set. Undefined when nothing tells.
 */
export function nodeVersion(program: StartedProgram, image: ClosureImage, files: ImageFiles): NodeVersion | undefined {
  const header = files.text(pathFrom(program.path, '../../include/node/node_version.h'))
  const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
    (name) => header?.match(new RegExp(`NODE_${name}_VERSION (\\d+)`))?.[1],
  )
  if (numbers[0] !== undefined) return parseNodeVersion(numbers.join('.'))
  const path = /\/v(\d+\.\d+\.\d+)\//.exec(program.path)?.[1]
  if (path !== undefined) return parseNodeVersion(path)
  const packaged = program.path.startsWith('usr/bin/') ? packagedVersion(files) : undefined
  if (packaged !== undefined) return packaged
  const set = image.config.Env?.find((text) => text.startsWith('NODE_VERSION='))
  return set === undefined || program.path !== 'usr/local/bin/node' ? undefined : parseNodeVersion(set.slice(13))
}

function packagedVersion(files: ImageFiles): NodeVersion | undefined {
  const dpkg = files.text('var/lib/dpkg/status')
  const debian = dpkg === undefined ? undefined : /^Package: nodejs\n(?:.+\n)*?Version: (\S+)/m.exec(dpkg)?.[1]
  if (debian !== undefined) return parseNodeVersion(debian)
  const apk = files.text('lib/apk/db/installed') ?? files.text('usr/lib/apk/db/installed')
  const alpine = apk === undefined ? undefined : /^P:nodejs(?:-current)?\nV:(\S+)/m.exec(apk)?.[1]
  return alpine === undefined ? undefined : parseNodeVersion(alpine)
}

export function parseNodeVersion(text: string): NodeVersion | undefined {
  const match = /^v?(?:\d+:)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  if (match === null) return undefined
  return { major: Number(match[1]), minor: Number(match[2]), text: `${match[1]}.${match[2]}.${match[3] ?? '0'}` }
}

/** Whether a version has what several release lines got: the lowest minor for each of them, all later lines have it. */
export function hasSince(version: NodeVersion, lines: Readonly<Record<number, number>>): boolean {
  const minor = lines[version.major]
  if (minor !== undefined) return version.minor >= minor
  return version.major > Math.max(...Object.keys(lines).map(Number))
}

/** `require()` of an ES module without a flag: 20.19, 22.12 and all from 23 on. */
export const requiresEsm: Readonly<Record<number, number>> = { 20: 19, 22: 12 }
/** ES module syntax in a `.js` file whose package.json has no `type`: 20.19, 22.7 and all from 23 on. */
export const detectsSyntax: Readonly<Record<number, number>> = { 20: 19, 22: 7 }
/** TypeScript without a flag: 22.18, 23.6. */
export const stripsTypes: Readonly<Record<number, number>> = { 22: 18, 23: 6 }

/** NODE_MODULE_VERSION of the release lines (https://github.com/nodejs/node/blob/main/doc/abi_version_registry.json). */
const moduleVersions: Readonly<Record<number, number>> = {
  10: 64,
  11: 67,
  12: 72,
  13: 79,
  14: 83,
  15: 88,
  16: 93,
  17: 102,
  18: 108,
  19: 111,
  20: 115,
  21: 120,
  22: 127,
  23: 131,
  24: 137,
}

export function moduleVersionOf({ major }: NodeVersion): number | undefined {
  return moduleVersions[major]
}

/** The release line a NODE_MODULE_VERSION belongs to. */
export function lineOfModuleVersion(version: number): number | undefined {
  const line = Object.entries(moduleVersions).find(([, value]) => value === version)?.[0]
  return line === undefined ? undefined : Number(line)
}
