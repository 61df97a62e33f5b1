import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSlipway } from './slipway.ts'

export interface RunningService {
  /** Without a slash at the end. */
  readonly url: string
  /** What it has written so far. */
  output(): string
  /** Asks it to stop and gives its exit code. */
  stop(): Promise<number | null>
}

/** Runs an image that listens on $PORT with `slipway run` and waits until it answers on `path`. */
export async function startService(
  image: string,
  root: string,
  path: string,
  { args: more = [], through = [] }: { readonly args?: readonly string[]; readonly through?: readonly string[] } = {},
): Promise<RunningService> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = ['run', '--rm', '--read-only', '--network', 'host', '-e', `PORT=${port}`, ...more, image]
  const child = startSlipway(args, { root, through })
  let text = ''
  child.stdout?.on('data', (data: Buffer) => (text += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (text += data.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  try {
    await answer(`${url}${path}`, child, () => text)
  } catch (error) {
    child.kill()
    await ended
    throw error
  }
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM')
    return ended
  }
  return { url, output: () => text, stop }
}

async function answer(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}: ${output()}`)
    const response = await fetch(url).catch(() => undefined)
    await response?.text()
    if (response !== undefined) return
    await sleep(200)
  }
  throw new Error(`${url} does not answer: ${output()}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
