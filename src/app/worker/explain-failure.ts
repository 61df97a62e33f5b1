import { nearest } from '../../core/index.ts'
import { resolveInRoot, type TreeView } from '../../fileset/index.ts'
import { describeMissing, missingInterpreter } from './missing-interpreter.ts'

export interface FailedCommand {
  readonly exitCode: number
  /** The end of its output. */
  readonly lines: readonly string[]
  readonly argv: readonly string[]
  /** The root file system it ran in. */
  readonly tree: TreeView
}

/** What most likely went wrong, in a sentence; undefined when nothing is known. */
export function explainFailure(failure: FailedCommand): string | undefined {
  return (
    missingShell(failure) ??
    missingLoader(failure) ??
    commandNotFound(failure) ??
    untrustedAuthority(failure) ??
    wrongArchitecture(failure)
  )
}

function missingShell({ exitCode, argv, tree }: FailedCommand): string | undefined {
  const [program] = argv
  if (exitCode < 126 || program === undefined || !program.startsWith('/')) return undefined
  const path = resolveInRoot(tree, program)
  if (typeof path === 'string' && tree.node(path) !== undefined) return undefined
  return program.endsWith('sh')
    ? `this stage has no ${program}; use the exec form RUN ["program", "argument"], or do the work in a stage that has a shell`
    : `there is no ${program} in this stage`
}

function missingLoader({ argv, tree }: FailedCommand): string | undefined {
  const [program = ''] = argv
  if (!program.startsWith('/')) return undefined
  const interpreter = missingInterpreter(tree, program)
  return interpreter === undefined ? undefined : describeMissing(program, interpreter)
}

function commandNotFound({ lines, tree }: FailedCommand): string | undefined {
  const name = lines
    .map((line) => /(?:^|: )(?:\d+: )?([\w.+-]+): (?:command )?not found$/.exec(line)?.[1])
    .find((found) => found !== undefined)
  if (name === undefined) return undefined
  const [similar] = nearest(name, programNames(tree), 1)
  return `${name} is not installed in this stage${similar === undefined ? '' : `; did you mean ${similar}?`}`
}

function programNames(tree: TreeView): readonly string[] {
  return ['bin', 'usr/bin', 'usr/local/bin', 'sbin', 'usr/sbin'].flatMap((directory) => {
    const path = resolveInRoot(tree, directory)
    return typeof path === 'string' ? tree.names(path) : []
  })
}

function untrustedAuthority({ lines }: FailedCommand): string | undefined {
  const signs =
    /self[- ]signed certificate|unable to get (local )?issuer certificate|unable to verify the first certificate|certificate signed by unknown authority|CERTIFICATE_VERIFY_FAILED|PKIX path building failed|Certificate verification failed|locally verify the issuer's authority/
  if (!lines.some((line) => signs.test(line))) return undefined
  return 'the program does not trust the certificate authority of the connection; if this machine does, build with --trust-host-ca=on'
}

function wrongArchitecture({ lines }: FailedCommand): string | undefined {
  if (!lines.some((line) => /exec format error/i.test(line))) return undefined
  return 'a program of another architecture was started; slipway doctor says which ones can be emulated here'
}
