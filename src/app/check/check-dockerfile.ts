import { audit, checkSettings, gatherFacts, ignoreFacts } from '../../audit/index.ts'
import type { Diagnostic, Finding, Severity, Source } from '../../core/index.ts'
import { type Dockerfile, parseDockerfile } from '../../dockerfile/index.ts'
import { resolveGraph, type StageGraph } from '../../graph/index.ts'
import { parseIgnore } from '../../ignore/index.ts'
import { findPitfalls, gatherPitfallFacts, type ImageFacts, type Level, type RunFacts } from '../../pitfalls/index.ts'
import type { Project } from '../../project/index.ts'
import type { CheckedFinding, RuleEntry } from '../../report/index.ts'
import { isChosen, type RuleChoice } from './choose-rules.ts'
import { fingerprints } from './fingerprint.ts'
import { withoutRepeats } from './merge-findings.ts'

/** A Dockerfile, and what is known about how it is built. */
export interface DockerfileInput {
  /** As shown; `text` need not be what the file holds. */
  readonly source: Source
  /** What findings are remembered by: the path from the root of the repository. */
  readonly stablePath: string
  /** What its context holds; absent when nobody may look, or when there is none. */
  readonly project?: Project
  /** What it has become, when somebody has looked. */
  readonly image?: ImageFacts
  /** How that has started. */
  readonly run?: RunFacts
  readonly buildArgs: Readonly<Record<string, string>>
  /** What is built of it; empty for its last stage. */
  readonly targets: readonly string[]
  /** All ways in which it is built, for those who know; `buildArgs` come before theirs. */
  readonly builds?: readonly { readonly target?: string; readonly args: Readonly<Record<string, string>> }[]
  /** The day that ends of support are compared with, `YYYY-MM-DD`; without it that of the catalogue. */
  readonly today?: string
}

/** What the rules say about one Dockerfile, before anything of it is hidden. */
export interface DockerfileReport {
  readonly file: Dockerfile
  readonly stablePath: string
  /** In the order of the file. */
  readonly findings: readonly CheckedFinding[]
}

// Findings must not depend on the machine that looks for them.
const platform = { os: 'linux', architecture: 'amd64' }

/** Asks all chosen rules about a Dockerfile. Reads nothing. */
export function checkDockerfile(
  input: DockerfileInput,
  catalogue: readonly RuleEntry[],
  choice: RuleChoice,
): DockerfileReport {
  const file = parseDockerfile(input.source)
  const entries = new Map(catalogue.map((entry) => [entry.id, entry]))
  const chosen = (id: string): boolean => {
    const entry = entries.get(id)
    return entry === undefined || isChosen(entry, choice)
  }
  const graphs = waysOf(input).map(({ target, args }) =>
    resolveGraph(file, {
      buildArgs: { ...args, ...input.buildArgs },
      platform,
      buildPlatform: platform,
      allStages: true,
      ...(target === undefined ? {} : { target }),
    }),
  )
  const syntax = file.diagnostics.filter(({ severity }) => severity === 'error')
  const found = [
    ...syntax.map((diagnostic) => ofText(withRest(diagnostic), 'syntax')),
    ...ignoreFaults(input),
    ...graphs.flatMap((graph) => buildkitFindings(input, { file, graph, choice })),
    ...(syntax.length > 0 ? [] : graphs.flatMap((graph) => pitfallFindings(input, { file, graph, choice, chosen }))),
  ]
  const findings = withoutRepeats(found, file, catalogue).filter(({ code }) => chosen(code))
  const names = fingerprints(findings, file, input.stablePath)
  return {
    file,
    stablePath: input.stablePath,
    findings: findings.map((finding, at) => ({
      ...finding,
      severity: choice.severities.get(finding.code) ?? finding.severity,
      level: levelOf(finding, entries),
      fingerprint: names[at] ?? '',
    })),
  }
}

function waysOf({ builds, targets }: DockerfileInput): NonNullable<DockerfileInput['builds']> {
  if (builds !== undefined && builds.length > 0) return builds
  return targets.length === 0 ? [{ args: {} }] : targets.map((target) => ({ target, args: {} }))
}

/** Rules of Slipway look at a stage as a whole: a step that nobody can read may do whatever they ask for. */
function withRest(diagnostic: Diagnostic): Diagnostic {
  const rest = "until this is mended, only BuildKit's checks are asked about the rest of the file"
  return { ...diagnostic, hint: diagnostic.hint === undefined ? rest : `${diagnostic.hint}; ${rest}` }
}

function levelOf(finding: Finding & { readonly level?: Level }, entries: ReadonlyMap<string, RuleEntry>): Level {
  return finding.level ?? entries.get(finding.code)?.level ?? 'static'
}

/** Lines of the ignore file that are no patterns: they end every build. */
function ignoreFaults({ project }: DockerfileInput): readonly Finding[] {
  if (project?.ignore === undefined) return []
  return parseIgnore(project.ignore.source)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map((diagnostic) => ofText(diagnostic, 'bad-ignore-pattern'))
}

/** What is wrong with the text, as a finding. */
export function ofText(diagnostic: Diagnostic, code: string): Finding {
  return { ...diagnostic, code, whole: diagnostic.whole ?? diagnostic.at, evidence: {}, fixes: [] }
}

interface OneGraph {
  readonly file: Dockerfile
  readonly graph: StageGraph
  readonly choice: RuleChoice
}

/** BuildKit's checks, and what keeps the stages from being resolved. */
function buildkitFindings({ project, buildArgs }: DockerfileInput, { file, graph, choice }: OneGraph): Finding[] {
  const settings = checkSettings(file, buildArgs)
  const errors = graph.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((diagnostic) => ofText(diagnostic, diagnostic.code === 'dockerfile-syntax' ? 'syntax' : diagnostic.code))
  if ('error' in settings) errors.push(badSettings(file, settings.error))
  const own = 'error' in settings ? { skip: [], experimental: [], error: false } : settings.options
  const wanted = [...choice.severities.keys(), ...choice.only]
  const experimental = own.experimental === 'all' ? own.experimental : [...own.experimental, ...wanted]
  const ignore = ignoreFacts(project?.ignore?.patterns ?? [])
  const facts = gatherFacts({ file, graph, ...(ignore === undefined ? {} : { ignore }) })
  return [...errors, ...audit(facts, { ...own, experimental })]
}

function badSettings(file: Dockerfile, message: string): Finding {
  const span = file.directives.find(({ name }) => name === 'check')?.span ?? { start: 0, end: 0 }
  const severity: Severity = 'error'
  const hint = 'write # check=skip=RULE,RULE;experimental=RULE;error=true'
  return ofText(
    { code: '', severity, message, at: { source: file.source, span }, related: [], hint },
    'bad-option-value',
  )
}

function pitfallFindings(
  { project, image, run, targets, today }: DockerfileInput,
  { file, graph, choice, chosen }: OneGraph & { readonly chosen: (id: string) => boolean },
): readonly Finding[] {
  const facts = gatherPitfallFacts({
    file,
    graph,
    ...(project === undefined ? {} : { project }),
    ...(image === undefined ? {} : { image }),
    ...(run === undefined ? {} : { run }),
    namedTargets: targets,
    ...(today === undefined ? {} : { today }),
  })
  if (facts === undefined) return []
  return findPitfalls(facts, { level: choice.level, enabled: ({ id }) => chosen(id) })
}
