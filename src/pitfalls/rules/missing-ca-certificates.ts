import { parseScript, type ShellCommand } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { bringsTrust } from '../queries/trust-stores.ts'
import { neededLibraries } from '../queries/needed-libraries.ts'
import { shippedCode, type ShippedCode } from '../queries/shipped-code.ts'
import { startScript } from '../queries/start-script.ts'

/** A program that opens TLS connections in an image that trusts nobody. */
export const missingCaCertificates: Pitfall = {
  id: 'missing-ca-certificates',
  summary:
    'A program that speaks TLS to others finds the certificates of authorities: without them every connection fails.',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const { final } = facts
    if (final.base.hasCertificates !== false || bringsTrust(final)) return []
    const program = shippedCode(facts).find((code) => speaksTls(facts, code))
    const reason = program === undefined ? ownMade(facts) : `\`${program.names[0] ?? ''}\` (line ${program.step.line})`
    return reason === undefined ? [] : [hit(facts, reason, program)]
  },
}

function speaksTls(facts: Facts, code: ShippedCode): boolean {
  const { project } = facts
  const { what, contextDirectory } = code
  if (what === 'c' || what === 'c++') return usesCurl(facts, code)
  if (contextDirectory === undefined || project === undefined) return false
  if (what === 'go') return project.go.find(({ directory }) => directory === contextDirectory)?.usesTls ?? false
  if (what !== 'rust') return false
  const own = project.rust.find(({ directory }) => directory === contextDirectory)
  if (own === undefined) return false
  const members = own.isWorkspace ? project.rust : [own]
  return members.some(({ usesTls }) => usesTls)
}

/** Sources that name `https://`, and a program that is linked with a library that speaks it. */
function usesCurl(facts: Facts, code: ShippedCode): boolean {
  const isLinked = neededLibraries(facts, code).some(({ library: { stem } }) => stem === 'libcurl' || stem === 'libssl')
  if (!isLinked) return false
  return (facts.project?.files ?? [])
    .filter(({ path }) => /\.(?:c|cc|cpp|cxx|h|hpp)$/.test(path))
    .some(({ path }) => facts.project?.text(path)?.includes('https://') === true)
}

/** A tool of the image itself that the container starts with an address of TLS: at once, or in its start script. */
function ownMade(facts: Facts): string | undefined {
  const { final } = facts
  const starts = [final.end.entrypoint, final.end.cmd].flatMap((step) =>
    step === undefined ? [] : [...(step.command?.script.commands ?? []), ...scripted(facts, step)],
  )
  const fetches = starts.find(
    ({ program, args }) =>
      /^(?:curl|wget|git)$/.test(program) &&
      final.base.hasProgram(program) !== true &&
      args.some((arg) => arg.startsWith('https://')) &&
      !args.some((arg) => /^(?:-\w*k\w*|--insecure|--no-check-certificate|--cacert(?:=.*)?)$/.test(arg)),
  )
  return fetches === undefined ? undefined : `\`${fetches.program}\``
}

/** The commands of the shell script of the context that an instruction starts. */
function scripted(facts: Facts, step: StepModel): readonly ShellCommand[] {
  const script = startScript(facts, step)
  if (script === undefined || !/\/(?:env +)?(?:sh|bash|ash|dash)\b/.test(script.interpreter ?? '')) return []
  const { cwd, env: variables } = step.before
  const { commands, broken } = parseScript(script.text, { toSourceOffset: () => 0, cwd, variables })
  return broken ? [] : commands
}

function hit({ final: { base, at } }: Facts, reason: string, program: ShippedCode | undefined): PitfallHit {
  return {
    at,
    message: `${reason} opens TLS connections, and ${base.isEmpty ? 'an empty image' : base.written} has no certificates of authorities: every connection fails`,
    hint:
      base.packageManager === 'apt'
        ? 'apt-get install -y --no-install-recommends ca-certificates; or COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/'
        : 'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/; or ship it on gcr.io/distroless/static-debian12, which has them',
    related: program === undefined ? [] : [{ note: 'the program', at: program.step.at }],
    evidence: { base: base.written },
  }
}
