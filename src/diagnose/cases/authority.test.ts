import { describe, expect, test } from 'vitest'
import { explain, failedStep } from '../testing/failed-step.ts'
import type { Machine } from '../failed-step.ts'

const { machine } = failedStep('')
const on = (trustHostCa: Machine['trustHostCa'], ...authorities: string[]): Machine => ({
  ...machine,
  trustHostCa,
  authorities,
})

describe('a certificate that nobody whom the program trusts has signed', () => {
  test.each([
    [
      'curl',
      'curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore details here: https://curl.se/docs/sslcerts.html',
    ],
    ['curl, self-signed', 'curl: (60) SSL certificate problem: self-signed certificate in certificate chain'],
    [
      'wget',
      "ERROR: The certificate of ‘localhost’ is not trusted.\nERROR: The certificate of ‘localhost’ doesn't have a known issuer.",
    ],
    ['wget with OpenSSL', "  Unable to locally verify the issuer's authority."],
    [
      'git',
      "fatal: unable to access 'https://localhost:18443/x.git/': server certificate verification failed. CAfile: /etc/ssl/certs/ca-certificates.crt CRLfile: none",
    ],
    [
      'npm',
      'npm error code UNABLE_TO_VERIFY_LEAF_SIGNATURE\nnpm error request to https://localhost:18443/is-odd failed, reason: unable to verify the first certificate',
    ],
    ['npm behind a proxy', 'npm error code SELF_SIGNED_CERT_IN_CHAIN'],
    ['yarn', 'Error: unable to get issuer certificate'],
    [
      'pip',
      "Could not fetch URL https://localhost/six/: There was a problem confirming the ssl certificate: (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)'))) - skipping\nERROR: No matching distribution found for sixzz",
    ],
    [
      'go',
      'go: u@v1.6.0: Get "https://localhost/u.mod": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      'cargo',
      '  [60] SSL peer certificate or SSH remote key was not OK (SSL certificate problem: unable to get local issuer certificate)',
    ],
    [
      'apt',
      'Err:1 https://localhost x InRelease\n  Certificate verification failed: The certificate is NOT trusted. The certificate issuer is unknown.',
    ],
    ['apk', 'WARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.20/main: TLS: server certificate not trusted'],
    [
      'java',
      'sun.security.validator.ValidatorException: PKIX path building failed: unable to find valid certification path',
    ],
  ])('points to the flag that lends the authorities of the host, for %s', (_, output) => {
    expect(explain(output)).toBe(
      'the program does not trust the certificate of the server\nthis machine has no authority of its own to lend to the step; if it does trust the server, build with --trust-host-ca=on',
    )
  })

  const wget = "ERROR: cannot verify example.com's certificate, issued by ‘CN=Example Corp Root CA,O=Example Corp’:"

  test('names the signer, and says whether this machine trusts it', () => {
    expect(explain(wget, { machine: on('off', 'O=Example Corp, CN=Example Corp Root CA') })).toBe(
      'the program does not trust the certificate of the server: Example Corp Root CA has signed it\nthis machine trusts O=Example Corp, CN=Example Corp Root CA; steps do, too, without --trust-host-ca=off',
    )
    expect(explain(wget, { machine: on('off') })).toMatch(/\n--trust-host-ca=off was given/)
  })

  test('names the authorities that were lent in vain', () => {
    expect(explain(wget, { machine: on('auto', 'CN=Other') })).toMatch(/was lent the authorities .*\(CN=Other\)/)
    expect(explain(wget, { machine: on('on') })).toMatch(/trusts all that this machine trusts \(--trust-host-ca=on\)/)
  })
})

test.each([
  ['curl: (60) SSL certificate problem: certificate has expired', 'the certificate of the server has expired'],
  ['npm error code CERT_HAS_EXPIRED', 'the certificate of the server has expired'],
  [
    "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames",
    'the certificate of the server is for another name',
  ],
])('other faults of a certificate are not those of its signer: %s', (output, reason) => {
  expect(explain(output)?.split('\n')[0]).toBe(reason)
})
