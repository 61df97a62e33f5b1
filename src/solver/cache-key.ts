import { canonicalJson, type Digest, digestOf, type Json } from '../core/index.ts'
import type { Platform } from '../oci/index.ts'
import type { CopyOp, CopySource, ExecOp, MountSpec } from '../plan/index.ts'

/** The parts of a cache key by name: short values or digests. Kept with the record, so that a miss can be explained. */
export type KeyParts = Readonly<Record<string, string>>

/** The key of a step: sha256 of its parts. Nothing else enters. */
export function keyOf(parts: KeyParts): Digest {
  return digestOf(canonicalJson(parts))
}

/**
 * Key of a RUN (`selections` runs parallel to the mounts): command, visible environment, directory, user, hostname, network, security, mounts, limits that a program
 * can see, platform, the content of the root and of every bind source.
 * Left out: proxy variables, secret and ssh values, contents of cache mounts, addresses of extra hosts, company CAs.
 */
export function execParts(
  op: ExecOp,
  platform: Platform,
  root: Digest,
  selections: readonly (Digest | undefined)[],
): KeyParts {
  const env = Object.fromEntries(
    op.env.map((pair) => [`env ${pair.slice(0, pair.indexOf('='))}`, pair.slice(pair.indexOf('=') + 1)]),
  )
  const mounts = Object.fromEntries(
    op.mounts.map((mount, index) => [`mount ${index}`, canonicalJson(mountKey(mount, selections[index]))]),
  )
  return {
    kind: 'exec',
    command: canonicalJson(op.argv),
    ...hashValues(env),
    'env order': digestOf(op.env.map((pair) => pair.slice(0, pair.indexOf('='))).join('\n')),
    cwd: op.cwd,
    user: op.user,
    hostname: op.hostname,
    network: op.network,
    security: op.security,
    platform: canonicalJson({ ...platform }),
    root,
    ...mounts,
    ...(op.script === undefined ? {} : { script: digestOf(canonicalJson({ ...op.script })) }),
    ...(op.shmSize === undefined ? {} : { shmSize: String(op.shmSize) }),
    ...(op.ulimits === undefined ? {} : { ulimits: canonicalJson(op.ulimits.map((limit) => ({ ...limit }))) }),
    ...(op.extraHosts === undefined
      ? {}
      : { extraHosts: op.extraHosts.map((host) => host.replace(/[:=].*/, '')).join(' ') }),
  }
}

/**
 * Key of a COPY or ADD: destination, owner, mode, options, and the content that each source selects (names relative to
 * the source, effective modes and owners, no mtimes). `--link` leaves the root out, so such a layer fits on any base.
 */
export function copyParts(op: CopyOp, root: Digest, selections: readonly Digest[]): KeyParts {
  const sources = Object.fromEntries(
    op.sources.map((source, index) => [`source ${index} ${sourceLabel(source, op.parents)}`, selections[index] ?? '']),
  )
  return {
    kind: 'copy',
    instruction: op.instruction,
    destination: op.destination,
    chown: op.chown ?? '',
    chmod: op.chmod ?? '',
    options: canonicalJson({ link: op.link, parents: op.parents, exclude: [...op.exclude] }),
    ...(op.link ? {} : { root }),
    ...sources,
  }
}

/** Key of a WORKDIR. */
export function mkdirParts(path: string, user: string, root: Digest): KeyParts {
  return { kind: 'mkdir', path, user, root }
}

function sourceLabel(source: CopySource, parents: boolean): string {
  switch (source.kind) {
    case 'path':
      // The selection's digest holds the base names. Only --parents makes the directories above them matter, so moving a
      // file to another directory stays a hit otherwise, as in BuildKit.
      return canonicalJson([source.kind, source.unpack, ...(parents ? [source.pattern] : [])])
    case 'download':
      return canonicalJson([source.kind, source.name, source.unpack])
    case 'tree':
      return source.kind
    case 'inline':
      return canonicalJson([source.kind, source.name])
  }
}

/** Values of variables may be private: the key keeps their digests only. */
function hashValues(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, digestOf(value)]))
}

function mountKey(mount: MountSpec, content: Digest | undefined): Json {
  switch (mount.type) {
    case 'bind':
      return { type: mount.type, target: mount.target, readonly: mount.readonly, content: content ?? '' }
    case 'cache': {
      const { input, ...rest } = mount
      return input === undefined ? { ...rest } : { ...rest, seed: content ?? '' }
    }
    case 'tmpfs':
    case 'secret':
    case 'ssh':
      return { ...mount }
  }
}
