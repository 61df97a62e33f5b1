import path from 'node:path'
import { redactUrls } from '../../adapters/context/index.ts'
import type { ConfigSource } from '../../attest/index.ts'
import { proxyEnvironment } from '../../plan/index.ts'
import type { ContextPlace } from '../build/named-contexts.ts'
import type { Session } from '../session.ts'
import type { EndedBuild } from './ended-build.ts'

/**
 * What a build was asked for, by the names that BuildKit gives the options of a Dockerfile. Without what says nothing about
 * the result: proxies, the number of steps at a time, places on this machine.
 */
export function requestArgs(
  { env }: Session,
  { request, started }: Pick<EndedBuild, 'request' | 'started'>,
): Readonly<Record<string, string>> {
  const epoch = env['SOURCE_DATE_EPOCH']
  const given =
    epoch === undefined || epoch === '' ? request.buildArgs : { SOURCE_DATE_EPOCH: epoch, ...request.buildArgs }
  const { target, labels, addHosts, ulimits, network, shmSize, noCache } = request
  return {
    ...(target === undefined ? {} : { target }),
    ...prefixed('build-arg', withoutProxies(given)),
    ...prefixed('label', labels),
    ...prefixed('context', Object.fromEntries(started.places.map((place) => [place.name, shownPlace(place)]))),
    ...(network === 'default' ? {} : { 'force-network-mode': network }),
    ...(addHosts.length === 0 ? {} : { 'add-hosts': addHosts.map((host) => host.replace(':', '=')).join(',') }),
    ...(shmSize === undefined ? {} : { 'shm-size': String(shmSize) }),
    ...(ulimits.length === 0
      ? {}
      : { ulimit: ulimits.map(({ name, soft, hard }) => `${name}=${soft}:${hard}`).join(',') }),
    ...(noCache ? { 'no-cache': '' } : {}),
  }
}

/** Where the Dockerfile is from: a repository with its commit, an address, or this machine, which is not named. */
export function configSourceOf({
  request,
  started,
  cwd,
}: Pick<EndedBuild, 'request' | 'started' | 'cwd'>): ConfigSource {
  const { context, file } = started.definition
  const name = configPath(request.dockerfile, { file: file.source.path, context: request.context, cwd })
  if (context.kind === 'git') {
    const digest = context.commit === undefined ? {} : { digest: commitDigest(context.commit) }
    return { uri: redactUrls(request.context), ...digest, path: name }
  }
  return /^https?:\/\//i.test(request.context) ? { uri: redactUrls(request.context), path: name } : { path: name }
}

/** Names of the directories of this machine that went into the build. */
export function localsOf({
  request,
  started,
  plan,
}: Pick<EndedBuild, 'request' | 'started' | 'plan'>): readonly string[] {
  const isRemote = started.definition.context.kind === 'git' || /^https?:\/\//i.test(request.context)
  const used = [...plan.vertices.values()].flatMap(({ op }) => (op.kind === 'context' ? [op.name] : []))
  const local = used.filter((name) => !(isRemote && name === 'context'))
  return [...(isRemote ? [] : ['dockerfile']), ...new Set(local)].sort()
}

/** A commit by the hash that its repository uses. */
export function commitDigest(commit: string): Readonly<Record<string, string>> {
  return commit.length === 64 ? { sha256: commit } : { sha1: commit }
}

function prefixed(kind: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${kind}:${name}`, value]))
}

function withoutProxies(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => proxyEnvironment({ [name]: value || 'x' }).length === 0),
  )
}

function shownPlace({ name, place, context }: ContextPlace): string {
  switch (context.kind) {
    case 'directory':
      return `local:${name}`
    case 'layout':
      return `oci-layout:${name}`
    default:
      return redactUrls(place)
  }
}

/** Inside its context where that is possible; a file elsewhere on this machine has its last name only. */
function configPath(
  given: string | undefined,
  { file, context, cwd }: { readonly file: string; readonly context: string; readonly cwd: string },
): string {
  if (given === undefined || given === '-') return path.basename(file) === '-' ? 'Dockerfile' : path.basename(file)
  const inside = path.relative(path.resolve(cwd, context), path.resolve(cwd, given))
  return inside.startsWith('..') || path.isAbsolute(inside) ? path.basename(given) : inside
}
