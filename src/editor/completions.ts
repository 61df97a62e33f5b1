import type { Span } from '../core/index.ts'
import { type Dockerfile, flagNames, type Instruction, keywords } from '../dockerfile/index.ts'
import { type CompletionPlace, completionPlace } from './completion-place.ts'

/** Something that can be written at the cursor. */
export interface Completion {
  readonly label: string
  readonly kind: 'keyword' | 'flag' | 'stage' | 'file' | 'directory' | 'variable' | 'value'
  /** What it replaces: the part of the word that is there already. */
  readonly replaces: Span
  readonly text: string
  readonly detail?: string
}

/** What a directory of the context holds: names, directories with a slash behind. */
export type ListDirectory = (path: string) => readonly string[]

/** What can be written at an offset of a Dockerfile. */
export function completionsAt(file: Dockerfile, offset: number, list: ListDirectory): readonly Completion[] {
  const place = completionPlace(file, offset)
  if (place === undefined) return []
  const typed = file.source.text.slice(place.typed.start, place.typed.end)
  return candidates(file, offset, { place, list })
    .filter(({ label }) => label.toLowerCase().startsWith(typed.toLowerCase()))
    .map((one) => ({ replaces: place.typed, text: one.label, ...one }))
}

type Candidate = Pick<Completion, 'label' | 'kind'> & Partial<Completion>

function candidates(
  file: Dockerfile,
  offset: number,
  { place, list }: { readonly place: CompletionPlace; readonly list: ListDirectory },
): readonly Candidate[] {
  switch (place.kind) {
    case 'keyword':
      return keywords.map((label) => ({ label: inCaseOf(file, label), kind: 'keyword' }))
    case 'flag':
      return flagNames(place.keyword)
        .filter((name) => name === 'mount' || name === 'exclude' || !place.present.includes(name))
        .map((name) => ({ label: `--${name}`, kind: 'flag' }))
    case 'flag-value':
      return flagValues(file, offset, place)
    case 'mount-option':
      return mountOptions.filter((name) => !place.present.includes(name)).map((label) => ({ label, kind: 'flag' }))
    case 'mount-value':
      return mountValues(file, offset, place.option)
    case 'variable':
      return variablesBefore(file, offset).map((label) => ({
        label,
        kind: 'variable',
        text: place.braced ? `${label}}` : label,
      }))
    case 'argument':
      return argumentsOf(file, offset, { place, list })
  }
}

function flagValues(
  file: Dockerfile,
  offset: number,
  { keyword, flag }: Extract<CompletionPlace, { kind: 'flag-value' }>,
): readonly Candidate[] {
  if (keyword === 'COPY' && flag === 'from') return stagesBefore(file, offset)
  const values = (flag === 'platform' && ['$BUILDPLATFORM', '$TARGETPLATFORM', 'linux/amd64', 'linux/arm64']) || []
  const network = (flag === 'network' && ['default', 'none', 'host']) || []
  const security = (flag === 'security' && ['sandbox', 'insecure']) || []
  return [...values, ...network, ...security].map((label) => ({ label, kind: 'value' }))
}

const mountOptions = [
  'type',
  'target',
  'source',
  'from',
  'id',
  'sharing',
  'uid',
  'gid',
  'mode',
  'required',
  'env',
  'ro',
  'rw',
  'size',
]

function mountValues(file: Dockerfile, offset: number, option: string): readonly Candidate[] {
  if (option === 'from') return stagesBefore(file, offset)
  const values = {
    type: ['bind', 'cache', 'tmpfs', 'secret', 'ssh'],
    sharing: ['shared', 'private', 'locked'],
    required: ['true', 'false'],
  }
  return (values[option as keyof typeof values] ?? []).map((label) => ({ label, kind: 'value' }))
}

function argumentsOf(
  file: Dockerfile,
  offset: number,
  { place, list }: { readonly place: Extract<CompletionPlace, { kind: 'argument' }>; readonly list: ListDirectory },
): readonly Candidate[] {
  const { keyword, position, flags, typed } = place
  if (keyword === 'FROM') {
    if (position === 0) return [...stagesBefore(file, offset), { label: 'scratch', kind: 'value' }]
    return position === 1 ? [{ label: inCaseOf(file, 'AS'), kind: 'keyword' }] : []
  }
  if (keyword === 'ONBUILD' && position === 0) return keywords.map((label) => ({ label, kind: 'keyword' }))
  if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.has('from')) return []
  const text = file.source.text.slice(typed.start, typed.end)
  const directory = text.slice(0, text.lastIndexOf('/') + 1)
  return list(directory === '' ? '.' : directory).map((name) => ({
    label: `${directory}${name}`,
    kind: name.endsWith('/') ? 'directory' : 'file',
  }))
}

/** Stages that an instruction at the offset can name, with what they start from. */
function stagesBefore({ instructions }: Dockerfile, offset: number): readonly Candidate[] {
  const froms = instructions.filter((one): one is Extract<Instruction, { kind: 'FROM' }> => one.kind === 'FROM')
  // The stage that the cursor is in cannot be copied from, and a FROM line cannot name itself.
  const above = froms.filter(
    (from, index) => from.span.end < offset && (froms[index + 1]?.span.start ?? Infinity) <= offset,
  )
  const ending = froms.filter(({ span }) => span.end < offset)
  const named = isOnFrom(instructions, offset) ? ending : above
  return named.flatMap(({ as, image }) =>
    as === undefined ? [] : [{ label: as.text, kind: 'stage' as const, detail: `FROM ${image.text}` }],
  )
}

function isOnFrom(instructions: readonly Instruction[], offset: number): boolean {
  return instructions.some(({ kind, span }) => kind === 'FROM' && span.start <= offset && offset <= span.end + 1)
}

/** Names that ARG and ENV have set: those above the first FROM, and those of the stage so far. */
function variablesBefore({ instructions }: Dockerfile, offset: number): readonly string[] {
  const above = instructions.filter(({ span }) => span.end < offset)
  const start = above.findLastIndex(({ kind }) => kind === 'FROM')
  const own = isOnFrom(instructions, offset)
    ? above.slice(0, above.findIndex(({ kind }) => kind === 'FROM') >>> 0)
    : above.slice(start + 1)
  const names = own.flatMap((one) =>
    one.kind === 'ARG' || one.kind === 'ENV' ? one.pairs.map(({ key }) => key.text) : [],
  )
  return [...new Set(names)].sort()
}

/** Whoever writes keywords in small letters goes on so. */
function inCaseOf({ instructions }: Dockerfile, word: string): string {
  const written = instructions.map(({ keyword }) => keyword.text)
  const isSmall = written.length > 0 && written.every((text) => text === text.toLowerCase())
  return isSmall ? word.toLowerCase() : word
}
