import type { Source, Span } from '../../core/index.ts'
import { parseScript, type ShellCommand, type ShellWord } from '../../shell/index.ts'
import type { PlacedText } from '../yaml-document.ts'
import { type Argument, readBuild, readKaniko } from './build-command.ts'
import type { Deed } from './deed.ts'
import { readScan, scannerImage } from './scanners.ts'

/** What a script of a pipeline depends on. */
export interface ScriptSurroundings {
  readonly source: Source
  /** Variables that the pipeline sets to texts. */
  readonly variables: ReadonlyMap<string, string>
  /** The pipeline goes on when the step fails. */
  readonly tolerant: boolean
}

/** What the commands of a script do with images. */
export function scriptDeeds({ text, toSourceOffset }: PlacedText, around: ScriptSurroundings): readonly Deed[] {
  // Most scripts have nothing to do with images: they are not worth parsing.
  if (
    !/docker|podman|buildah|nerdctl|kaniko|skopeo|crane|slipway|depot|scan|trivy|grype|snyk|dive|clair|anchore|vuln|wizcli|\bjf\b|twistcli/i.test(
      text,
    )
  )
    return []
  const { commands } = parseScript(withoutTemplates(text), { toSourceOffset, variables: around.variables })
  return commands.flatMap((command) => commandDeeds(command, around))
}

/** `${{ … }}` and `${env.NAME}` are no shell: they are filled in before, and stand here as a word of the same length. */
function withoutTemplates(text: string): string {
  return text.replace(/\$\{\{[^]*?\}\}|\{\{[^]*?\}\}|<<[ \w.-]+>>|\$\{[^}\n]*[.(][^}\n]*\}/g, (token) =>
    token.replace(/[^\n]/g, '_'),
  )
}

function commandDeeds(command: ShellCommand, around: ScriptSurroundings): readonly Deed[] {
  const words = command.words.map((word, index) =>
    argument(word, { source: around.source, value: command.args[index] ?? word.text }),
  )
  const tolerant = around.tolerant || command.failureIgnored
  return deedsOf({ program: command.program, words, span: command.span }, tolerant, command)
}

interface Call {
  readonly program: string
  readonly words: readonly Argument[]
  readonly span: Span
}

function deedsOf(call: Call, tolerant: boolean, command: ShellCommand): readonly Deed[] {
  const { program, words, span } = call
  const texts = words.map(({ text }) => text)
  const scan = readScan(program, texts)
  if (scan !== undefined) return [{ kind: 'scan', tool: scan.tool, span, gates: scan.gates && !tolerant }]
  const budget = budgetTool(program, texts, command)
  if (budget !== undefined) return [{ kind: 'budget', tool: budget, span }]
  if (/^(?:docker|podman|nerdctl|buildah|img|depot|slipway)$/.test(program)) return engineDeeds(call, tolerant, command)
  if (program === 'executor' || program === 'kaniko') return [{ kind: 'build', build: readKaniko(words, span) }]
  if (program === 'docker-compose') return composeDeeds(words, span)
  if (program === 'crane' && texts[0] === 'push') return [push(span, texts.at(-1))]
  if (program === 'skopeo' && texts[0] === 'copy') return [push(span, texts.at(-1)?.replace(/^docker:\/\//, ''))]
  return []
}

/** The words after the global options, which may stand before the subcommand. */
function subcommand(words: readonly Argument[]): readonly Argument[] {
  let at = 0
  while (words[at]?.text.startsWith('-') === true)
    at += /^(?:-H|--host|-c|--context|--config|-l|--log-level)$/.test(words[at]?.text ?? '') ? 2 : 1
  const rest = words.slice(at)
  return /^(?:image|builder)$/.test(rest[0]?.text ?? '') ? rest.slice(1) : rest
}

function engineDeeds({ words, span }: Call, tolerant: boolean, command: ShellCommand): readonly Deed[] {
  const [verb, ...rest] = subcommand(words)
  switch (verb?.text) {
    case 'build':
    case 'bud':
    case 'b':
      return [{ kind: 'build', build: readBuild(rest, span) }]
    case 'buildx':
      return buildxDeeds(rest, span)
    case 'push':
      return [pushDeed(rest, span)]
    case 'tag':
      return rest.length < 2 ? [] : [{ kind: 'tag', from: rest[0]?.text ?? '', to: rest[1]?.text ?? '' }]
    case 'compose':
      return composeDeeds(rest, span)
    case 'bake':
      return bakeDeeds(rest, span)
    case 'run':
      return runDeeds(rest, { span, tolerant, command })
    default:
      return []
  }
}

function buildxDeeds(words: readonly Argument[], span: Span): readonly Deed[] {
  const at = words.findIndex(({ text }) => /^(?:build|b|bake)$/.test(text))
  if (at < 0) return []
  const rest = words.slice(at + 1)
  return words[at]?.text === 'bake' ? bakeDeeds(rest, span) : [{ kind: 'build', build: readBuild(rest, span) }]
}

function bakeDeeds(words: readonly Argument[], span: Span): readonly Deed[] {
  const sends = words.some(
    ({ text }) => /^--push(?:=true)?$/.test(text) || /output=.*(?:type=registry|push=true)/.test(text),
  )
  return sends ? [push(span, undefined)] : []
}

function composeDeeds(words: readonly Argument[], span: Span): readonly Deed[] {
  const verbs = words.map(({ text }) => text)
  return verbs.includes('push') || (verbs.includes('build') && verbs.includes('--push')) ? [push(span, undefined)] : []
}

function pushDeed(words: readonly Argument[], span: Span): Deed {
  const allTags = words.some(({ text }) => text === '-a' || text === '--all-tags')
  const images = words.filter(({ text }) => !text.startsWith('-')).map(({ text }) => text.replace(/^docker:\/\//, ''))
  return { ...push(span, images.at(-1)), ...(allTags ? { allTags } : {}) }
}

function push(span: Span, image: string | undefined): Deed & { readonly kind: 'push' } {
  return { kind: 'push', span, ...(image === undefined ? {} : { image }) }
}

/** `docker run … SCANNER-IMAGE ARGS` is what the scanner would be called with. */
function runDeeds(
  words: readonly Argument[],
  { span, tolerant, command }: { readonly span: Span; readonly tolerant: boolean; readonly command: ShellCommand },
): readonly Deed[] {
  const at = words.findIndex(
    ({ text }) => scannerImage(text) !== undefined || /(?:^|\/)dive(?::|$)|kaniko\S*\/executor/.test(text),
  )
  const image = words[at]?.text ?? ''
  const rest = words.slice(at + 1)
  if (at < 0) return []
  if (/executor/.test(image)) return [{ kind: 'build', build: readKaniko(rest, span) }]
  const program = scannerImage(image) ?? 'dive'
  // `-e CI=true` stands before the image.
  const options = program === 'dive' ? words : rest
  return deedsOf({ program, words: options, span }, tolerant, command)
}

/** A judgement about size or layers that can fail the step. */
function budgetTool(program: string, args: readonly string[], command: ShellCommand): string | undefined {
  const line = args.join(' ')
  if (program === 'dive') {
    const inCi = /(?:^| )--ci(?:=true)?(?: |$)|\bCI=(?:true|1)\b/.test(line)
    return inCi ||
      /^(?:true|1)$/.test(command.variables.get('CI') ?? '') ||
      command.assignments.some(({ name, value }) => name === 'CI' && value !== 'false')
      ? 'dive'
      : undefined
  }
  if (program === 'slipway')
    return /^(?:check|analyze|budget)\b/.test(line) && /budget|--max-|slipway\.ya?ml/.test(line) ? 'slipway' : undefined
  if (!/^(?:docker|podman|nerdctl)$/.test(program)) return undefined
  const asksSize =
    /^(?:image )?inspect\b.*\.(?:Size|RootFS)\b/.test(line) ||
    /^(?:images|image ls|history)\b.*\.Size\b/.test(line) ||
    /^manifest inspect\b.*size/i.test(line)
  return asksSize ? 'docker inspect' : undefined
}

/** A word with known variables filled in; with templates in it, as it stands in the file. */
function argument(word: ShellWord, { source, value }: { readonly source: Source; readonly value: string }): Argument {
  const raw = source.text.slice(word.span.start, word.span.end)
  const isTemplate = /\$\{\{|\{\{|<<|\$\{[^}]*[.(]/.test(raw)
  return { text: isTemplate || word.value === undefined ? unquoted(raw) : value, span: word.span }
}

function unquoted(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? '')
}

/** For other notations: the options in a text like those on a command line. */
export function wordsOfText({ text, toSourceOffset }: PlacedText, source: Source): readonly Argument[] {
  const { commands } = parseScript(`docker ${withoutTemplates(text)}`, {
    toSourceOffset: (offset) => toSourceOffset(Math.max(0, offset - 7)),
  })
  const command = commands[0]
  return (command?.words ?? []).map((word, index) =>
    argument(word, { source, value: command?.args[index] ?? word.text }),
  )
}
