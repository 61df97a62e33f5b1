import type { Facts, StepModel, TransferPath } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { runSteps } from '../queries/steps.ts'

/** ADD takes from the network whatever is there today. */
export const remoteAddUnverified: Pitfall = {
  id: 'remote-add-unverified',
  summary: 'What ADD fetches has a checksum, or is a commit: else anything may come, and nobody notices.',
  severity: 'warning',
  level: 'static',
  profiles: ['security', 'production'],
  peers: {},
  find,
}

function find({ stages }: Facts): readonly PitfallHit[] {
  return stages
    .flatMap(({ steps }) => steps)
    .flatMap((step): readonly PitfallHit[] => {
      const { transfer } = step
      if (step.kind !== 'ADD' || transfer === undefined || transfer.checksum !== undefined) return []
      return transfer.sources
        .filter((source) => !isPinned(source) && !isVerifiedLater(source, step))
        .map((source) => ({
          at: step.at,
          message:
            source.kind === 'git'
              ? `ADD clones ${shown(source)} without naming a commit: a branch or tag can move`
              : `ADD fetches ${shown(source)} and does not check what came`,
          hint:
            source.kind === 'git'
              ? 'write the full commit behind #, or --checksum=<commit>'
              : 'write ADD --checksum=sha256:<digest> …; sha256sum of the file tells the digest',
          evidence: { url: source.path },
        }))
    })
}

function shown({ path }: TransferPath): string {
  return path.replace(/^(\w+:\/\/)[^/@]*@/, '$1').replace(/\?.*$/, '')
}

/** It is no address, or the address itself names what it must be. */
function isPinned({ kind, path }: TransferPath): boolean {
  if (kind === 'git') return /#(?:[0-9a-f]{7,64})(?::|$)|[?&](?:commit|checksum)=[0-9a-f]{7,64}\b/i.test(path)
  if (kind !== 'url') return true
  return /(?:^|[/@=-])[0-9a-f]{40}(?:[/.?]|$)|(?:^|[/@=:-])[0-9a-f]{64}(?:[/.?]|$)|\/sha256[:/-]/i.test(path)
}

/** A RUN below compares the file with a checksum or a signature. */
function isVerifiedLater({ path }: TransferPath, step: StepModel): boolean {
  const name =
    path
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? ''
  const destination = step.transfer?.destination ?? ''
  const place = destination.split('/').findLast((part) => part !== '') ?? name
  return runSteps(step.stage.steps.slice(step.index + 1)).some(({ command: { script, actions } }) => {
    const checks = script.commands.some(
      ({ program, args }) =>
        (/^(?:sha\d+sum|shasum|md5sum|b2sum)$/.test(program) && args.some((arg) => /^-\w*c|^--check/.test(arg))) ||
        (/^gpgv?2?$/.test(program) && (program === 'gpgv' || args.includes('--verify'))) ||
        program === 'cosign' ||
        program === 'minisign',
    )
    const names = script.commands
      .flatMap(({ args }) => args)
      .concat(actions.flatMap(({ command }) => command.cwd ?? []))
    return checks && names.some((arg) => arg.includes(name) || arg.includes(place))
  })
}
