import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { httpGet, redactUrls } from '../../adapters/context/index.ts'
import { machineAuthorities } from '../../adapters/registry/index.ts'
import { isHttpUrl, SlipwayError } from '../../core/index.ts'
import { decodeManifest } from '../../oci/index.ts'
import { openSource } from '../copy/open-source.ts'
import { parsePlace } from '../copy/place.ts'
import type { Session } from '../session.ts'
import { archiveTexts, type NamedText } from './archive-texts.ts'

/** Where the public dumps lie, each as ECOSYSTEM/all.zip. */
export const publicDumps = 'https://osv-vulnerabilities.storage.googleapis.com'

/** One place with records. */
export interface OsvSource {
  /** For people. */
  readonly name: string
  /** The dump of this family; absent where any may come. */
  readonly family?: string
  /** Undefined when the server says that it is what `etag` is. */
  open(etag?: string): Promise<OpenedSource | undefined>
}

export interface OpenedSource {
  readonly texts: AsyncIterable<NamedText>
  readonly etag?: string
}

export interface SourceRequest {
  /** A directory, an archive, a URL, or an image as `slipway copy` spells it; absent: the public dumps. */
  readonly from?: string
  readonly families: readonly string[]
  readonly cwd: string
  readonly signal: AbortSignal
}

/** The places that a request names. Throws `usage` for what is none. */
export function osvSources(session: Session, request: SourceRequest): readonly OsvSource[] {
  const { from = publicDumps, families, cwd, signal } = request
  if (isHttpUrl(from)) {
    if (/\.(zip|tar|tar\.gz|tgz|tar\.zst)$/.test(new URL(from).pathname)) return [urlSource(session, from, { signal })]
    const base = from.replace(/\/+$/, '')
    return families.map((family) =>
      urlSource(session, `${base}/${encodeURIComponent(family)}/all.zip`, { signal, family }),
    )
  }
  const place = parsePlace(from, cwd)
  if (place !== undefined)
    return [{ name: from, open: async () => ({ texts: artifactTexts(session, from, { cwd, signal }) }) }]
  const file = path.resolve(cwd, from)
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined)
    throw new SlipwayError('usage', `--from ${from}: there is no such file or directory`, {
      hint: 'it takes a directory, a zip or tar archive, a URL, or an artifact of a registry: docker://NAME',
    })
  return [{ name: from, open: async () => ({ texts: stat.isDirectory() ? directoryTexts(file) : fileTexts(file) }) }]
}

function urlSource(
  session: Session,
  url: string,
  more: { readonly signal: AbortSignal; readonly family?: string },
): OsvSource {
  const { signal, family } = more
  return {
    name: redactUrls(url),
    ...(family === undefined ? {} : { family }),
    open: async (etag) => {
      const answer = await httpGet(url, {
        signal,
        headers: etag === undefined ? {} : { 'if-none-match': etag },
        authorities: () => machineAuthorities(session.env),
      })
      if (answer.status === 304) {
        await answer.discard()
        return undefined
      }
      const tag = answer.header('etag')
      return { texts: archiveTexts(answer.body, redactUrls(url)), ...(tag === undefined ? {} : { etag: tag }) }
    },
  }
}

/** The layers of an artifact, each a zip or tar archive, as `oras push` makes them. */
async function* artifactTexts(
  session: Session,
  from: string,
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): AsyncGenerator<NamedText> {
  const place = parsePlace(from, cwd)
  if (place === undefined) throw new SlipwayError('internal', `${from} was a place before`)
  const source = await openSource(session, place, signal)
  try {
    const manifest = decodeManifest(await source.document(source.root), source.from, source.root.mediaType)
    for (const layer of manifest.layers) yield* archiveTexts(source.blob(layer), `${from} (${layer.digest})`)
  } finally {
    await source.close()
  }
}

function fileTexts(file: string): AsyncIterable<NamedText> {
  return archiveTexts(createReadStream(file, { highWaterMark: 1 << 20 }), file)
}

/** JSON files and archives below a directory. Links are not followed. */
async function* directoryTexts(directory: string): AsyncGenerator<NamedText> {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const file = path.join(directory, entry.name)
    if (entry.isDirectory()) yield* directoryTexts(file)
    else if (entry.isFile() && entry.name.endsWith('.json')) yield { name: file, text: readFileSync(file, 'utf8') }
    else if (entry.isFile() && /\.(zip|tar|tar\.gz|tgz|tar\.zst)$/.test(entry.name)) yield* fileTexts(file)
  }
}
