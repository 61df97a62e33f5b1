import path from 'node:path'
import { statSync } from 'node:fs'
import { redactUrls } from '../../adapters/context/index.ts'
import { parseGitContext, SlipwayError } from '../../core/index.ts'
import type { NamedContext } from '../../graph/index.ts'

/** A `--build-context`, with the place it stands for. */
export interface ContextPlace {
  readonly name: string
  readonly place: string
  readonly context: NamedContext
  /** Directories: absolute. Layouts: the folder; `select` is a tag or digest in it. */
  readonly directory?: string
  readonly select?: string
}

/** Reads what `--build-context` names stand for. Throws `bad-option-value` and `context-unreadable`. */
export function readNamedContexts(given: Readonly<Record<string, string>>, cwd: string): readonly ContextPlace[] {
  return Object.entries(given).map(([name, place]) => readPlace(name, place, cwd))
}

function readPlace(name: string, place: string, cwd: string): ContextPlace {
  if (place.startsWith('docker-image://')) {
    return { name, place, context: { kind: 'image', reference: place.slice('docker-image://'.length) } }
  }
  if (place.startsWith('oci-layout://')) return readLayout(name, place, cwd)
  if (place.startsWith('target:'))
    return { name, place, context: { kind: 'stage', stage: place.slice('target:'.length) } }
  const directory = path.resolve(cwd, place)
  const isDirectory = statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true
  const git = isDirectory ? undefined : parseGitContext(place)
  if (git !== undefined && 'error' in git)
    throw new SlipwayError('bad-option-value', `--build-context ${name}=${redactUrls(place)}: ${git.error}`)
  if (git !== undefined) return { name, place, context: { kind: 'git', url: place } }
  if (/^https?:\/\//.test(place)) return { name, place, context: { kind: 'http', url: place } }
  if (!isDirectory) {
    throw new SlipwayError(
      'context-unreadable',
      `--build-context ${name}=${place}: there is no directory ${directory}`,
      {
        hint: 'give a directory, oci-layout://DIRECTORY, docker-image://IMAGE, target:STAGE or a URL',
      },
    )
  }
  return { name, place, context: { kind: 'directory' }, directory }
}

function readLayout(name: string, place: string, cwd: string): ContextPlace {
  const [, folder = '', select] =
    /^(.*?)(?:@(sha256:[0-9a-f]{64})|:([\w][\w.-]{0,127}))?$/
      .exec(place.slice('oci-layout://'.length))
      ?.filter((part) => part !== undefined) ?? []
  const directory = path.resolve(cwd, folder)
  if (statSync(path.join(directory, 'oci-layout'), { throwIfNoEntry: false }) === undefined) {
    throw new SlipwayError(
      'context-unreadable',
      `--build-context ${name}=${place}: ${directory} is no OCI layout (it has no file oci-layout)`,
    )
  }
  return { name, place, context: { kind: 'layout' }, directory, ...(select === undefined ? {} : { select }) }
}
