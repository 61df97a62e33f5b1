import { downloadName, isHttpUrl, type Location, parseDigest, parseGitContext, parseGitUrl } from '../core/index.ts'
import { type Dockerfile, expandWord, flagOn, flagsNamed, type Instruction } from '../dockerfile/index.ts'
import { findNamedContext } from './named-context.ts'
import type { EpochSource, GraphOptions } from './stage-graph.ts'

export interface EpochProblem {
  readonly error: string
  readonly at: Location
}

/**
 * What the word after SOURCE_DATE_EPOCH= stands for: `context`, a named context, or a stage that is FROM scratch with
 * ARGs and one ADD of a URL or a repository, nothing else. `globals` are the values of the global ARGs.
 */
export function findEpochSource(
  written: string,
  file: Dockerfile,
  scope: { readonly options: GraphOptions; readonly globals: ReadonlyMap<string, string> },
): EpochSource | EpochProblem {
  if (written === 'context') return { kind: 'context' }
  const named = findNamedContext(written, scope.options.platform, scope.options)?.context
  if (named?.kind === 'http') return { kind: 'http', url: named.url, filename: 'context' }
  if (named?.kind === 'git') return gitTime(parseGitContext(named.url)) ?? { kind: 'timeless' }
  if (named !== undefined && named.kind !== 'stage') return { kind: 'timeless' }
  const stage = stageNamed(file, named?.kind === 'stage' ? named.stage : written)
  if (stage !== undefined) return stageSource(file, stage, scope)
  return { error: `invalid SOURCE_DATE_EPOCH: ${written}`, at: { source: file.source, span: { start: 0, end: 0 } } }
}

type From = Extract<Instruction, { kind: 'FROM' }>
type Add = Extract<Instruction, { kind: 'COPY' | 'ADD' }>

interface NamedStage {
  readonly from: From
  readonly instructions: readonly Instruction[]
}

function stageNamed({ instructions }: Dockerfile, name: string): NamedStage | undefined {
  const start = instructions.findIndex(
    (one) => one.kind === 'FROM' && one.as?.text.toLowerCase() === name.toLowerCase(),
  )
  const from = instructions[start]
  if (from?.kind !== 'FROM') return undefined
  const rest = instructions.slice(start + 1)
  const end = rest.findIndex((one) => one.kind === 'FROM')
  return { from, instructions: end < 0 ? rest : rest.slice(0, end) }
}

function stageSource(
  file: Dockerfile,
  { from, instructions }: NamedStage,
  { options, globals }: { readonly options: GraphOptions; readonly globals: ReadonlyMap<string, string> },
): EpochSource | EpochProblem {
  const values = new Map(globals)
  values.delete('SOURCE_DATE_EPOCH')
  const expand = (text: string): string => {
    const expanded = expandWord(text, (name) => values.get(name), file.escape)
    return 'error' in expanded ? text : expanded.value
  }
  const refuse = (what: string): EpochProblem => ({
    error: `SOURCE_DATE_EPOCH stage ${what}`,
    at: { source: file.source, span: from.span },
  })
  if (expand(from.image.text) !== 'scratch') return refuse('must use FROM scratch')
  let found: EpochSource | EpochProblem | undefined
  for (const instruction of instructions) {
    if (instruction.kind === 'ARG') {
      for (const { key, value } of instruction.pairs) {
        const given = options.buildArgs[key.text] ?? (value === undefined ? undefined : expand(value.text))
        if (given !== undefined) values.set(key.text, given)
      }
    } else if (instruction.kind !== 'ADD')
      return refuse(`does not meet source-only requirements: unsupported ${instruction.kind} instruction`)
    else if (found !== undefined) return refuse('must contain exactly one remote ADD')
    else found = addSource(instruction, expand) ?? refuse('source must be a single HTTP(S) or Git ADD')
  }
  return found ?? refuse('must contain exactly one remote ADD')
}

function addSource(add: Add, expand: (text: string) => string): EpochSource | undefined {
  const [only, ...others] = add.sources
  if (only === undefined || others.length > 0 || add.heredocs.length > 0) return undefined
  const url = expand(only.text)
  const checksum = expand(flagsNamed(add, 'checksum').at(-1)?.content ?? '')
  if (isHttpUrl(url)) {
    const digest = checksum === '' ? undefined : parseDigest(checksum)
    return { kind: 'http', url, filename: downloadName(url), ...(digest === undefined ? {} : { checksum: digest }) }
  }
  const git = gitTime(parseGitUrl(url))
  if (git?.kind !== 'git') return git
  const keepGitDir = git.keepGitDir || flagOn(add, 'keep-git-dir') === true
  return { ...git, keepGitDir, ...(checksum === '' ? {} : { checksum }) }
}

function gitTime(parsed: ReturnType<typeof parseGitUrl>): (EpochSource & { readonly kind: 'git' }) | undefined {
  if (parsed === undefined || 'error' in parsed) return undefined
  const { keepGitDir = false, submodules = true, ...git } = parsed.git
  return { kind: 'git', ...git, keepGitDir, submodules }
}
