import { type MemoryFiles, memoryTree } from '../../fileset/index.ts'
import { explainFailure } from '../explain-failure.ts'
import type { FailedStep } from '../failed-step.ts'

const sh = { 'bin/sh': { content: '', mode: 0o755 } }

/** Roots of the families, with as much as recognisers look at. */
export const roots = {
  debian: {
    ...sh,
    'etc/os-release': 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n',
    'var/lib/dpkg/status': 'Package: libc6\n',
    'etc/passwd': 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n',
  },
  alpine: {
    ...sh,
    'etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n',
    'lib/apk/db/installed': 'P:musl\n',
  },
  fedora: { ...sh, 'etc/os-release': 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=41\n', 'usr/bin/rpm': '' },
  plain: sh,
} satisfies Record<string, MemoryFiles>

export interface Failing extends Partial<FailedStep> {
  readonly on?: keyof typeof roots
  readonly files?: MemoryFiles
}

/** A shell command that failed with this output, as root in `/`, on an ordinary machine; `rest` changes that. */
export function failedStep(output: string, { on = 'plain', files = {}, ...rest }: Failing = {}): FailedStep {
  return {
    exitCode: 1,
    oomKilled: false,
    lines: output.split('\n'),
    argv: ['/bin/sh', '-c', 'x'],
    env: [],
    cwd: '/',
    user: '',
    network: 'default',
    mounts: [],
    tree: memoryTree({ ...roots[on], ...files }),
    machine: { architecture: 'amd64', runs: ['amd64', '386'], trustHostCa: 'auto', authorities: [], proxies: [] },
    ...rest,
  }
}

/** Reason and advice, a line each; undefined when nothing is known. */
export function explain(output: string, failing: Failing = {}): string | undefined {
  const explanation = explainFailure(failedStep(output, failing))
  return explanation === undefined ? undefined : [explanation.reason, ...explanation.advice].join('\n')
}
