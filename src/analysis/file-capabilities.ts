/** What `security.capability` of a file says. */
export interface FileCapabilities {
  /** Names as capabilities(7) has them, in the order of their numbers; `cap_63` for numbers without a name. */
  readonly names: readonly string[]
  /** Whether they are in effect as soon as the program starts, without its asking. */
  readonly isEffective: boolean
}

const capabilityNames: readonly string[] = (
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast ' +
  'net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice ' +
  'sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm ' +
  'block_suspend audit_read perfmon bpf checkpoint_restore'
).split(' ')

/** Revision to its count of words for each set: `struct vfs_cap_data` in linux/capability.h. */
const wordsOf: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 2],
  [3, 2],
])

/** Decodes the attribute: permitted and inheritable capabilities. Undefined for what the kernel would not accept, and for none. */
export function decodeCapabilities(value: Uint8Array): FileCapabilities | undefined {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  if (value.byteLength < 4) return undefined
  const head = view.getUint32(0, true)
  const words = wordsOf.get(head >>> 24)
  if (words === undefined || value.byteLength < 4 + words * 8) return undefined
  const numbers: number[] = []
  for (let word = 0; word < words; word += 1) {
    const bits = view.getUint32(4 + word * 8, true) | view.getUint32(8 + word * 8, true)
    for (let bit = 0; bit < 32; bit += 1) if ((bits & (1 << bit)) !== 0) numbers.push(word * 32 + bit)
  }
  if (numbers.length === 0) return undefined
  return { names: numbers.map((number) => `cap_${capabilityNames[number] ?? number}`), isEffective: (head & 1) === 1 }
}
