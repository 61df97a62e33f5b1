import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { makeAuthority, makeCertificate } from './tls-server.ts'

/** Whether Debian's docker-registry is installed. */
export const hasDockerRegistry = spawnSync('docker-registry', ['--version']).status === 0

export interface DockerRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string
  close(): Promise<void>
}

/** Starts docker-registry with its files in `directory`; `more` are further parts of its configuration. */
export async function startDockerRegistry(
  directory: string,
  more: { readonly http?: object; readonly auth?: object; readonly proxy?: object } = {},
): Promise<DockerRegistry> {
  const host = `127.0.0.1:${await freePort()}`
  const { http = {}, ...others } = more
  const storage = { filesystem: { rootdirectory: path.join(directory, 'data') } }
  mkdirSync(directory, { recursive: true })
  const file = path.join(directory, 'config.yml')
  writeFileSync(
    file,
    JSON.stringify({ version: 0.1, log: { level: 'error' }, storage, http: { addr: host, ...http }, ...others }),
  )
  const server = spawn('docker-registry', ['serve', file], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  await untilItListens(host)
  return {
    host,
    async close() {
      server.kill()
      await ended
    },
  }
}

/** An authority with certificates for 127.0.0.1 and for a client: `ca.pem`, `server.pem`, `client.pem` and their keys. */
export function makeRegistryCertificates(directory: string): void {
  mkdirSync(directory, { recursive: true })
  makeAuthority(directory, 'ca')
  makeCertificate(directory, 'server', 'subjectAltName=IP:127.0.0.1')
  makeCertificate(directory, 'client', 'extendedKeyUsage=clientAuth')
}

async function untilItListens(host: string): Promise<void> {
  const { connect } = await import('node:net')
  const port = Number(host.split(':')[1])
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('docker-registry does not listen')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
