import type { Reference } from '../oci/index.ts'

/** Organizations of Docker Hub whose images have the names and versions of what they hold. */
const likeOfficial: readonly string[] = ['library', 'bitnami', 'bitnamilegacy', 'cimg', 'circleci', 'amd64', 'arm64v8']

/**
 * Whether a repository is a given one, or a copy of it at another registry: `registry.example.com/mirror/library/node` is
 * `node`. At Docker Hub, other people's `someone/node` is theirs.
 */
export function isNamed({ registry, repository }: Pick<Reference, 'registry' | 'repository'>, name: string): boolean {
  if (registry !== 'docker.io') return repository === name || repository.endsWith(`/${name}`)
  if (name.includes('/')) return repository === name
  return likeOfficial.some((organization) => repository === `${organization}/${name}`)
}
