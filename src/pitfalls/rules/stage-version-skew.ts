import type { BaseProfile } from '../../bases/index.ts'
import type { PitfallHit, Pitfall } from '../pitfall.ts'
import type { Facts, StageModel } from '../facts.ts'

/** Build and run stages with different versions of one language. */
export const stageVersionSkew: Pitfall = {
  id: 'stage-version-skew',
  summary:
    'Stages that hand files on use the same version of their language: what one version makes, another may not load.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const seen = new Set<string>()
    return pairs(facts).flatMap(({ from, to, line }): readonly PitfallHit[] => {
      const [made, run] = [versionOf(from.base), versionOf(to.base)]
      if (made === undefined || run === undefined || made.language !== run.language) return []
      if (sameRelease(made.parts, run.parts) || seen.has(`${from.index} ${to.index}`)) return []
      seen.add(`${from.index} ${to.index}`)
      return [
        {
          at: to.at,
          message: `${to.label} runs ${names[made.language]} ${run.parts.join('.')}, and what it copies from ${from.label} (line ${line}) is made for ${made.parts.join('.')}`,
          hint: 'give both stages one version, by an ARG before the first FROM: ARG VERSION=… and FROM image:${VERSION}',
          related: [{ note: `${names[made.language]} ${made.parts.join('.')}`, at: from.at }],
        },
      ]
    })
  },
}

const names = {
  node: 'Node.js',
  python: 'Python',
  java: 'Java',
  ruby: 'Ruby',
  php: 'PHP',
  dotnet: '.NET',
  perl: 'Perl',
  elixir: 'Elixir',
} as const

/** How many numbers of a version decide whether files fit. Go and Rust leave programs, which fit everywhere. */
const decisive: Readonly<Record<keyof typeof names, number>> = {
  node: 1,
  python: 2,
  java: 1,
  ruby: 2,
  php: 2,
  dotnet: 1,
  perl: 2,
  elixir: 2,
}

interface Version {
  readonly language: keyof typeof names
  readonly parts: readonly string[]
}

function versionOf({ runtime }: BaseProfile): Version | undefined {
  if (runtime?.version === undefined || !(runtime.language in names)) return undefined
  const language = runtime.language as keyof typeof names
  const parts = /^\d+(?:\.\d+)*/.exec(runtime.version)?.[0].split('.').slice(0, decisive[language])
  return parts === undefined ? undefined : { language, parts }
}

/** `3` and `3.12` may be the same. */
function sameRelease(a: readonly string[], b: readonly string[]): boolean {
  return a.slice(0, b.length).every((part, index) => part === b[index])
}

/** Stages that give files to a stage that the final image consists of. */
function pairs({
  final,
}: Facts): readonly { readonly from: StageModel; readonly to: StageModel; readonly line: number }[] {
  return final.history.flatMap(({ transfer, stage, line }) =>
    transfer?.from.kind === 'stage' ? [{ from: transfer.from.stage, to: stage, line }] : [],
  )
}
