import { type Explanation, type FailedStep, lastMatch, type Recogniser } from '../failed-step.ts'

/** What programs print when they do not trust who signed a server's certificate; the group is that signer, where it is named. */
const distrust: readonly RegExp[] = [
  /cannot verify \S+'s certificate, issued by [‘'](?<signer>[^’']+)[’']/,
  /x509: certificate signed by unknown authority(?: \(possibly because of .* while trying to verify candidate authority certificate "(?<signer>[^"]+)"\))?/,
  /SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
  /self[- ]signed certificate/,
  /unable to get (?:local )?issuer certificate|unable to verify the first certificate/,
  /CERTIFICATE_VERIFY_FAILED/,
  /PKIX path building failed/,
  /server certificate (?:verification failed|not trusted)|[Cc]ertificate verification failed/,
  /locally verify the issuer's authority|certificate of [‘'][^’']+[’'] (?:is not trusted|doesn't have a known issuer)/,
  /SSL certificate problem: |invalid peer certificate: UnknownIssuer|UnknownIssuer/,
  /TLS: server certificate not trusted/,
]

/** The names of who signed, in the lines around: curl -v, openssl and wget print them. */
const signers: readonly RegExp[] = [
  /issued by [‘'](?<signer>[^’']+)[’']/,
  /^\*\s+issuer: (?<signer>.+)$/,
  /^issuer=\s*(?<signer>.+)$/,
  /candidate authority certificate "(?<signer>[^"]+)"/,
]

/** A certificate that other reasons make bad: trusting more would not help. */
const otherFault =
  /certificate has expired|CERT_HAS_EXPIRED|not yet valid|CERT_NOT_YET_VALID|does not match|ERR_TLS_CERT_ALTNAME_INVALID|no alternative certificate subject name|Hostname mismatch|is not valid for any names|certificate is valid for/

/** A server whose certificate was signed by somebody whom the program does not trust. */
export const untrustedAuthority: Recogniser = (step) => {
  const fault = lastMatch(step, [otherFault])
  if (fault !== undefined && /certificate|CERT|TLS|SSL/i.test(fault.input)) return explainFault(fault.input)
  if (lastMatch(step, distrust) === undefined) return undefined
  const signer = lastMatch(step, signers)?.groups?.signer
  const byWhom = signer === undefined ? '' : `: ${commonName(signer)} has signed it`
  return {
    reason: `the program does not trust the certificate of the server${byWhom}`,
    advice: trustAdvice(step, signer),
  }
}

function trustAdvice({ machine }: FailedStep, signer: string | undefined): readonly string[] {
  const known = signer === undefined ? undefined : machine.authorities.find((one) => one.includes(commonName(signer)))
  const own = machine.authorities.length === 0 ? undefined : machine.authorities.slice(0, 3).join('; ')
  switch (machine.trustHostCa) {
    case 'off':
      return known === undefined
        ? ['--trust-host-ca=off was given; with auto or on, steps trust what this machine trusts']
        : [`this machine trusts ${known}; steps do, too, without --trust-host-ca=off`]
    case 'auto':
      return own === undefined
        ? [
            'this machine has no authority of its own to lend to the step; if it does trust the server, build with --trust-host-ca=on',
          ]
        : [
            `the step was lent the authorities that were added to this machine (${own}), and the program does not use them or the signer is another`,
            'if this machine trusts the server, build with --trust-host-ca=on',
          ]
    case 'on':
      return [
        'the step trusts all that this machine trusts (--trust-host-ca=on), so the signer is unknown here, too, or the program has a list of its own',
        'add the authority to this machine, or COPY its certificate and tell the program of it',
      ]
  }
}

function commonName(subject: string): string {
  return /CN ?= ?([^,/]+)/.exec(subject)?.[1]?.trim() ?? subject.trim()
}

function explainFault(line: string): Explanation {
  if (/expired|EXPIRED/.test(line))
    return {
      reason: 'the certificate of the server has expired',
      advice: ['or the clock of this machine is wrong: see date'],
    }
  if (/not yet valid|NOT_YET_VALID/.test(line))
    return {
      reason: 'the certificate of the server is not valid yet',
      advice: ['the clock of this machine may be wrong: see date'],
    }
  return { reason: 'the certificate of the server is for another name', advice: ['check the host name in the URL'] }
}
