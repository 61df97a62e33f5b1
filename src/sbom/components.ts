import { type Digest, digestOf, hexOf } from '../core/index.ts'
import type { AttributedPackage, Sbom } from './sbom.ts'

/** One version of a package, wherever it is: what documents have one entry for. */
export interface Component extends Omit<AttributedPackage, 'path' | 'within' | 'from'> {
  /** The same in every document of the same image. */
  readonly key: string
  /** By path. */
  readonly places: readonly Pick<AttributedPackage, 'path' | 'within' | 'from'>[]
  /** The stage that had it, for what is not in the image. */
  readonly buildStage?: string
}

/** The packages of the image in the order of their URLs, then those of other stages. */
export function componentsOf({ packages, stages = [] }: Sbom): readonly Component[] {
  return [...merged(packages, undefined), ...stages.flatMap(({ stage, packages: ofStage }) => merged(ofStage, stage))]
}

/** The same for the same content, in the form of a UUID of RFC 9562 whose bits the application chooses. */
export function uuidOf(content: Digest): string {
  const hex = hexOf(content)
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

function merged(packages: readonly AttributedPackage[], buildStage: string | undefined): readonly Component[] {
  const byUrl = new Map<string, AttributedPackage[]>()
  for (const one of packages) byUrl.set(one.purl, [...(byUrl.get(one.purl) ?? []), one])
  return [...byUrl]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([purl, all]) => component(purl, all, buildStage))
}

/** What differs between copies: one that runs makes it needed, one that is installed makes it installed. */
function component(purl: string, all: readonly AttributedPackage[], buildStage: string | undefined): Component {
  const { path: _, within: __, from: ___, isDevelopment, isDeclared, ...facts } = all[0] as AttributedPackage
  const licenses = [...new Set(all.flatMap((one) => one.licenses ?? []))].sort()
  return {
    ...facts,
    key: `${facts.type}-${facts.name.replaceAll(/[^A-Za-z0-9.]+/g, '-')}-${hexOf(digestOf(`${purl} ${buildStage ?? ''}`)).slice(0, 12)}`,
    origin: all.some(({ origin }) => origin === 'os') ? 'os' : 'application',
    ...(licenses.length === 0 ? {} : { licenses }),
    ...(isDevelopment && all.every((one) => one.isDevelopment) ? { isDevelopment } : {}),
    ...(isDeclared && all.every((one) => one.isDeclared) ? { isDeclared } : {}),
    ...(buildStage === undefined ? {} : { buildStage }),
    places: all
      .map(({ path, within, from }) => ({
        path,
        ...(within === undefined ? {} : { within }),
        ...(from === undefined ? {} : { from }),
      }))
      .sort((left, right) => (placeText(left) < placeText(right) ? -1 : 1)),
  }
}

/** `/srv/app.jar!BOOT-INF/lib/a.jar` */
export function placeText({ path, within }: Component['places'][number]): string {
  return within === undefined ? `/${path}` : `/${path}!${within}`
}
