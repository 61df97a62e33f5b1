import { syscallNumbers } from './syscall-table.ts'

/** What the filter does with a call that is neither simply allowed nor simply refused. */
export type SyscallRule =
  | { readonly kind: 'allow' }
  /** Stops for the tracer, and is then made. Without one it fails with ENOSYS. */
  | { readonly kind: 'trace' }
  /** Fails with this errno. */
  | { readonly kind: 'fail'; readonly errno: number }
  /** Allowed when `argument & mask` is one of the values, else EPERM. */
  | { readonly kind: 'allow-if'; readonly argument: number; readonly mask: number; readonly values: readonly number[] }
  /** Allowed unless the argument is the value. */
  | { readonly kind: 'allow-unless'; readonly argument: number; readonly value: number }

export const EPERM = 1
export const ENOSYS = 38

/** Calls that docker's default profile leaves out for a container with the 14 default capabilities. */
const refused = new Set(
  `
acct add_key afs_syscall bdflush bpf break clock_settime clock_settime64 create_module delete_module epoll_ctl_old
epoll_wait_old fanotify_init finit_module fsconfig fsmount fsopen fspick ftime get_kernel_syms get_mempolicy getpmsg gtty
idle init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl lock
lookup_dcookie mbind migrate_pages mount mount_setattr move_mount move_pages mpx nfsservctl open_by_handle_at open_tree
pciconfig_iobase pciconfig_read pciconfig_write perf_event_open pidfd_getfd pivot_root process_madvise prof profil putpmsg
query_module quotactl quotactl_fd reboot request_key security set_mempolicy set_mempolicy_home_node setdomainname
sethostname setns settimeofday stime stty swapoff swapon sysfs syslog tuxcall ulimit umount umount2 unshare uselib
userfaultfd ustat vhangup vm86 vm86old vserver _sysctl
`
    .trim()
    .split(/\s+/),
)

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET: a step may not make namespaces. */
const namespaceFlags = 0x7e020000
const addressFamilyVsock = 40

const conditional: Readonly<Record<string, SyscallRule>> = {
  clone: { kind: 'allow-if', argument: 0, mask: namespaceFlags, values: [0] },
  // The flags of clone3 are in memory where a filter cannot look; ENOSYS makes libc fall back to clone.
  clone3: { kind: 'fail', errno: ENOSYS },
  personality: { kind: 'allow-if', argument: 0, mask: 0xffffffff, values: [0, 0x0008, 0x20000, 0x20008, 0xffffffff] },
  socket: { kind: 'allow-unless', argument: 0, value: addressFamilyVsock },
}

/**
 * The rule for a call by name: docker's default profile, which BuildKit uses for RUN. Unknown names are refused. Those that are
 * traced are left to the kernel.
 */
export function syscallRule(name: string, traced: ReadonlySet<string> = new Set()): SyscallRule {
  if (traced.has(name)) return { kind: 'trace' }
  const special = conditional[name]
  if (special !== undefined) return special
  if (refused.has(name) || !syscallNumbers.has(name)) return { kind: 'fail', errno: EPERM }
  return { kind: 'allow' }
}

/** The profile as the `linux.seccomp` object of the OCI runtime specification, for runtimes that compile it themselves. */
export function ociSeccomp(traced: ReadonlySet<string> = new Set()): object {
  const names = [...syscallNumbers.keys()]
  const ruled = (kind: SyscallRule['kind']): readonly string[] =>
    names.filter((name) => syscallRule(name, traced).kind === kind)
  const stopped = ruled('trace')
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    architectures: ociArchitectures(),
    syscalls: [
      { names: ruled('allow'), action: 'SCMP_ACT_ALLOW' },
      ...(stopped.length === 0 ? [] : [{ names: stopped, action: 'SCMP_ACT_TRACE' }]),
      ...Object.entries(conditional)
        .filter(([name]) => !traced.has(name))
        .flatMap(([name, rule]) => ociRules(name, rule)),
    ],
  }
}

function ociArchitectures(): readonly string[] {
  switch (process.arch) {
    case 'x64':
      return ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']
    case 'arm64':
      return ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM']
    default:
      // An empty list means the architecture that the runtime runs on.
      return []
  }
}

function ociRules(name: string, rule: SyscallRule): readonly object[] {
  const allow = { names: [name], action: 'SCMP_ACT_ALLOW' }
  switch (rule.kind) {
    case 'allow':
    case 'trace':
      return [allow]
    case 'fail':
      return [{ names: [name], action: 'SCMP_ACT_ERRNO', errnoRet: rule.errno }]
    case 'allow-if':
      return rule.values.map((value) => ({
        ...allow,
        args: [{ index: rule.argument, value: rule.mask, valueTwo: value, op: 'SCMP_CMP_MASKED_EQ' }],
      }))
    case 'allow-unless':
      return [{ ...allow, args: [{ index: rule.argument, value: rule.value, op: 'SCMP_CMP_NE' }] }]
  }
}
