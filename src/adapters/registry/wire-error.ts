import { type ErrorCode, SlipwayError } from '../../core/index.ts'

const tlsCodes = /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CERT_|ERR_TLS|HOSTNAME_MISMATCH|ERR_SSL)/
const plainCodes = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|EPROTO)$/
const clientCodes = /^ERR_SSL_\w*ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)$/
const lostCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'HPE_INVALID_EOF_STATE',
])
const slowCodes = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'])

/** Whether another try may help: the connection broke, was too slow, or the name server had a bad moment. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && (lostCodes.has(code) || slowCodes.has(code) || code === 'EAI_AGAIN')
}

/** A failure below HTTP, named for people. Says the host and never the whole URL, which may carry a signature. */
export function networkFailure(url: URL, error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error
  const code = codeOf(error)
  const at = `${url.protocol}//${url.host}`
  if (code !== undefined && plainCodes.test(code)) {
    return new SlipwayError('registry-unreachable', `${at} does not speak TLS (${code})`, {
      cause: error,
      hint: 'where it is meant to speak plain HTTP, use --tls-verify=false or say so in a registry configuration',
    })
  }
  if (code !== undefined && clientCodes.test(code)) {
    return new SlipwayError(
      'registry-unreachable',
      `${at} does not accept who we are without a certificate (${code})`,
      {
        cause: error,
        hint: 'put the client certificate and its key into certs.d/HOST/client.cert and client.key',
      },
    )
  }
  if (code !== undefined && tlsCodes.test(code)) {
    return new SlipwayError('registry-unreachable', `the certificate of ${at} is not trusted (${code})`, {
      cause: error,
      hint: 'put the certificate of your authority into certs.d/HOST/ca.crt, or name it with SSL_CERT_FILE',
    })
  }
  const where = 'check the name, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)'
  // With TLS 1.3 the refusal often gets lost with the connection.
  const isBroken = url.protocol === 'https:' && code !== undefined && lostCodes.has(code)
  return new SlipwayError('registry-unreachable', `cannot reach ${at}: ${reasonOf(code, error)}`, {
    cause: error,
    retryable: true,
    hint: isBroken ? `${where}; a server that wants a client certificate breaks connections, too` : where,
  })
}

/** An answer that is not what was asked for. `detail` is what the registry says about it. */
export function statusFailure(status: number, what: string, detail: string | undefined): SlipwayError {
  const said = detail === undefined ? '' : `: ${detail}`
  if (status === 404) return new SlipwayError('image-not-found', `${what} does not exist${said}`)
  if (status === 401 || status === 403) {
    return new SlipwayError('registry-denied', `${what}: access denied (HTTP ${status})${said}`, {
      hint: 'it does not exist or needs a login: slipway login, or docker login',
    })
  }
  const code: ErrorCode = status === 429 || status >= 500 ? 'registry-unreachable' : 'registry-bad-answer'
  const hint =
    status === 429 ? { hint: 'the registry limits requests; logged-in users usually have a higher limit' } : {}
  return new SlipwayError(code, `${what}: the registry answers HTTP ${status}${said}`, {
    retryable: code === 'registry-unreachable',
    ...hint,
  })
}

/** The messages in an error document of the distribution spec, without control characters and of bearable length. */
export function errorDetail(body: string): string | undefined {
  try {
    const { errors } = JSON.parse(body) as { errors?: { code?: unknown; message?: unknown }[] }
    const messages = (errors ?? [])
      .map((entry) => String(entry.message ?? entry.code ?? ''))
      .filter((message) => message !== '')
    const text = messages
      .join('; ')
      .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
      .slice(0, 300)
    return text === '' ? undefined : text
  } catch {
    return undefined
  }
}

function reasonOf(code: string | undefined, error: unknown): string {
  switch (code) {
    case 'ENOTFOUND':
      return 'no such host'
    case 'EAI_AGAIN':
      return 'the name cannot be looked up now'
    case 'ECONNREFUSED':
      return 'connection refused'
    default:
      if (code !== undefined && slowCodes.has(code)) return 'no answer in time'
      if (code !== undefined && lostCodes.has(code)) return 'the connection broke'
      return code ?? (error instanceof Error ? error.name : 'unknown failure')
  }
}

/** The code of an error or of the first error inside it (undici and happy eyeballs wrap them). */
function codeOf(error: unknown): string | undefined {
  const { code, cause, errors } = (error ?? {}) as { code?: unknown; cause?: unknown; errors?: unknown }
  if (typeof code === 'string') return code
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0])
  return cause === undefined ? undefined : codeOf(cause)
}
