import type { Account } from './account.ts'
import { ociSeccomp } from './seccomp-profile.ts'
import type { StagedBind } from './stage-mounts.ts'
import type { TerminalSize } from './step-spec.ts'

/** What the container configuration depends on beyond the step: found by running containers, see `probeIsolation`. */
export interface OciTraits {
  readonly runtime: 'crun' | 'runc'
  readonly userNamespace: boolean
  /** Only one uid and gid exist: no `gid=5` for terminals. */
  readonly singleId: boolean
  /** Whether the runtime can mount a cgroup file system at /sys/fs/cgroup. */
  readonly cgroupMount: boolean
  /** Whether `nodev` has to be put on the root again: crun clears it when it binds the root. */
  readonly nodevRoot: boolean
  /** Whether devices that a step makes cannot be opened; where not, steps may not make any. */
  readonly mknod: boolean
  /** The bounding set of this process, as in `CapBnd` of /proc/self/status. */
  readonly capabilities: bigint
  /** Directory of the device nodes to bind. */
  readonly devices: string
}

/** Named pipes that hold a step until its tracer is there. */
export interface StepGate {
  /** Gets JSON with the `pid` of the first process. */
  readonly request: string
  readonly go: string
  /** Names of the calls that stop for the tracer; absent: all do, without a filter. */
  readonly calls?: ReadonlySet<string>
}

/** A process ready to be described to a runtime. */
export interface PreparedStep {
  /** The merged root file system. */
  readonly root: string
  readonly argv: readonly string[]
  readonly env: readonly string[]
  readonly cwd: string
  readonly account: Account
  readonly hostname: string
  readonly privateNetwork: boolean
  readonly insecure: boolean
  readonly binds: readonly StagedBind[]
  readonly shmSize: number
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[]
  readonly readonlyRoot: boolean
  readonly privileges: 'default' | 'none' | 'ambient'
  /** Two named pipes: the first process is told on one and goes on when the other has a line. */
  readonly gate?: StepGate
  readonly terminal: boolean
  readonly terminalSize?: TerminalSize
}

/** All capabilities by number, without the `CAP_` prefix. */
const capabilityNames: readonly string[] = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST ' +
  'NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE ' +
  'SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM ' +
  'BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ')

/** docker's 14 default capabilities. */
const defaultMask = 0xa80425fbn

/** Paths that show nothing inside a sandboxed step, as docker has them. */
export const maskedPaths: readonly string[] = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
]

/** Paths that a sandboxed step can only read. */
export const readonlyPaths: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
]

/** Device nodes that every step has. They are bound, because in a `nodev` /dev made ones are useless. */
export const deviceNodes: readonly { readonly name: string; readonly major: number; readonly minor: number }[] = [
  { name: 'null', major: 1, minor: 3 },
  { name: 'zero', major: 1, minor: 5 },
  { name: 'full', major: 1, minor: 7 },
  { name: 'random', major: 1, minor: 8 },
  { name: 'urandom', major: 1, minor: 9 },
  { name: 'tty', major: 5, minor: 0 },
]

/**
 * `config.json` of the OCI runtime specification for a step. `seccompProgram` is a ready filter for crun; without it the
 * profile is given by names. https://github.com/opencontainers/runtime-spec/blob/main/config.md
 */
export function ociConfig(step: PreparedStep, traits: OciTraits, seccompProgram: Uint8Array | undefined): object {
  const filtered = !step.insecure
  const ready = filtered && traits.runtime === 'crun' && seccompProgram !== undefined
  return {
    ociVersion: '1.0.2',
    process: ociProcess(step, traits),
    root: { path: step.root, readonly: step.readonlyRoot },
    hostname: step.hostname,
    ...(step.gate === undefined ? {} : { hooks: gateHook(step.gate) }),
    mounts: [...systemMounts(step, traits), ...step.binds.map(bindMount)],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount', ...(step.privateNetwork ? ['network'] : [])].map((type) => ({ type })),
      ...(step.insecure ? {} : { maskedPaths, readonlyPaths }),
      ...(filtered && !ready ? { seccomp: ociSeccomp(step.gate?.calls) } : {}),
      ...(traits.runtime === 'runc' ? { resources: { devices: deviceRules(step.insecure) } } : {}),
    },
    annotations: ready ? { 'run.oci.seccomp_bpf_data': Buffer.from(seccompProgram).toString('base64') } : {},
  }
}

/** The runtime pipes the state of the container into a hook, and starts nothing until it has ended. */
function gateHook({ request, go }: StepGate): object {
  const wait = 'cat >"$1"; read _ <"$2"'
  return { createRuntime: [{ path: '/bin/sh', args: ['sh', '-c', wait, 'sh', request, go] }] }
}

/** The capabilities of a step without the `CAP_` prefix: the default ones or all, as far as this process has them. */
export function stepCapabilities(
  { insecure, privileges }: Pick<PreparedStep, 'insecure' | 'privileges'>,
  traits: Pick<OciTraits, 'capabilities' | 'mknod'>,
): readonly string[] {
  if (privileges === 'none') return []
  const wanted = insecure ? traits.capabilities : traits.capabilities & defaultMask
  return capabilityNames.filter(
    (name, number) => (wanted & (1n << BigInt(number))) !== 0n && (traits.mknod || insecure || name !== 'MKNOD'),
  )
}

function ociProcess(step: PreparedStep, traits: OciTraits): object {
  const capabilities = stepCapabilities(step, traits).map((name) => `CAP_${name}`)
  const groups = traits.singleId ? [] : step.account.groups
  return {
    terminal: step.terminal,
    ...(step.terminalSize === undefined ? {} : { consoleSize: consoleSize(step.terminalSize) }),
    user: { uid: step.account.uid, gid: step.account.gid, ...(groups.length > 0 ? { additionalGids: groups } : {}) },
    args: step.argv,
    env: step.env,
    cwd: step.cwd,
    capabilities: {
      bounding: capabilities,
      effective: capabilities,
      permitted: capabilities,
      ...(step.privileges === 'ambient' ? { inheritable: capabilities, ambient: capabilities } : {}),
    },
    rlimits: step.ulimits.map(({ name, soft, hard }) => ({
      type: `RLIMIT_${name.toUpperCase()}`,
      soft: limit(soft),
      hard: limit(hard),
    })),
    noNewPrivileges: step.privileges === 'none',
  }
}

function consoleSize({ rows, columns }: TerminalSize): object {
  return { height: rows, width: columns }
}

/** -1 is unlimited; 2^64 - 1, the kernel's word for it, is no exact number here, and 2^63 is as good. */
function limit(value: number): number {
  return value < 0 ? 2 ** 63 : value
}

function systemMounts(step: PreparedStep, traits: OciTraits): readonly object[] {
  const quiet = ['nosuid', 'noexec', 'nodev']
  const nodev = step.insecure ? [] : ['nodev']
  const terminals = [
    'nosuid',
    'noexec',
    'newinstance',
    'ptmxmode=0666',
    'mode=0620',
    ...(traits.singleId ? [] : ['gid=5']),
  ]
  return [
    // Named `/.` because crun refuses to mount on `/` itself.
    ...(traits.nodevRoot && !step.insecure
      ? [
          {
            destination: '/.',
            type: 'bind',
            source: step.root,
            options: ['remount', 'bind', 'nodev', ...(step.readonlyRoot ? ['ro'] : [])],
          },
        ]
      : []),
    { destination: '/proc', type: 'proc', source: 'proc', options: quiet },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', ...nodev, 'strictatime', 'mode=755', 'size=65536k'],
    },
    ...deviceMounts(traits),
    { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: terminals },
    ...sharedMemory(step, quiet),
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: quiet },
    ...sysMounts(step, traits, quiet),
  ]
}

/** A mount of the step itself at /dev/shm takes the place of ours instead of lying over it. */
function sharedMemory(step: PreparedStep, quiet: readonly string[]): readonly object[] {
  if (step.binds.some(({ target }) => target === '/dev/shm')) return []
  const options = [...quiet, 'mode=1777', `size=${step.shmSize}`]
  return [{ destination: '/dev/shm', type: 'tmpfs', source: 'shm', options }]
}

/** runc in a user namespace binds the host's nodes itself and fails on those that are there. */
function deviceMounts(traits: OciTraits): readonly object[] {
  if (traits.runtime === 'runc' && traits.userNamespace) return []
  return deviceNodes.map(({ name }) => ({
    destination: `/dev/${name}`,
    type: 'bind',
    source: `${traits.devices}/${name}`,
    options: ['bind'],
  }))
}

function sysMounts(step: PreparedStep, traits: OciTraits, quiet: readonly string[]): readonly object[] {
  const access = step.insecure ? [] : ['ro']
  // In a user namespace sysfs can be mounted only together with a network namespace of its own.
  if (traits.userNamespace)
    return [{ destination: '/sys', type: 'none', source: '/sys', options: ['rbind', ...quiet, ...access] }]
  const sys = { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...quiet, ...access] }
  if (!traits.cgroupMount) return [sys]
  return [
    sys,
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...quiet, 'relatime', ...access] },
  ]
}

function bindMount({ source, target, readonly }: StagedBind): object {
  return { destination: target, type: 'bind', source, options: ['rbind', 'nodev', 'rprivate', readonly ? 'ro' : 'rw'] }
}

/** docker's device rules: anything may be made, only harmless character devices opened. */
function deviceRules(insecure: boolean): readonly object[] {
  if (insecure) return [{ allow: true, access: 'rwm' }]
  return [
    { allow: false, access: 'rwm' },
    { allow: true, type: 'c', access: 'm' },
    { allow: true, type: 'b', access: 'm' },
    ...deviceNodes.map(({ major, minor }) => ({ allow: true, type: 'c', major, minor, access: 'rwm' })),
    { allow: true, type: 'c', major: 5, minor: 2, access: 'rwm' },
    { allow: true, type: 'c', major: 136, access: 'rwm' },
  ]
}
