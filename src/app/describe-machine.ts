import { X509Certificate } from 'node:crypto'
import { emulationFor, type HostTrust } from '../adapters/runtime/index.ts'
import type { Machine, UnreadyEmulation } from '../diagnose/index.ts'
import { hostPlatform } from '../oci/index.ts'

const architectures = ['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips64le', 'ppc64le', 'riscv64', 's390x']

/** What explanations of failed steps say about this machine. Ask in the front process: the worker does not see binfmt_misc. */
export function describeMachine(
  trustHostCa: Machine['trustHostCa'],
  host: HostTrust | undefined,
): Omit<Machine, 'proxies'> {
  const runs: string[] = []
  const unready: Record<string, UnreadyEmulation> = {}
  for (const architecture of architectures) {
    const emulation = emulationFor(architecture)
    if (emulation.available) runs.push(architecture)
    else unready[architecture] = emulation
  }
  return {
    architecture: hostPlatform(process.arch).architecture,
    runs,
    unready,
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
