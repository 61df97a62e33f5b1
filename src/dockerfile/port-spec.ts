/** The ports that one word of EXPOSE names. */
export interface PortSpec {
  /** `8080/tcp`, one entry for each port of a range, protocol in lower case. */
  readonly ports: readonly string[]
  /** As written; empty when left out. */
  readonly protocol: string
  readonly ip: string
  readonly hostPort: string
}

/** The ports, or why the word names none and what to write instead. */
export type PortSpecResult = PortSpec | { readonly error: string; readonly hint: string }

/** Reads `[[ip:]host:]port[-port][/protocol]`. Only the container's ports count; the rest is checked and kept apart. */
export function parsePortSpec(text: string): PortSpecResult {
  const result = readSpec(text)
  if (!('error' in result)) return result
  const hint = /[[\],]/.test(text)
    ? 'EXPOSE has no JSON form and no commas: write EXPOSE 80 443'
    : 'write a number up to 65535 or a range like 8000-8010; /tcp, /udp or /sctp may follow'
  return { ...result, hint }
}

interface PortRange {
  readonly start: number
  readonly end: number
}

function readSpec(text: string): PortSpec | { readonly error: string } {
  const parts = text.split(':')
  const container = parts.at(-1) ?? ''
  const hostPort = parts.at(-2) ?? ''
  const ip = parts.slice(0, -2).join(':')
  const [range = '', protocol = ''] = splitOnce(container, '/')
  if (range === '') return { error: `invalid port: ${JSON.stringify(text)}: no port specified` }
  if (!/^(?:|tcp|udp|sctp)$/i.test(protocol))
    return { error: `invalid port: ${JSON.stringify(text)}: invalid proto: ${protocol}` }
  if (ip !== '' && !isIp(ip)) return { error: `invalid IP address: ${ip}` }
  const ports = parseRange(range)
  if (ports === undefined) return { error: `invalid containerPort: ${range}` }
  const error = hostPort === '' ? undefined : hostFault(hostPort, { range, ports })
  if (error !== undefined) return { error }
  const suffix = protocol.toLowerCase() || 'tcp'
  const count = ports.end - ports.start + 1
  return {
    ports: Array.from({ length: count }, (_, index) => `${ports.start + index}/${suffix}`),
    protocol,
    ip,
    hostPort,
  }
}

function hostFault(hostPort: string, container: { range: string; ports: PortRange }): string | undefined {
  const host = parseRange(hostPort)
  if (host === undefined) return `invalid hostPort: ${hostPort}`
  const length = container.ports.end - container.ports.start
  if (length === 0 || length === host.end - host.start) return undefined
  return `invalid ranges specified for container and host Ports: ${container.range} and ${hostPort}`
}

function parseRange(text: string): PortRange | undefined {
  const [first = '', last] = splitOnce(text, '-')
  const start = parsePort(first)
  const end = last === undefined || last === first ? start : parsePort(last)
  return start === undefined || end === undefined || end < start ? undefined : { start, end }
}

function parsePort(text: string): number | undefined {
  if (!/^\+?\d+$/.test(text)) return undefined
  const port = Number(text)
  return port <= 65_535 ? port : undefined
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function isIp(text: string): boolean {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  return isIpv4(bare) || isIpv6(bare)
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function isIpv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const tail = groups.at(-1) ?? ''
  const dotted = isIpv4(tail)
  const plain = dotted ? groups.slice(0, -1) : groups
  if (!plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false
  const width = plain.length + (dotted ? 2 : 0)
  return halves.length === 2 ? width < 8 : width === 8
}
