import { alpine } from './alpine.ts'
import { buildpackDeps } from './buildpack-deps.ts'
import { debian, ubuntu, withCertificates } from './debian.ts'
import { defaultRelease } from './default-releases.ts'
import { grown, type ImageFacts } from './image-facts.ts'
import { debianNumber, type ImageTag, says } from './image-tag.ts'
import { oracleLinux, ubi } from './red-hat.ts'

/** How an official image of a language comes: whole with compilers, slim, or on Alpine. */
export type Shape = 'full' | 'slim' | 'alpine'

/** The shape that a tag asks for. */
export function shapeOf(tag: ImageTag): Shape {
  if (tag.platform?.name === 'alpine') return 'alpine'
  return says(tag, 'slim') ? 'slim' : 'full'
}

/** The Debian release that a tag names, or that the image stands on when it names none. */
export function debianOf(tag: ImageTag, image: string): string | undefined {
  return tag.platform?.name === 'debian' ? tag.platform.release : defaultRelease(image, tag.version)
}

/** What an image stands on: buildpack-deps, debian-slim, Alpine. */
export function bottomOf(tag: ImageTag, image: string): ImageFacts {
  const shape = shapeOf(tag)
  if (shape === 'alpine') return alpine(tag.platform?.release)
  const release = debianOf(tag, image)
  return shape === 'slim' ? grown(debian(release), { variant: 'slim' }) : buildpackDeps('debian', release, 'all')
}

/** The platform that a tag names, or another one: for images whose builds are alike on all of them. */
export function platformOf(tag: ImageTag, otherwise: ImageFacts): ImageFacts {
  const { name, release } = tag.platform ?? {}
  switch (name) {
    case 'alpine':
      return alpine(release)
    case 'debian':
      return debian(release)
    case 'ubuntu':
      return ubuntu(release)
    case 'ubi':
      return ubi(release, says(tag, 'minimal') ? 'minimal' : 'whole')
    case 'oraclelinux':
      return oracleLinux(release, 'slim')
    default:
      return otherwise
  }
}

/** `withCertificates` for Debian; Alpine has them. */
export function certified(facts: ImageFacts): ImageFacts {
  return facts.packageManager === 'apt' ? withCertificates(facts) : { ...facts, hasCertificates: true }
}

/**
 * The slim tag for a full one: `22` → `22-slim`, `22-bookworm` → `22-bookworm-slim` (node), `22-slim-bookworm` (the others).
 * Undefined where there is none.
 */
export function slimTag(tag: ImageTag, image: 'node' | 'python' | 'ruby' | 'rust' | 'perl'): string | undefined {
  if (shapeOf(tag) !== 'full') return undefined
  const { text, words } = tag
  if (text === '' || text === 'latest') return 'slim'
  // Node's `lts-krypton` has no slim brother; `krypton` and `lts` have.
  if (words[0] === 'lts' && words.length > 1) return undefined
  const codename = words.find((word) => debianNumber(word) !== undefined)
  if (codename === undefined || image === 'node') return `${text}-slim`
  return words.map((word) => (word === codename ? `slim-${codename}` : word)).join('-')
}

/** `smallerTag` where there is one. */
export function smaller(tag: string | undefined): Pick<ImageFacts, 'smallerTag'> {
  return tag === undefined ? {} : { smallerTag: tag }
}

/** A runtime with the version that the tag says. */
export function language(
  name: NonNullable<ImageFacts['runtime']>['language'],
  kind: 'sdk' | 'runtime',
  version: string | undefined,
): Pick<ImageFacts, 'runtime'> {
  return { runtime: { language: name, kind, ...(version === undefined ? {} : { version }) } }
}

/** The variable that holds the version, where the tag says all of it; with `22` nobody knows what it is. */
export function versionVariable(name: string, version: string | undefined): Readonly<Record<string, string>> {
  return version !== undefined && /^\d+\.\d+\.\d+$/.test(version) ? { [name]: version } : {}
}

/** Facts of which some are not sure. */
export function uncertain(facts: ImageFacts, ...keys: readonly (keyof ImageFacts)[]): ImageFacts {
  return Object.fromEntries(Object.entries(facts).filter(([key]) => !keys.some((open) => open === key)))
}
