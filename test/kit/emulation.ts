import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** How programs of another architecture are started for a test. */
export interface Emulation {
  /** What to put in front of a command. */
  readonly through: readonly string[]
  close(): void
}

const registry = '/proc/sys/fs/binfmt_misc'
const packaged = '/usr/lib/binfmt.d'

/**
 * Lets commands start programs of another architecture, by qemu. Where this machine does not do so anyhow, they are put into
 * a user namespace with a registry of its own, so that nothing is registered on the machine: root is root there, and files
 * keep their owners. `flags` replaces those of the package. Gives a reason where it cannot be had.
 */
export async function emulate(qemuName: string, flags?: string): Promise<Emulation | string> {
  if (flags === undefined && isRegistered(qemuName)) return { through: [], close: () => {} }
  const line = packagedLine(qemuName)
  if (line === undefined) return `qemu-user-static is not installed (no ${packaged}/qemu-${qemuName}.conf)`
  const holder = spawn('unshare', ['--user', '--mount', '--propagation', 'private', 'sh', '-c', waiting], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  try {
    await said(holder, 'waiting')
    for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${holder.pid}/${map}`, '0 0 2000000000')
    holder.stdin.write(`${flags === undefined ? line : line.replace(/[A-Z]*$/, flags)}\n`)
    await said(holder, 'registered')
  } catch (error) {
    holder.kill()
    return `a user namespace cannot have emulators of its own here (Linux 6.7 can): ${String(error)}`
  }
  const through = ['nsenter', '--user', '--mount', '--target', String(holder.pid), '--']
  return { through, close: () => holder.stdin.end() }
}

/**
 * The second shell is needed: what was started before the namespace had users has no rights in it. Ends with its input, so
 * also when the test dies.
 */
const waiting = `echo waiting
read -r line
exec sh -c 'mount -t binfmt_misc binfmt_misc ${registry} && printf %s "$1" > ${registry}/register && echo registered && exec cat' sh "$line"`

function packagedLine(name: string): string | undefined {
  try {
    return readFileSync(path.join(packaged, `qemu-${name}.conf`), 'utf8').trim()
  } catch {
    return undefined
  }
}

function isRegistered(name: string): boolean {
  try {
    return readdirSync(registry).includes(`qemu-${name}`)
  } catch {
    return false
  }
}

function said(child: ChildProcess, word: string): Promise<void> {
  let text = ''
  return new Promise((resolve, reject) => {
    const listen = (data: Buffer): void => {
      text += data.toString()
      if (text.includes(word)) resolve()
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', reject)
    child.once('close', () => reject(new Error(text.trim())))
  })
}
