import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, closeSync, existsSync, openSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SlipwayError } from '../../core/index.ts'
import { findProgram } from './programs.ts'
import type { StepMount } from './step-spec.ts'

/** A socket that answers as an SSH agent until it is closed. */
export interface AgentSocket {
  readonly path: string
  close(): void
}

/**
 * Opens a socket at `directory`/ssh-N with the mount's owner and mode that passes everything to the agent: agents refuse
 * other users, and the step may be one. For keys, an agent of our own is started and ends with `close`.
 */
export async function openAgent(
  mount: Extract<StepMount, { type: 'ssh' }>,
  directory: string,
  index: number,
): Promise<AgentSocket> {
  // Addresses of sockets hold 107 bytes, which a deep store exceeds; through a descriptor every directory is near.
  const descriptor = openSync(directory, 'r')
  const near = `/proc/self/fd/${descriptor}`
  const own = 'keys' in mount.agent ? await startAgent(mount.agent.keys, { directory, near, index }) : undefined
  const upstream = 'socket' in mount.agent ? mount.agent.socket : (own?.path ?? '')
  const path = join(directory, `ssh-${index}`)
  // Both directions end on their own: a client may finish asking before it is answered.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const agent = connect({ path: upstream, allowHalfOpen: true })
    client.pipe(agent).pipe(client)
    client.on('error', () => agent.destroy())
    agent.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(`${near}/ssh-${index}`, resolve)
  })
  chmodSync(path, mount.mode)
  chownSync(path, mount.uid, mount.gid)
  return {
    path,
    close: () => {
      server.close()
      own?.close()
      closeSync(descriptor)
    },
  }
}

interface AgentPlace {
  readonly directory: string
  /** A short path of the directory for this process. */
  readonly near: string
  readonly index: number
}

async function startAgent(keys: readonly Uint8Array[], { directory, near, index }: AgentPlace): Promise<AgentSocket> {
  const name = `agent-${index}`
  const path = `${near}/${name}`
  const [agent, add] = [findProgram('ssh-agent'), findProgram('ssh-add')]
  if (agent === undefined || add === undefined) {
    throw new SlipwayError('ssh-missing', 'ssh keys need ssh-agent and ssh-add, which are not installed', {
      hint: 'install openssh-client, or give the socket of a running agent instead of key files',
    })
  }
  const child = spawn(agent, ['-D', '-a', name], { cwd: directory, stdio: 'ignore' })
  const close = (): void => {
    child.kill()
  }
  for (let tries = 0; !existsSync(path); tries += 1) {
    if (tries > 250 || child.exitCode !== null) {
      close()
      throw new SlipwayError('ssh-missing', 'ssh-agent did not start')
    }
    await sleep(20)
  }
  for (const key of keys) {
    // Without a terminal and SSH_ASKPASS, a key with a passphrase is refused instead of asked for.
    const env = { PATH: process.env['PATH'] ?? '', SSH_AUTH_SOCK: name, SSH_ASKPASS_REQUIRE: 'never' }
    const result = spawnSync(add, ['-q', '-'], { input: key, cwd: directory, env, encoding: 'utf8' })
    if (result.status === 0) continue
    close()
    throw new SlipwayError('ssh-missing', `ssh-add does not take the key: ${result.stderr.trim()}`, {
      hint: 'keys with a passphrase work only through an agent: give its socket ($SSH_AUTH_SOCK)',
    })
  }
  return { path, close }
}
