/** What a Go file tells about linking and about talking to others. */
export interface GoFile {
  readonly imports: readonly string[]
  /** Makes requests over HTTP whose address is not plainly `http://`. */
  readonly asksOthers: boolean
  /** Some text in the code, not a comment, begins with `https://` or `wss://`. */
  readonly namesHttps: boolean
  /** Opens TLS connections and verifies with the roots of the system. */
  readonly opensTls: boolean
  /** Asks for a time zone other than UTC and that of the machine. */
  readonly asksZones: boolean
  /** Makes files in the directory of the system for temporary ones. */
  readonly usesTemporary: boolean
}

/** Reads a file by its words; comments and texts are told apart, nothing more is parsed. */
export function readGoFile(text: string): GoFile {
  const { code, texts } = withoutComments(text)
  const imports = importsOf(code)
  const has = (path: string): boolean => imports.includes(path)
  return {
    imports,
    asksOthers:
      (has('net/http') && isHttpClient(code)) ||
      imports.some(isClientPackage) ||
      (imports.some((path) => sockets.test(path)) && /\.Dial(?:Context|Config)?\(/.test(code)),
    namesHttps: texts.some((each) => /^(?:https|wss):\/\/(?!localhost|127\.|\[::1)/.test(each)),
    opensTls:
      (has('crypto/tls') && isTlsClient(code)) || isGrpcClient(code) || (has('net/smtp') && /\.StartTLS\(/.test(code)),
    asksZones: has('time') && /\btime\.LoadLocation\(\s*(?!"(?:UTC|Local)?"|\))/.test(code),
    usesTemporary:
      (has('os') && /\bos\.(?:TempDir\(|(?:CreateTemp|MkdirTemp)\(\s*(?:""|``))/.test(code)) ||
      (has('io/ioutil') && /\bioutil\.Temp(?:File|Dir)\(\s*(?:""|``)/.test(code)),
  }
}

/** Packages that only ask others, over the TLS of the standard library. */
const clients =
  /^(?:github\.com\/(?:go-resty\/resty|imroc\/req|hashicorp\/go-retryablehttp|gocolly\/colly|parnurzeal\/gorequest|levigross\/grequests|dghubble\/sling|carlmjohnson\/requests)|resty\.dev)(?:\/|$)/

/** Whether a package is there to make requests over HTTP. */
export function isClientPackage(path: string): boolean {
  return clients.test(path)
}

/** Packages for both ends of a web socket. */
const sockets = /^(?:github\.com\/(?:gorilla|coder)\/websocket|nhooyr\.io\/websocket|golang\.org\/x\/net\/websocket)$/

function isHttpClient(code: string): boolean {
  const calls =
    /\bhttp\.(?:(Get|Head|Post|PostForm|NewRequest|NewRequestWithContext)\(([^)\n]*)|(?:Client\s*\{|DefaultClient\b|DefaultTransport\b))/g
  return [...code.matchAll(calls)].some(([, call, args = '']) => call === undefined || !/["`]http:\/\//.test(args))
}

function isTlsClient(code: string): boolean {
  // Roots of its own, or none at all, need nothing of the system.
  if (/\bRootCAs\s*:/.test(code) || /\bInsecureSkipVerify\s*:\s*true/.test(code)) return false
  return /\btls\.(?:Dial|DialWithDialer|Client)\(|\btls\.Dialer\s*\{/.test(code)
}

function isGrpcClient(code: string): boolean {
  return /\bcredentials\.(?:NewClientTLSFromCert\(\s*nil|NewTLS\(\s*(?:nil|&tls\.Config\{\s*\}))/.test(code)
}

function importsOf(code: string): readonly string[] {
  const body = /^(?:[^]*?)\bpackage\s+\w+/.exec(code)
  const rest = body === null ? code : code.slice(body[0].length)
  const imports: string[] = []
  const clause = /^[\s;]*import\s*(?:\(([^)]*)\)|(?:[\w.]+\s+)?["`]([^"`]+)["`])/
  for (let left = rest; ; ) {
    const found = clause.exec(left)
    if (found === null) return imports
    if (found[2] !== undefined) imports.push(found[2])
    else imports.push(...[...(found[1] ?? '').matchAll(/["`]([^"`\n]+)["`]/g)].map(([, path = '']) => path))
    left = left.slice(found[0].length)
  }
}

function withoutComments(text: string): { readonly code: string; readonly texts: readonly string[] } {
  const texts: string[] = []
  const code = text.replace(/\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'/g, (token) => {
    if (token.startsWith('/')) return ' '
    if (!token.startsWith("'")) texts.push(token.slice(1, -1))
    return token
  })
  return { code, texts }
}

const otherSystems =
  /_(?:windows|darwin|freebsd|openbsd|netbsd|dragonfly|plan9|solaris|illumos|aix|js|wasip1|android|ios)(?:_[a-z0-9]+)?\.go$/

/** Whether a plain build on Linux with cgo takes the file, by its name and its build constraint. */
export function builtOnLinux(name: string, text: string): boolean {
  if (otherSystems.test(name)) return false
  const constraint = /^\/\/go:build[ \t]+(.*)$/m.exec(text.split(/^package\b/m)[0] ?? '')?.[1]
  return constraint === undefined || holds(constraint)
}

/** Evaluates `linux && (cgo || !windows)`. Tags that somebody must ask for do not hold. */
function holds(constraint: string): boolean {
  const tokens = constraint.match(/&&|\|\||[!()]|[\w.]+/g) ?? []
  let at = 0
  const unary = (): boolean => {
    const token = tokens[at++]
    if (token === '!') return !unary()
    if (token !== '(') return token !== undefined && tagHolds(token)
    const inner = either()
    at += 1
    return inner
  }
  const both = (): boolean => {
    let value = unary()
    while (tokens[at] === '&&') {
      at += 1
      value = unary() && value
    }
    return value
  }
  const either = (): boolean => {
    let value = both()
    while (tokens[at] === '||') {
      at += 1
      value = both() || value
    }
    return value
  }
  return either()
}

function tagHolds(tag: string): boolean {
  return /^(?:linux|unix|cgo|amd64|arm64|gc|go1\.\d+)$/.test(tag)
}
