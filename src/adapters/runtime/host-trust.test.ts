import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hostTrust } from './host-trust.ts'

/** Not a certificate, but a DER sequence in PEM: nothing here looks inside. */
const company = `-----BEGIN CERTIFICATE-----\n${Buffer.from([0x30, 3, 2, 1, 42]).toString('base64')}\n-----END CERTIFICATE-----\n`

describe('hostTrust', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-trust-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('takes an authority that a variable names as added by the host, and a public one not', async () => {
    const file = join(directory, 'bundle.pem')
    writeFileSync(file, `# comment\n${company}${rootCertificates[0]}\n`)
    const before = await hostTrust({ env: {} })
    const after = await hostTrust({ env: { NODE_EXTRA_CA_CERTS: file, SSL_CERT_FILE: file } })
    const names = new Set(before.own.map(({ sha256 }) => sha256))
    expect(after.own.filter(({ sha256 }) => !names.has(sha256)).map(({ der }) => [...der])).toEqual([
      [0x30, 3, 2, 1, 42],
    ])
    expect(new Set(after.all.map(({ sha256 }) => sha256)).size).toBe(after.all.length)
  })

  it('passes over files that are missing', async () => {
    await expect(hostTrust({ env: { SSL_CERT_FILE: join(directory, 'none') } })).resolves.toBeDefined()
  })
})
