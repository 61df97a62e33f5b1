import { isIPv4 } from 'node:net'
import { isLoopback } from './endpoint.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy for a URL by HTTP_PROXY, HTTPS_PROXY and NO_PROXY in both cases, as Go programs read them: loopback addresses
 * never go by a proxy, NO_PROXY may hold `*`, domains, `host:port` and IPv4 networks. Undefined: connect directly.
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const proxy = url.protocol === 'https:' ? read(env, 'https_proxy') : read(env, 'http_proxy')
  if (proxy === undefined || isLoopback(url.hostname)) return undefined
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const excluded = (read(env, 'no_proxy') ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  if (excluded.some((entry) => matches(entry.toLowerCase(), url.hostname.toLowerCase(), port))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function read(env: Environment, name: string): string | undefined {
  const value = env[name] ?? env[name.toUpperCase()]
  return value === undefined || value === '' ? undefined : value
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const network = /^([\d.]+)\/(\d+)$/.exec(entry)
  if (network !== null) return inNetwork(host, network[1] ?? '', Number(network[2]))
  const withPort = /^(.+):(\d+)$/.exec(entry)
  if (withPort !== null && withPort[2] !== port) return false
  const name = withPort?.[1] ?? entry
  if (name.startsWith('.') || name.startsWith('*.')) return host.endsWith(name.replace(/^\*/, ''))
  return host === name || (!isIPv4(host) && host.endsWith(`.${name}`))
}

function inNetwork(host: string, network: string, bits: number): boolean {
  if (!isIPv4(host) || !isIPv4(network) || bits > 32) return false
  const shift = 2 ** (32 - bits)
  return Math.floor(toNumber(host) / shift) === Math.floor(toNumber(network) / shift)
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
