import { describe, expect, test } from 'vitest'
import { memoryTree } from '../../fileset/index.ts'
import { explainFailure } from './explain-failure.ts'

const tree = memoryTree({ 'bin/sh': '', 'usr/bin/npm': '' })
const argv = ['/bin/sh', '-c', 'x']
const explain = (exitCode: number, ...lines: string[]): string | undefined =>
  explainFailure({ exitCode, lines, argv, tree })

describe('the explanation of a failed command', () => {
  test.each([
    ['node', 'unable to verify the first certificate'],
    ['npm', 'npm error code SELF_SIGNED_CERT_IN_CHAIN: self-signed certificate in certificate chain'],
    ['curl', 'curl: (60) SSL certificate problem: unable to get local issuer certificate'],
    ['wget', "  Unable to locally verify the issuer's authority."],
    ['apt', 'Certificate verification failed: The certificate is NOT trusted.'],
    ['go', 'x509: certificate signed by unknown authority'],
    ['python', 'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'],
    ['java', 'sun.security.validator.ValidatorException: PKIX path building failed'],
  ])('names the flag that lends the authorities of the host, for %s', (_, line) => {
    expect(explain(1, 'before', line, 'after')).toContain('--trust-host-ca=on')
  })

  test('names the nearest program for one that is not there', () => {
    expect(explain(127, '/bin/sh: 1: npn: not found')).toBe('npn is not installed in this stage; did you mean npm?')
  })

  test('says so when the stage has no shell', () => {
    expect(explainFailure({ exitCode: 127, lines: [], argv: ['/bin/bash', '-c', 'x'], tree })).toContain('exec form')
  })

  test('is none for a failure that it knows nothing about', () => {
    expect(explain(1, 'tests failed')).toBeUndefined()
  })
})
