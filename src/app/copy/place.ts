import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { parseReference, type Reference, withDefaultTag } from '../../oci/index.ts'

/** Where an image is or shall be. */
export type Place =
  | { readonly kind: 'registry'; readonly reference: Reference }
  | { readonly kind: 'layout'; readonly path: string; readonly name?: string }
  | { readonly kind: 'oci-archive'; readonly path: string; readonly name?: string }
  | { readonly kind: 'docker-archive'; readonly path: string; readonly name?: string }
  /** The local store, by name or id. */
  | { readonly kind: 'store'; readonly name: string }

const elsewhere: Readonly<Record<string, string>> = {
  'containers-storage': 'podman save --format oci-archive -o FILE IMAGE, then oci-archive:FILE',
  'docker-daemon': 'docker save -o FILE IMAGE, then docker-archive:FILE',
  dir: 'write oci:DIRECTORY for an OCI layout',
  ostree: 'write oci:DIRECTORY for an OCI layout',
  sif: 'write oci:DIRECTORY for an OCI layout',
  tarball: 'slipway import makes an image from an archive of files',
}

/**
 * Reads a place with skopeo's names: `docker://NAME`, `oci:DIRECTORY[:NAME]`, `oci-archive:FILE[:NAME]`,
 * `docker-archive:FILE[:NAME]`, and `store:NAME` for the local store. Undefined for a bare name. Throws `unsupported` for
 * the storages of other programs, with what to do instead, and `bad-reference` for names that cannot be.
 */
export function parsePlace(text: string, cwd: string): Place | undefined {
  const [, transport = '', rest = ''] = /^([a-z-]+):(.*)$/s.exec(text) ?? []
  const instead = elsewhere[transport]
  if (instead !== undefined && !/^\d+(\/|$)/.test(rest))
    throw new SlipwayError('unsupported', `${transport}: is not a place that slipway copies from or to`, {
      hint: instead,
    })
  switch (transport) {
    case 'docker':
      return rest.startsWith('//') ? { kind: 'registry', reference: referenceOf(rest.slice(2)) } : undefined
    case 'oci':
      return { kind: 'layout', ...fileAndName(text, rest, cwd) }
    case 'oci-archive':
    case 'docker-archive':
      return { kind: transport, ...fileAndName(text, rest, cwd) }
    case 'store':
      return { kind: 'store', name: rest }
    default:
      return undefined
  }
}

/** Throws `bad-reference`. */
export function referenceOf(text: string): Reference {
  const reference = parseReference(text)
  if ('error' in reference) throw new SlipwayError('bad-reference', reference.error)
  return withDefaultTag(reference)
}

/** Whether a name says at which registry it is, so that it cannot be meant for the local store alone. */
export function namesRegistry(text: string): boolean {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  return first === 'localhost' || /[.:]/.test(first)
}

function fileAndName(text: string, rest: string, cwd: string): { readonly path: string; readonly name?: string } {
  const colon = rest.indexOf(':')
  const file = colon < 0 ? rest : rest.slice(0, colon)
  const name = colon < 0 ? '' : rest.slice(colon + 1)
  if (file === '') throw new SlipwayError('bad-reference', `${text} names no file`)
  return { path: path.resolve(cwd, file), ...(name === '' ? {} : { name }) }
}
