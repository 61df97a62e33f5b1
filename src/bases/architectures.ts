import type { Reference } from '../oci/index.ts'
import { isNamed } from './image-name.ts'

/** For whom images of a repository are published. The first row that fits counts; a tag that no row fits is unknown. */
interface Published {
  readonly images: readonly string[]
  /** Of the tag. All tags without it. */
  readonly tags?: RegExp
  readonly architectures: readonly string[]
}

const [one, two] = [['amd64'], ['amd64', 'arm64']]
const alpine = /(?:^|-)alpine/

/**
 * From the library files of Docker's official images (August 2026) and what Microsoft, Google, NVIDIA and Amazon publish.
 * 32-bit ARM is one thing here: which of its generations an image is for changes from tag to tag. Images for every
 * architecture that matters are not listed.
 */
const published: readonly Published[] = [
  { images: ['archlinux', 'clearlinux', 'percona', 'rocket.chat', 'teamspeak'], architectures: one },
  { images: ['mssql/server'], architectures: one },
  { images: ['mysql'], tags: /^5(?:\.|$)/, architectures: one },
  { images: ['mysql'], tags: /^(?:8\.4|9|2\d)(?:\.|$)/, architectures: two },
  // Adoptium builds for musl on arm64 since Java 21.
  { images: ['eclipse-temurin'], tags: /^(?:8|11|17)(?:\D.*)?-alpine/, architectures: one },
  { images: ['eclipse-temurin'], tags: alpine, architectures: two },
  {
    images: ['maven', 'tomcat', 'tomee'],
    tags: /(?:temurin-?|jre|jdk)(?:8|11|17)-(?:\w+-)?alpine/i,
    architectures: one,
  },
  {
    images: ['gradle', 'clojure', 'groovy', 'jetty'],
    tags: /(?:jdk|jre|temurin-)(?:8|11|17)(?:-.*)?-alpine/,
    architectures: one,
  },
  { images: ['openjdk'], tags: /^(?:8|1[0-7])(?:\D.*)?-alpine/, architectures: one },
  { images: ['sapmachine'], tags: alpine, architectures: one },
  { images: ['kapacitor', 'chronograf'], tags: alpine, architectures: one },
  { images: ['rust'], tags: alpine, architectures: [...two, 'ppc64le'] },
  { images: ['node'], tags: /^(?:2[5-9]|[3-9]\d)(?:\D.*)?-alpine/, architectures: two },
  { images: ['node'], tags: /^(?:2[3-9]|[3-9]\d)(?:\D|$)/, architectures: [...two, 'ppc64le', 's390x'] },
  { images: ['node'], tags: /^(?:1[0-9]|2[0-2])(?:\D|$)/, architectures: [...two, 'arm', 'ppc64le', 's390x'] },
  {
    images:
      'amazoncorretto amazonlinux clickhouse couchbase crate elasticsearch flink haskell jruby kibana logstash mongo neo4j oraclelinux photon spark swift xwiki'.split(
        ' ',
      ),
    architectures: two,
  },
  { images: ['fedora'], tags: /^(?:3[89]|4\d|latest)$/, architectures: [...two, 'ppc64le', 's390x'] },
  {
    images: ['ubuntu'],
    tags: /^(?:2\d\.|focal|jammy|noble|resolute)/,
    architectures: [...two, 'arm', 'ppc64le', 'riscv64', 's390x'],
  },
  { images: ['dotnet/sdk', 'dotnet/aspnet', 'dotnet/runtime', 'dotnet/runtime-deps'], architectures: [...two, 'arm'] },
  { images: ['playwright', 'lambda/python', 'lambda/nodejs', 'lambda/java', 'lambda/provided'], architectures: two },
]

/** Repositories whose names others use too, and where they are at home. */
const homes: readonly { readonly images: RegExp; readonly registry: string }[] = [
  { images: /(?:^|\/)(?:mssql|dotnet|playwright)(?:\/|$)/, registry: 'mcr.microsoft.com' },
  { images: /^lambda\//, registry: 'public.ecr.aws' },
]

/**
 * The architectures that a tag is published for at most, as far as its name tells: `amd64`, `arm64`, `arm`, `ppc64le`, `s390x`, `riscv64`,
 * `386`. Undefined where nobody can say: another registry's copy of an image, a digest, an image that is not listed.
 */
export function architecturesOf(reference: Reference): readonly string[] | undefined {
  if (reference.digest !== undefined) return undefined
  const tag = reference.tag ?? 'latest'
  return published.find(
    ({ images, tags }) => (tags === undefined || tags.test(tag)) && images.some((name) => isAtHome(reference, name)),
  )?.architectures
}

/** Copies at other registries may hold fewer or more architectures. */
function isAtHome(reference: Reference, name: string): boolean {
  const { registry, repository } = reference
  const home = homes.find(({ images }) => images.test(name))
  if (home === undefined) return registry === 'docker.io' && repository === `library/${name}`
  return registry === home.registry && isNamed(reference, name)
}
