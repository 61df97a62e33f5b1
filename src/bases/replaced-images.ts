import type { Reference } from '../oci/index.ts'
import { isNamed } from './image-name.ts'

/** An image that nobody keeps any more. */
export interface ReplacedImage {
  /** The end of the repository's name; with `hub`, at Docker Hub only. */
  readonly name: string
  readonly hub?: true
  /** What happened, to follow its name. */
  readonly what: string
  /** What to take instead. */
  readonly instead?: string
}

const removed = 'is no official image any more'

/**
 * Official images that were given up, and others that many files name. Sources: the `deprecated.md` pages and the removals
 * of github.com/docker-library/docs.
 */
const replacedImages: readonly ReplacedImage[] = [
  { name: 'openjdk', what: 'is deprecated', instead: 'eclipse-temurin, amazoncorretto or another build of OpenJDK' },
  { name: 'java', what: removed, instead: 'eclipse-temurin' },
  { name: 'adoptopenjdk', what: removed, instead: 'eclipse-temurin' },
  { name: 'centos', hub: true, what: removed, instead: 'almalinux, rockylinux/rockylinux or quay.io/centos/centos' },
  { name: 'rockylinux', hub: true, what: 'gets no new releases', instead: 'rockylinux/rockylinux' },
  { name: 'opensuse', what: removed, instead: 'opensuse/leap' },
  { name: 'sl', hub: true, what: removed, instead: 'almalinux' },
  { name: 'ubuntu-upstart', what: removed, instead: 'ubuntu' },
  { name: 'clearlinux', what: 'is deprecated' },
  { name: 'iojs', what: removed, instead: 'node' },
  { name: 'mono', hub: true, what: removed },
  { name: 'django', hub: true, what: removed, instead: 'python' },
  { name: 'rails', hub: true, what: removed, instead: 'ruby' },
  { name: 'celery', hub: true, what: removed, instead: 'python' },
  { name: 'vault', hub: true, what: removed, instead: 'hashicorp/vault' },
  { name: 'consul', hub: true, what: removed, instead: 'hashicorp/consul' },
  { name: 'jenkins', hub: true, what: removed, instead: 'jenkins/jenkins' },
  { name: 'owncloud', hub: true, what: removed, instead: 'owncloud/server' },
  { name: 'piwik', hub: true, what: removed, instead: 'matomo' },
  { name: 'sentry', hub: true, what: removed, instead: 'getsentry/sentry' },
  { name: 'nats-streaming', hub: true, what: removed, instead: 'nats' },
  { name: 'php-zendserver', what: 'is deprecated', instead: 'php' },
  { name: 'mongo-express', hub: true, what: 'is deprecated' },
  { name: 'notary', hub: true, what: 'is deprecated' },
  { name: 'unit', hub: true, what: 'is deprecated: NGINX Unit was given up in October 2025' },
  { name: 'plone', hub: true, what: 'is deprecated', instead: 'plone/plone-backend' },
  { name: 'liquibase', hub: true, what: 'is deprecated' },
]

/** What is known about an image that was given up; undefined for others. */
export function replacementOf(reference: Pick<Reference, 'registry' | 'repository'>): ReplacedImage | undefined {
  return replacedImages.find(({ name, hub }) =>
    hub === true
      ? reference.registry === 'docker.io' && reference.repository === `library/${name}`
      : isNamed(reference, name),
  )
}
