import type { TreeView } from '../fileset/index.ts'
import { resolveInRoot } from '../fileset/index.ts'
import type { Identity } from './denied-writes.ts'
import type { HardeningFinding } from './finding.ts'
import type { ObservedCall } from './observation.ts'

/** Calls that take a capability that the container does not have, each capability and object once. */
export function deniedRights(calls: readonly ObservedCall[]): readonly HardeningFinding[] {
  const ports = unique(calls.flatMap(({ capability, port }) => (capability === 'NET_BIND_SERVICE' ? (port ?? []) : [])))
  const others = unique(calls.flatMap(({ capability }) => capability ?? [])).filter(
    (name) => name !== 'NET_BIND_SERVICE',
  )
  return [
    ...ports.sort((a, b) => a - b).map((port) => lowPort(port)),
    ...others.sort().map((capability) =>
      missing(
        capability,
        calls.filter((call) => call.capability === capability),
      ),
    ),
  ]
}

/** docker has let everybody bind low ports since 20.10; Kubernetes with containerd before 2.0 does not. */
function lowPort(port: number): HardeningFinding {
  const higher = port === 443 ? 8443 : 8000 + (port % 1000)
  return {
    about: 'capability',
    grave: false,
    text: `binds port ${port} without CAP_NET_BIND_SERVICE`,
    advice: [
      `listen on ${higher} and publish that: EXPOSE ${higher}, -p ${port}:${higher}`,
      'or run it with --cap-add NET_BIND_SERVICE, or with the sysctl net.ipv4.ip_unprivileged_port_start=0, which docker sets by itself',
    ],
  }
}

const advices: Readonly<Record<string, string>> = {
  CHOWN: 'give the files their owner in the build: COPY --chown=USER, or RUN chown',
  FOWNER: 'give the files their mode and owner in the build: COPY --chmod and --chown, or RUN chmod',
  SETUID: 'start the program as its user by USER, instead of letting it change from root to one',
  SETGID: 'start the program with its group by USER user:group, instead of letting it change groups',
  SYS_CHROOT: 'let the program not change its root: the container has one of its own',
  KILL: 'run what signals each other as the same user',
  MKNOD: 'have no device made at the start; the runtime brings those that are needed',
  NET_RAW: 'open no raw socket; ping works without where net.ipv4.ping_group_range allows it',
  SYS_ADMIN: 'mount nothing at the start: name the mounts to whoever runs the container',
  SYS_TIME: 'leave the clock to the machine',
}

function missing(capability: string, calls: readonly ObservedCall[]): HardeningFinding {
  const paths = unique(calls.flatMap(({ path }) => path ?? [])).sort()
  const names = unique(calls.map(({ call }) => call))
    .sort()
    .join(', ')
  const programs = unique(calls.map(({ program }) => program.slice(program.lastIndexOf('/') + 1))).sort()
  const about = paths.length === 0 ? '' : ` of ${paths.slice(0, 3).join(', ')}`
  return {
    about: 'capability',
    grave: false,
    text: `${names}${about} needs CAP_${capability} (${programs.join(', ')})`,
    advice: [advices[capability] ?? `do without ${names}`, `or run it with --cap-add ${capability}`],
    ...(paths.length === 0 ? {} : { paths }),
  }
}

/** Files of the image that its user may not read or run. */
export function deniedReads(
  calls: readonly ObservedCall[],
  tree: TreeView,
  identity: Identity,
): readonly HardeningFinding[] {
  const paths = unique(
    calls.flatMap(({ error, write, path }) => (error === 'EACCES' && write === false ? (path ?? []) : [])),
  ).filter((path) => !/^\/(proc|sys|dev)(\/|$)/.test(path))
  return paths.sort().flatMap((path) => {
    const found = resolveInRoot(tree, path)
    const node = typeof found === 'string' ? tree.node(found) : undefined
    if (node === undefined) return []
    const mode = (node.mode & 0o7777).toString(8).padStart(4, '0')
    return [
      {
        about: 'read' as const,
        grave: false,
        text: `cannot open ${path}, which belongs to ${node.uid}:${node.gid} with mode ${mode}`,
        advice: [`let user ${identity.uid} read it: COPY --chown=${identity.uid}, or --chmod=a+rX`],
        paths: [path],
      },
    ]
  })
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
