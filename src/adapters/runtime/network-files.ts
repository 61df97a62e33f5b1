/**
 * `/etc/hosts` of a step: the loopback names, the step's own name, and the extra hosts (`name:ip` or `name=ip`; the
 * address may be in brackets).
 */
export function hostsFile(hostname: string, extraHosts: readonly string[]): string {
  const fixed = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', `127.0.0.1\t${hostname}`]
  const extra = extraHosts.map((host) => {
    const cut = host.search(/[:=]/)
    return `${host.slice(cut + 1).replace(/^\[(.*)\]$/, '$1')}\t${host.slice(0, cut)}`
  })
  return [...fixed, ...extra].map((line) => `${line}\n`).join('')
}

/**
 * Which of the host's resolver files a step gets: systemd's stub address (127.0.0.53) answers only on the host, so when
 * it is the only name server the file with the real ones is taken. `read` returns undefined for a missing file.
 */
export function resolverFile(read: (path: string) => string | undefined): string {
  const main = read('/etc/resolv.conf') ?? ''
  const servers = [...main.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1])
  const stubOnly = servers.length > 0 && servers.every((server) => server === '127.0.0.53')
  return (stubOnly ? read('/run/systemd/resolve/resolv.conf') : undefined) ?? main
}
