import { allRules, type Rule } from '../../audit/index.ts'
import { allPitfalls, type Pitfall } from '../../pitfalls/index.ts'
import type { RuleEntry } from '../../report/index.ts'

/** Every rule of `slipway check`: ours, those of BuildKit, what is wrong with the text itself; each in the order of the ids. */
export function ruleCatalogue(): readonly RuleEntry[] {
  return [...allPitfalls.map(pitfallEntry), ...allRules.map(buildkitEntry), ...ownEntries]
}

/**
 * The rules that a name means: an id, or what hadolint, dockle, trivy and BuildKit call it. Case does not count. Empty when
 * nobody has such a rule.
 */
export function rulesNamed(catalogue: readonly RuleEntry[], name: string): readonly RuleEntry[] {
  const wanted = name.toLowerCase()
  const own = catalogue.filter(({ id }) => id.toLowerCase() === wanted)
  const foreign = catalogue.filter(({ peers }) => peerIds(peers).some((id) => plainId(id) === plainId(name)))
  return [...new Set([...own, ...foreign])]
}

/** What others call a rule. */
export function peerIds({
  hadolint = [],
  dockle = [],
  trivy = [],
  buildkit = [],
}: Pitfall['peers']): readonly string[] {
  return [...hadolint, ...dockle, ...trivy, ...buildkit]
}

/** `DS002`, `DS-0002` and `AVD-DS-0002` are the same rule of trivy. */
function plainId(id: string): string {
  const trivy = /^(?:avd-)?ds-?0*(\d+)$/i.exec(id)
  return trivy === null ? id.toLowerCase() : `ds-${trivy[1]}`
}

/** What these checks of BuildKit need besides the Dockerfile. */
const levels: Readonly<Record<string, RuleEntry['level']>> = {
  CopyIgnoredFile: 'context',
  InvalidBaseImagePlatform: 'build',
}

/** What others call the rules that BuildKit has, too. */
const buildkitPeers: Readonly<Record<string, Pitfall['peers']>> = {
  DuplicateStageName: { hadolint: ['DL3024'], trivy: ['DS-0012'] },
  ExposeInvalidFormat: { hadolint: ['DL3011'], trivy: ['DS-0008'] },
  FromPlatformFlagConstDisallowed: { hadolint: ['DL3029'] },
  JSONArgsRecommended: { hadolint: ['DL3025'] },
  MaintainerDeprecated: { hadolint: ['DL4000'], trivy: ['DS-0022'] },
  MultipleInstructionsDisallowed: {
    hadolint: ['DL3012', 'DL4003', 'DL4004'],
    trivy: ['DS-0007', 'DS-0016', 'DS-0023'],
  },
  SecretsUsedInArgOrEnv: { hadolint: ['DL3064'], trivy: ['DS-0031'], dockle: ['CIS-DI-0010'] },
  WorkdirRelativePath: { hadolint: ['DL3000'], trivy: ['DS-0009'] },
}

function buildkitEntry({ name, description, url, experimental }: Rule): RuleEntry {
  return {
    id: name,
    origin: 'buildkit',
    summary: description,
    severity: 'warning',
    level: levels[name] ?? 'static',
    profiles: name === 'SecretsUsedInArgOrEnv' ? ['security'] : [],
    optIn: experimental === true,
    peers: buildkitPeers[name] ?? {},
    ...(url === undefined ? {} : { url }),
  }
}

function pitfallEntry({ id, summary, severity, level, profiles, optIn, peers }: Pitfall): RuleEntry {
  return { id, origin: 'slipway', summary, severity, level, profiles, optIn: optIn === true, peers }
}

/** What is wrong with the text itself, with what it refers to, or with the comments that steer the checks. */
const ownEntries: readonly RuleEntry[] = [
  own('bad-ignore-pattern', 'Every line of the ignore file is a pattern.', 'error'),
  own('bad-option-value', 'Flags and directives have values that they can have.', 'error'),
  own('bad-reference', 'FROM and --from name something that can be an image.', 'error'),
  own('bad-variable', 'Variable expressions can be evaluated.', 'error'),
  own('circular-stages', 'Stages do not need each other in a circle.', 'error'),
  own('ignore-without-reason', 'A comment that switches a rule off says why.', 'warning'),
  own('syntax', 'The Dockerfile can be read.', 'error'),
  own('unknown-stage', 'Stages are named that the file has before that place.', 'error'),
  own('unused-ignore', 'A comment that switches a rule off is still needed.', 'info'),
]

function own(id: string, summary: string, severity: RuleEntry['severity']): RuleEntry {
  return { id, origin: 'parser', summary, severity, level: 'static', profiles: [], optIn: false, peers: {} }
}
