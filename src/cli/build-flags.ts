import type { FlagSpec } from './flags.ts'
import { registryFlags } from './registry-flags.ts'
import { buildArg } from './shown-flags.ts'

// `--sbom=false` asks for what happens anyway.
const asksForNothing: readonly string[] = ['false']

/** How progress is shown; the names and variables of BuildKit. */
export const progressFlag: FlagSpec = {
  name: 'progress',
  kind: 'string',
  value: 'MODE',
  summary: 'How progress is shown',
  default: 'auto',
  choices: ['auto', 'tty', 'plain', 'rawjson', 'quiet', 'none'],
  env: ['SLIPWAY_PROGRESS', 'BUILDKIT_PROGRESS'],
}

/** Flags of everything that runs commands in a container. */
export const executionFlags: readonly FlagSpec[] = [
  {
    name: 'isolation',
    kind: 'string',
    value: 'MODE',
    summary: 'How commands are isolated; `slipway doctor` shows what is possible here',
    default: 'auto',
    choices: ['auto', 'crun', 'runc', 'embedded'],
    env: ['SLIPWAY_ISOLATION'],
  },
  {
    name: 'trust-host-ca',
    kind: 'string',
    value: 'MODE',
    summary: "Let commands trust the certificate authorities that this machine trusts beyond the image's own",
    default: 'auto',
    choices: ['auto', 'on', 'off'],
    env: ['SLIPWAY_TRUST_HOST_CA'],
  },
]

/** Flags that decide what is built; shared by build, graph and plan. */
export const planFlags: readonly FlagSpec[] = [
  ...registryFlags,
  {
    name: 'file',
    short: 'f',
    kind: 'string',
    value: 'FILE',
    summary: 'The Dockerfile (default: PATH/Dockerfile; - is standard input)',
    completes: 'file',
  },
  buildArg,
  {
    name: 'build-context',
    kind: 'pairs',
    value: 'NAME=PLACE',
    summary:
      'Another context for FROM, COPY --from and mounts: a directory, oci-layout://, docker-image://, target:, a URL',
  },
  { name: 'target', kind: 'string', value: 'STAGE', summary: 'Build this stage instead of the last one' },
  {
    name: 'platform',
    kind: 'list',
    csv: true,
    value: 'OS/ARCH',
    summary: 'What the image is to run on',
    env: ['SLIPWAY_PLATFORM', 'DOCKER_DEFAULT_PLATFORM'],
  },
  { name: 'label', kind: 'pairs', value: 'NAME=VALUE', summary: 'Add a label to the image' },
  {
    name: 'network',
    kind: 'string',
    value: 'MODE',
    summary: 'Network of RUN steps',
    default: 'default',
    choices: ['default', 'none', 'host'],
  },
  { name: 'add-host', kind: 'list', value: 'NAME:IP', summary: 'Add a line to /etc/hosts of RUN steps' },
  { name: 'shm-size', kind: 'string', value: 'SIZE', summary: 'Size of /dev/shm in RUN steps (64m, 1g)' },
  {
    name: 'ulimit',
    kind: 'list',
    value: 'NAME=SOFT[:HARD]',
    summary: 'Resource limit of RUN steps (nofile=1024:2048)',
  },
  { name: 'no-cache', kind: 'bool', summary: 'Run every step anew' },
  {
    name: 'no-cache-filter',
    kind: 'list',
    csv: true,
    value: 'STAGE|LINE',
    summary: 'Run the steps of these stages anew, or the instructions in these lines',
  },
  { name: 'pull', kind: 'bool', summary: 'Ask registries again for what base image tags stand for' },
]

/** Flags that let steps use something of this machine, or of its user. */
export const stepFlags: readonly FlagSpec[] = [
  {
    name: 'secret',
    kind: 'list',
    value: 'id=ID[,src=FILE|,env=NAME]',
    summary: 'A secret for RUN --mount=type=secret; never stored',
  },
  {
    name: 'ssh',
    kind: 'list',
    value: 'default|ID[=SOCKET|KEY]',
    summary: 'An SSH agent or key for RUN --mount=type=ssh',
  },
  {
    name: 'allow',
    kind: 'list',
    csv: true,
    value: 'ENTITLEMENT',
    summary: 'Permit what a Dockerfile may not do by itself: network.host, security.insecure',
  },
  {
    name: 'max-parallelism',
    kind: 'number',
    value: 'N',
    summary: 'How many steps run at the same time (default: 16)',
  },
]

/** A truth or options, and not the path of a context. */
const attestationValue = /^(true|false|[01tTfF]|[a-z-]+=.*)$/i

const attestationFlags: readonly FlagSpec[] = [
  {
    name: 'provenance',
    kind: 'string',
    value: 'true|mode=min|mode=max',
    implied: 'true',
    takes: attestationValue,
    summary: 'Say how the image was built, as SLSA provenance beside it (mode=max unless said otherwise)',
  },
  {
    name: 'sbom',
    kind: 'string',
    value: 'true',
    implied: 'true',
    takes: attestationValue,
    summary: 'List the packages of the image, as an SPDX document beside it',
  },
  {
    name: 'attest',
    kind: 'list',
    value: 'type=sbom|provenance|blame[,KEY=VALUE]',
    summary: 'The long form of --sbom and --provenance, with all options; type=blame says which line made each file',
  },
]

const ownBuildFlags: readonly FlagSpec[] = [
  { name: 'tag', short: 't', kind: 'list', value: 'NAME[:TAG]', summary: 'Name the image' },
  {
    name: 'output',
    short: 'o',
    kind: 'list',
    value: 'type=TYPE[,dest=PATH]',
    summary: 'Where the result goes: type=oci, docker, tar, local, image or a directory',
  },
  {
    name: 'call',
    kind: 'string',
    value: 'METHOD[,format=json]',
    summary: 'Build, or only ask: check (lint), outline, targets',
    default: 'build',
  },
  { name: 'check', kind: 'bool', summary: 'Check the Dockerfile and build nothing; short for --call=check' },
  {
    name: 'check-reproducible',
    kind: 'bool',
    summary: 'Run every step a second time, and end with the first difference when the image is not the same',
  },
  {
    name: 'closure',
    kind: 'string',
    value: 'MODE',
    summary: 'What to do when the image lacks something that it needs to start: a program, a library, a certificate',
    default: 'warn',
    choices: ['warn', 'error', 'off'],
    env: ['SLIPWAY_CLOSURE'],
  },
  { name: 'strict', kind: 'bool', summary: 'Deliver no image that cannot start; short for --closure=error' },
  {
    name: 'policy',
    kind: 'string',
    value: 'FILE',
    summary: 'Judge the image by the budgets of this file, instead of those of the nearest slipway.yaml',
    completes: 'file',
  },
  { name: 'quiet', short: 'q', kind: 'bool', summary: 'Show nothing but the id of the image' },
  ...stepFlags,
  { name: 'push', kind: 'bool', summary: 'Push the image when it is built' },
  ...attestationFlags,
  {
    name: 'annotation',
    kind: 'list',
    value: '[TYPE:]KEY=VALUE',
    summary:
      'Annotate the manifest, or another TYPE: index, manifest-descriptor, index-descriptor, each with [PLATFORM]',
  },
  {
    name: 'cache-from',
    kind: 'list',
    value: 'IMAGE|type=TYPE,KEY=VALUE',
    summary: 'Take steps from a cache outside this machine: type=local,src=DIR, registry,ref=IMAGE, s3 or gha',
  },
  {
    name: 'cache-to',
    kind: 'list',
    value: 'type=TYPE,KEY=VALUE',
    summary:
      'Write a cache for other machines: type=local,dest=DIR, registry,ref=IMAGE, inline, s3 or gha; mode=max for all stages, mounts=true with cache mounts',
  },
  {
    name: 'load',
    kind: 'bool',
    summary: 'Hand the image to docker, or to podman where there is no docker (as -o type=docker)',
  },
  { name: 'iidfile', kind: 'string', value: 'FILE', summary: 'Write the id of the image to a file', completes: 'file' },
  {
    name: 'metadata-file',
    kind: 'string',
    value: 'FILE',
    summary: 'Write what was built to a JSON file',
    completes: 'file',
  },
]

const noFleet = 'slipway builds in this process; there is no other builder to choose'
const noLimits = 'docker ignores it with BuildKit, too'

/** Flags of `docker buildx build` that are answered without being acted on. */
const foreignFlags: readonly FlagSpec[] = [
  foreign('resource', 'list', ['unsupported', 'steps cannot be given limits of memory or CPU']),
  foreign('builder', 'string', ['ignored', noFleet]),
  foreign('cgroup-parent', 'string', ['ignored', 'steps stay in the cgroup of this process']),
]

/** Flags of the classic `docker build`; hidden, because BuildKit does not know them either. */
const classicFlags: readonly FlagSpec[] = [
  ...(
    [
      'memory',
      'memory-swap',
      'cpu-period',
      'cpu-quota',
      'cpu-shares',
      'cpuset-cpus',
      'cpuset-mems',
      'security-opt',
    ] as const
  ).map((name) =>
    foreign(name, 'string', ['ignored', noLimits], name === 'memory' ? 'm' : name === 'cpu-shares' ? 'c' : undefined),
  ),
  ...(['compress', 'force-rm', 'rm'] as const).map((name) => foreign(name, 'bool', ['ignored', noLimits])),
  foreign('squash', 'bool', ['unsupported', 'layers are not merged; a last stage with COPY --from does the same']),
].map((spec) => ({ ...spec, hidden: true }))

/** All flags of `slipway build`: those of `docker buildx build` and Slipway's own. */
export const buildFlags: readonly FlagSpec[] = [
  ...ownBuildFlags,
  ...planFlags,
  progressFlag,
  ...executionFlags,
  ...foreignFlags,
  ...classicFlags,
]

function foreign(
  name: string,
  kind: FlagSpec['kind'],
  answer: readonly ['ignored' | 'unsupported', string],
  short?: string,
): FlagSpec {
  const [status, why] = answer
  return {
    name,
    kind,
    summary: status === 'ignored' ? `Ignored: ${why}` : `Not supported: ${why}`,
    status: { kind: status, why, unless: asksForNothing },
    ...(kind === 'bool' ? {} : { value: 'VALUE' }),
    ...(short === undefined ? {} : { short }),
  }
}
