import { type Explanation, type FailedStep, lastMatch, type Recogniser, variable } from '../failed-step.ts'

/** What kept a program from its server. */
type Trouble = 'name' | 'refused' | 'timeout' | 'proxy' | number

interface Sign {
  readonly trouble: Exclude<Trouble, number> | 'status'
  /** Groups: the host or URL, and for `status` the number. */
  readonly pattern: RegExp
}

/** What curl, wget, git, npm, pip, go, cargo, apt, apk, busybox and others print. */
const signs: readonly Sign[] = [
  {
    trouble: 'proxy',
    pattern: /CONNECT tunnel failed, response 407|Received HTTP code 407 from proxy|Tunnel connection failed: 407/,
  },
  {
    trouble: 'proxy',
    pattern:
      /\bE407\b|407 +Proxy Authentication Required|(?:tunneling failed|": ?): ?Proxy Authentication Required|": Proxy Authentication Required/,
  },
  { trouble: 'proxy', pattern: /requested URL returned error: 407/ },
  { trouble: 'name', pattern: /Could not resolve (?:(?:host|proxy): |')(?<host>[\w.-]+)/ },
  { trouble: 'name', pattern: /Temporary failure resolving '(?<host>[^']+)'/ },
  { trouble: 'name', pattern: /unable to resolve host address [‘'](?<host>[^’']+)/ },
  { trouble: 'name', pattern: /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<host>[\w.-]+)/ },
  { trouble: 'name', pattern: /dial tcp: lookup (?<host>[\w.-]+)(?: on [\d.:[\]a-f]+)?: / },
  { trouble: 'name', pattern: /bad address '(?<host>[^':]+)/ },
  {
    trouble: 'name',
    pattern: /(?:fetching|opening) (?<host>\S+): (?:DNS (?:lookup error|error).*|temporary error \(try again later\))$/,
  },
  {
    trouble: 'name',
    pattern:
      /host='(?<host>[^']+)'.*(?:Name or service not known|Temporary failure in name resolution|Name does not resolve)/,
  },
  {
    trouble: 'name',
    pattern:
      /Temporary failure in name resolution|Name or service not known|Name does not resolve|UnknownHostException: (?<host>[\w.-]+)/,
  },
  {
    trouble: 'refused',
    pattern: /Failed to connect to (?<host>[\w.-]+ port \d+).*(?:Could ?n[o']t connect|Connection refused)/,
  },
  { trouble: 'refused', pattern: /Connecting to (?<host>[^\s]+?)(?:\|[^\s]*)?\.\.\. failed: Connection refused/ },
  { trouble: 'refused', pattern: /connect ECONNREFUSED (?<host>[\w.:[\]-]+)/ },
  { trouble: 'refused', pattern: /dial tcp (?<host>[\w.:[\]-]+): connect: connection refused/ },
  { trouble: 'refused', pattern: /Could not connect to (?<host>[\w.:-]+).*\(111: Connection refused\)/ },
  {
    trouble: 'refused',
    pattern:
      /(?:host='(?<host>[^']+)'.*|can't connect to remote host(?: \((?<host2>[^)]+)\))?.*|\[Errno 111\] )Connection refused/,
  },
  { trouble: 'timeout', pattern: /Failed to connect to (?<host>[\w.-]+ port \d+).*(?:Timeout was reached|timed out)/ },
  { trouble: 'timeout', pattern: /dial tcp (?<host>[\w.:[\]-]+): (?:i\/o timeout|connect: connection timed out)/ },
  { trouble: 'timeout', pattern: /(?:connect )?ETIMEDOUT(?: (?<host>[\w.:[\]-]+))?|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT/ },
  {
    trouble: 'timeout',
    pattern: /host='(?<host>[^']+)'.*(?:[Rr]ead timed out|[Cc]onnect timeout)|ReadTimeoutError|ConnectTimeoutError/,
  },
  { trouble: 'timeout', pattern: /Could not connect to (?<host>[\w.:-]+).*connection timed out/ },
  { trouble: 'timeout', pattern: /curl: \(28\)|Operation timed out after \d+ milliseconds/ },
  {
    trouble: 'status',
    pattern: /^npm (?:error|ERR!) (?:\d{3} )?(?<status>4\d\d|5\d\d) .* - [A-Z]+ (?<host>https?:\/\/\S+)/,
  },
  { trouble: 'status', pattern: /reading (?<host>https?:\/\/\S+): (?<status>4\d\d|5\d\d) / },
  { trouble: 'status', pattern: /HTTP response from `(?<host>[^`]+)`.* got (?<status>\d{3})/ },
  { trouble: 'status', pattern: /(?:4\d\d|5\d\d) (?:Client|Server) Error: .* for url: (?<host>\S+)/ },
  {
    trouble: 'status',
    pattern: /unable to access '(?<host>[^']+)': The requested URL returned error: (?<status>\d{3})/,
  },
  { trouble: 'status', pattern: /curl: \((?:22|56)\) The requested URL returned error: (?<status>\d{3})/ },
  {
    trouble: 'status',
    pattern: /^(?:\d{4}-\S+ \S+ )?ERROR (?<status>4\d\d|5\d\d): |server returned error: HTTP\/\S+ (?<status2>\d{3})/,
  },
  { trouble: 'status', pattern: /^E: Failed to fetch (?<host>\S+)\s+(?<status>401|403|429|5\d\d)\s/ },
  {
    trouble: 'status',
    pattern: /^Could not transfer artifact .* from\/to .*\((?<host>\S+)\).* status code: (?<status>\d{3})/,
  },
]

/** The answer of a server, or its absence, as the cause of the failure. */
export const network: Recogniser = (step) => {
  const last = lastMatch(
    step,
    signs.map(({ pattern }) => pattern),
  )
  if (last !== undefined) return networkTrouble(step, [last.input])
  // pip says what happened far above, and then that there is no such package.
  const none = lastMatch(step, [/Could not find a version that satisfies the requirement \S+ \(from versions: none\)/])
  return none === undefined ? undefined : networkTrouble(step, step.lines)
}

/** Whether the last thing that went wrong is that a server could not be reached at all. */
export function missedServer(step: FailedStep): boolean {
  return (
    lastMatch(
      step,
      signs.filter(({ trouble }) => trouble !== 'status').map(({ pattern }) => pattern),
    ) !== undefined
  )
}

/** The last trouble with a network among these lines. */
export function networkTrouble(step: FailedStep, lines: readonly string[]): Explanation | undefined {
  for (const line of lines.toReversed()) {
    for (const { trouble, pattern } of signs) {
      const match = pattern.exec(line)
      if (match === null) continue
      const host = hostOf(match.groups?.host ?? match.groups?.host2)
      const status = Number(match.groups?.status ?? match.groups?.status2)
      if (trouble === 'status' && !Number.isInteger(status)) continue
      if (trouble !== 'status') return explain(step, trouble, host)
      return explain(step, status === 407 ? 'proxy' : status, host)
    }
  }
  return undefined
}

/** Host and port of a URL, without what may be secret in it. */
function hostOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const authority = /^[a-z+]+:\/\/([^/?#]*)/i.exec(text)?.[1] ?? text
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/ port (\d+)$/, ':$1')
  return host === '' ? undefined : host
}

function explain(step: FailedStep, trouble: Trouble, host: string | undefined): Explanation {
  const server = host ?? 'the server'
  if (step.network === 'none' && typeof trouble !== 'number') {
    return {
      reason: `the step has no network (--network=none), and asked for ${host ?? 'a server'}`,
      advice: ['fetch it in an earlier step, or leave --network=none out'],
    }
  }
  switch (trouble) {
    case 'name':
      return {
        reason: `the name ${host ?? 'of the server'} could not be looked up`,
        advice: [`see whether this machine can: getent hosts ${host ?? 'NAME'}`, ...proxyAdvice(step)],
      }
    case 'refused':
      return {
        reason: `nothing accepts connections at ${server}`,
        advice: isLocal(server)
          ? [
              'in a step, localhost is not reliable: start the service in the same RUN, or name a host that steps can reach',
            ]
          : ['see whether the service runs and a firewall is between', ...proxyAdvice(step)],
      }
    case 'timeout':
      return { reason: `${server} did not answer in time`, advice: ['try again', ...proxyAdvice(step)] }
    case 'proxy':
      return {
        reason: 'the proxy wants a user name and a password (407)',
        advice: [
          'give it as --build-arg HTTPS_PROXY=http://USER:PASSWORD@PROXY:PORT; it is in no layer and no history',
        ],
      }
    default:
      return explainStatus(trouble, server)
  }
}

function explainStatus(status: number, server: string): Explanation {
  const reason = `${server} answered ${status}`
  if (status === 401 || status === 403)
    return {
      reason: `${reason}: it wants other credentials, or does not give this to anybody`,
      advice: ['credentials for the step: --secret id=NAME,src=FILE and RUN --mount=type=secret,id=NAME'],
    }
  if (status === 404 || status === 410)
    return { reason: `${reason}: there is nothing at this address`, advice: ['check name and version'] }
  if (status === 429)
    return {
      reason: `${reason}: too many requests`,
      advice: ['wait, log in, or use a mirror; a cache mount keeps what was downloaded'],
    }
  return {
    reason: `${reason}: it is the server's trouble`,
    advice: status >= 500 ? ['try again later, or use a mirror'] : [],
  }
}

function isLocal(host: string): boolean {
  return /^(localhost|127\.|\[?::1)/.test(host)
}

/** Names of proxy variables only: their values can hold passwords. */
function proxyAdvice(step: FailedStep): readonly string[] {
  const own = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].filter(
    (name) => variable(step, name) !== undefined,
  )
  const set = [...new Set([...step.machine.proxies, ...own])].filter((name) => /^https?_proxy$/i.test(name))
  if (set.length > 0) return [`the step used a proxy (${set.join(', ')}): it may be the one that fails`]
  return ['behind a proxy: set HTTP_PROXY and HTTPS_PROXY for slipway, or give them with --build-arg']
}
