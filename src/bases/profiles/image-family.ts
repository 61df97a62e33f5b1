import type { Reference } from '../../oci/index.ts'
import { isNamed } from '../image-name.ts'
import type { ImageFacts } from './image-facts.ts'
import type { ImageTag } from './image-tag.ts'

/** A name without its tag. */
export type ImageName = Pick<Reference, 'registry' | 'repository'>

/** Images that are made alike. */
export interface ImageFamily {
  readonly matches: (name: ImageName) => boolean
  /** Undefined where the tag is of something else (Windows), so that nobody can say. */
  readonly facts: (tag: ImageTag, name: ImageName) => ImageFacts | undefined
}

/** Where everybody may publish under a name of their own: `ghcr.io/someone/node` is someone's. */
const ofEverybody =
  /^(?:ghcr\.io|quay\.io|(?:[a-z]+\.)?gcr\.io|mcr\.microsoft\.com|cgr\.dev|nvcr\.io|registry\.gitlab\.com|public\.ecr\.aws|registry\.access\.redhat\.com|registry\.redhat\.io|docker\.elastic\.co|container-registry\.oracle\.com)$/
const architectures = /^(?:library|amd64|arm32v[567]|arm64v8|i386|ppc64le|riscv64|s390x)\//

/** Whether a name is an official image of Docker Hub, or a copy of it elsewhere. */
export function isOfficial(name: ImageName, image: string): boolean {
  const { registry, repository } = name
  if (image.includes('/')) return isNamed(name, image)
  if (registry === 'docker.io') {
    // Hub's own names have two parts: more of them are a mirror without a dot in its name.
    const mirrored = repository.split('/').length > 2 && repository.endsWith(`/${image}`)
    return mirrored || (isNamed(name, image) && architectures.test(repository))
  }
  if (ofEverybody.test(registry)) return repository.endsWith(`library/${image}`)
  return isNamed(name, image)
}

/** A family of official images. */
export function official(
  images: readonly string[],
  facts: (tag: ImageTag, image: string) => ImageFacts | undefined,
): ImageFamily {
  const imageOf = (name: ImageName): string | undefined => images.find((image) => isOfficial(name, image))
  return {
    matches: (name) => imageOf(name) !== undefined,
    facts: (tag, name) => (tag.isWindows ? undefined : facts(tag, imageOf(name) ?? '')),
  }
}
