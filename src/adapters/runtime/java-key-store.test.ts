import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePem } from './certificates.ts'
import { encodeJavaKeyStore } from './java-key-store.ts'
import { findProgram } from './programs.ts'

const certificates = parsePem(rootCertificates.slice(0, 3).join('\n'))

describe('encodeJavaKeyStore', () => {
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-jks-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it('writes the header, the number of entries and a digest at the end', () => {
    const bytes = Buffer.from(encodeJavaKeyStore([], 'changeit'))
    expect(bytes.subarray(0, 12).toString('hex')).toBe('feedfeed0000000200000000')
    // The digest of an empty store under this password never changes.
    expect(bytes.subarray(12).toString('hex')).toBe('e2686e45fb43dfa4d992dd41ceb6b21c6330d792')
  })

  it.skipIf(findProgram('keytool') === undefined)('is read by keytool, which checks the digest', () => {
    const file = join(directory, 'store.jks')
    writeFileSync(
      file,
      encodeJavaKeyStore(
        certificates.map(({ der }) => der),
        'changeit',
      ),
    )
    const list = (password: string): string =>
      execFileSync('keytool', ['-list', '-rfc', '-keystore', file, '-storetype', 'JKS', '-storepass', password], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
    expect(
      parsePem(list('changeit'))
        .map(({ sha256 }) => sha256)
        .sort(),
    ).toEqual(certificates.map(({ sha256 }) => sha256).sort())
    expect(() => list('wrongpass')).toThrow()
  })
})
