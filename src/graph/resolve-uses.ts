import type { ErrorCode, Location, RelatedNote } from '../core/index.ts'
import { type Flag, flagsNamed } from '../dockerfile/index.ts'
import type { Draft } from './draft.ts'
import { findNamedContext } from './named-context.ts'
import { errorDiagnostic } from './notices.ts'
import { lookUpImage, similarNames, stageHint } from './source-book.ts'
import type { Step, TreeSource } from './stage-graph.ts'
import { looksLikeStage } from './unknown-name.ts'

/** An instruction with the place it comes from. */
export type RawStep = Omit<Step, 'uses'>

/** The step with the trees its `--from` and `--mount=…,from=` name. `stage` is where it runs. */
export function resolveStep(draft: Draft, stage: number, raw: RawStep): Step {
  const { instruction } = raw
  if (instruction.kind === 'COPY') {
    const flag = flagsNamed(instruction, 'from').at(-1)
    if (flag?.content === undefined || flag.content === '') return { ...raw, uses: [] }
    return { ...raw, uses: [copySource(draft, stage, place(raw, flag))] }
  }
  if (instruction.kind === 'RUN') {
    return { ...raw, uses: flagsNamed(instruction, 'mount').map((flag) => mountSource(draft, stage, place(raw, flag))) }
  }
  return { ...raw, uses: [] }
}

interface Place {
  readonly text: string
  readonly at: Location
  /** Of a trigger: the FROM line that has triggered it. */
  readonly related: readonly RelatedNote[]
}

function place({ at: { source }, related }: RawStep, { content = '', value, span }: Flag): Place {
  return { text: content, at: { source, span: value?.span ?? span }, related }
}

/** `COPY --from`: a number counts FROM lines; anything that expansion would change is refused. */
function copySource(draft: Draft, stage: number, { text, at, related }: Place): TreeSource | undefined {
  if (/[$'"\\]/.test(text)) {
    const hint = 'give the image a stage of its own, FROM $NAME AS tools, and copy from that stage'
    report(draft, 'bad-variable', {
      message: `COPY --from=${text}: variables are not expanded here`,
      at,
      related,
      hint,
    })
    return undefined
  }
  if (!/^[+-]?\d+$/.test(text)) return namedSource(draft, stage, { text, at, related })
  const index = Number(text)
  if (index >= 0 && index < draft.stages.length) return { kind: 'stage', stage: index }
  const count = draft.stages.length
  const hint = `the file has ${count} FROM line${count === 1 ? '' : 's'}, numbered from 0`
  report(draft, 'unknown-stage', { message: `there is no stage ${text}`, at, related, hint })
  return undefined
}

/** `RUN --mount=…,from=`: never a number. */
function mountSource(draft: Draft, stage: number, given: Place): TreeSource | undefined {
  const from = mountFrom(given.text)
  return from === undefined || from === '' ? undefined : namedSource(draft, stage, { ...given, text: from })
}

/** The `from` of a mount, before variables are expanded: BuildKit looks for it in the raw text as well. */
function mountFrom(text: string): string | undefined {
  const fields = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
  const values = fields.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
  return values.findLast((field) => /^from=/i.test(field))?.slice('from='.length)
}

function namedSource(draft: Draft, stage: number, { text, at, related }: Place): TreeSource | undefined {
  const found = draft.byName.get(text.toLowerCase())
  if (found !== undefined) return { kind: 'stage', stage: found }
  const { platform } = draft.options
  const named = findNamedContext(text, platform, draft.options)
  if (named === undefined && looksLikeStage(text, draft.stageNames, draft.options)) {
    const message = `no stage is called ${text}, and no build context is`
    const hint = stageHint(text, draft.stageNames)
    const diagnostic = errorDiagnostic('unknown-stage', { message, at, related, hint })
    draft.conditional.push({ stage, diagnostic })
    return undefined
  }
  // Numbers are no stages here, unlike in COPY --from: the stage of that number has a name, or can be given one.
  const counted = /^\d+$/.test(text) ? draft.stages[Number(text)]?.name : undefined
  const similarStages = counted === undefined ? similarNames(text, draft.stageNames) : [counted]
  const wanted = { platform, at, similarStages }
  const opened = lookUpImage(draft.book, text, wanted)
  if (!('error' in opened)) return opened.source
  report(draft, 'bad-reference', { message: opened.error, at, related, hint: stageHint(text, draft.stageNames) })
  return undefined
}

function report(
  draft: Draft,
  code: ErrorCode,
  parts: Omit<Place, 'text'> & { readonly message: string; readonly hint?: string },
): void {
  draft.diagnostics.push(errorDiagnostic(code, parts))
}
