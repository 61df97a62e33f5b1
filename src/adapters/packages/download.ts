import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { rootCertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import type { Dispatcher } from 'undici'
import { SlipwayError } from '../../core/index.ts'

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined
}

/** What a file must be: from a signed index. */
export interface ExpectedFile {
  /** 64 hex characters. */
  readonly sha256: string
  readonly size: number
}

/**
 * The content of a URL (`http:`, `https:` or `file:`), or undefined when the server says 404. At most `limit` bytes.
 * Throws `download-failed` otherwise, after three attempts for what may pass by itself.
 */
export async function fetchBytes(
  url: string,
  limit: number,
  options: DownloadOptions = {},
): Promise<Buffer | undefined> {
  return attempt(url, options, async () => {
    const body = await openUrl(url, options)
    if (body === undefined) return undefined
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of body) {
      size += chunk.length
      if (size > limit) throw new SlipwayError('download-failed', `${url} is larger than ${limit} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  })
}

/**
 * Downloads a file to `path`, unless it is there already. The file appears under its name only when size and SHA-256 are
 * right. Returns false when the server says 404; throws `checksum-mismatch` or `download-failed`.
 */
export async function fetchFile(
  url: string,
  path: string,
  options: DownloadOptions & { readonly expected: ExpectedFile },
): Promise<boolean> {
  if (existsSync(path)) return true
  mkdirSync(dirname(path), { recursive: true })
  const partial = `${path}.${process.pid}.part`
  try {
    const found = await attempt(url, options, async () => {
      const body = await openUrl(url, options)
      if (body === undefined) return false
      await saveChecked(body, partial, { url, ...options })
      return true
    })
    if (found) renameSync(partial, path)
    return found
  } finally {
    rmSync(partial, { force: true })
  }
}

async function saveChecked(
  body: AsyncIterable<Uint8Array>,
  path: string,
  options: DownloadOptions & { readonly url: string; readonly expected: ExpectedFile },
): Promise<void> {
  const { url, expected } = options
  const hash = createHash('sha256')
  const file = await open(path, 'w')
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.length
      if (size > expected.size) break
      hash.update(chunk)
      await file.write(chunk)
    }
  } finally {
    await file.close()
  }
  const found = hash.digest('hex')
  if (size === expected.size && found === expected.sha256) return
  throw new SlipwayError('checksum-mismatch', `${url} is not the file that the signed index of the archive names`, {
    notes: [
      `expected sha256 ${expected.sha256}, ${expected.size} bytes`,
      `received sha256 ${found}, ${size} bytes or more`,
    ],
    hint: 'the mirror is damaged, changed or in the middle of an update; try again later or another --mirror',
  })
}

/** Runs `action` up to three times. Answers that mean something (404, wrong content) are final. */
async function attempt<T>(url: string, options: DownloadOptions, action: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await action()
    } catch (error) {
      if (options.signal?.aborted) throw new SlipwayError('cancelled', 'cancelled', { cause: error })
      if (error instanceof SlipwayError && !error.retryable) throw error
      if (round === 3) {
        const reason = error instanceof Error ? error.message || String(error) : String(error)
        throw new SlipwayError('download-failed', `cannot download ${url}: ${reason}`, {
          cause: error,
          retryable: true,
        })
      }
    }
    await sleep(300 * round)
  }
}

async function openUrl(url: string, options: DownloadOptions): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (url.startsWith('file:')) {
    const path = fileURLToPath(url)
    return existsSync(path) ? createReadStream(path, { highWaterMark: 1 << 20 }) : undefined
  }
  const { request } = await import('undici')
  const answer = await request(url, { dispatcher: await dispatcher(), signal: options.signal ?? null })
  if (answer.statusCode === 200) return answer.body
  await answer.body.dump()
  if (answer.statusCode === 404 || answer.statusCode === 410) return undefined
  const retryable = answer.statusCode >= 500 || answer.statusCode === 429
  throw new SlipwayError('download-failed', `${url} answered ${answer.statusCode}`, { retryable })
}

let shared: Promise<Dispatcher> | undefined

/** One agent per process: proxies from the environment, the system's CAs besides Node's own, redirects followed. */
function dispatcher(): Promise<Dispatcher> {
  shared ??= import('undici').then(({ EnvHttpProxyAgent, interceptors }) => {
    const tls = { ca: [...rootCertificates, ...systemCertificates()] }
    return new EnvHttpProxyAgent({ connections: 8, connect: tls, requestTls: tls, proxyTls: tls }).compose(
      interceptors.redirect({ maxRedirections: 5 }),
    )
  })
  return shared
}

function systemCertificates(): readonly string[] {
  const usual = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem']
  const path = [process.env['SSL_CERT_FILE'], ...usual].find(
    (candidate) => candidate !== undefined && existsSync(candidate),
  )
  return path === undefined ? [] : [readFileSync(path, 'utf8')]
}
