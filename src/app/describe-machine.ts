import { X509Certificate } from 'node:crypto'
import { emulationFor, type HostTrust } from '../adapters/runtime/index.ts'
import type { Machine } from '../diagnose/index.ts'
import { hostPlatform } from '../oci/index.ts'

const architectures = ['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips64le', 'ppc64le', 'riscv64', 's390x']

/** What explanations of failed steps say about this machine. Ask in the front process: the worker does not see binfmt_misc. */
export function describeMachine(
  trustHostCa: Machine['trustHostCa'],
  host: HostTrust | undefined,
): Omit<Machine, 'proxies'> {
  return {
    architecture: hostPlatform(process.arch).architecture,
    runs: architectures.filter((architecture) => emulationFor(architecture).available),
    trustHostCa,
    authorities: (host?.own ?? []).flatMap(({ der }) => subjectOf(der) ?? []),
  }
}

/** `O=Example Corp, CN=Example Root`: the fields stand on lines of their own in Node. */
function subjectOf(der: Uint8Array): string | undefined {
  try {
    return new X509Certificate(Buffer.from(der)).subject.split('\n').join(', ')
  } catch {
    // A broken certificate is no reason not to start.
    return undefined
  }
}
