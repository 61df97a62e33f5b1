import type { Location } from '../core/index.ts'
import { type Environment, expandWord, flagsNamed, type Instruction } from '../dockerfile/index.ts'
import { type Platform, parsePlatform } from '../oci/index.ts'
import type { Draft } from './draft.ts'
import { findNamedContext } from './named-context.ts'
import { errorDiagnostic } from './notices.ts'
import { lookUpImage, openContext, similarNames } from './source-book.ts'
import type { TreeSource } from './stage-graph.ts'

type From = Extract<Instruction, { kind: 'FROM' }>

export interface ResolvedBase {
  readonly base: TreeSource
  readonly baseText: string
  readonly platform: Platform
  readonly overridden: boolean
}

/**
 * What a FROM line starts from. Variables are those of the global scope. A name that equals an earlier stage's, letter
 * by letter and in lower case, is that stage; otherwise it is an image. A named context with the stage's own name takes
 * the place of the whole stage.
 */
export function resolveBase(draft: Draft, from: From, earlier: ReadonlyMap<string, number>): ResolvedBase {
  const at = { source: draft.file.source, span: from.image.span }
  const baseText = expandFrom(draft, from.image.text, at)
  const asked = askedPlatform(draft, from)
  const platform = asked ?? draft.options.platform
  const overriding = overridingContext(draft, from, platform)
  if (overriding !== undefined) return { base: overriding, baseText, platform, overridden: true }
  const stage = earlier.get(baseText)
  if (stage !== undefined) {
    const inherited = draft.stages[stage]?.platform ?? platform
    return { base: { kind: 'stage', stage }, baseText, platform: inherited, overridden: false }
  }
  if (baseText === '') return { base: { kind: 'scratch' }, baseText, platform, overridden: false }
  const found = lookUpImage(draft.book, baseText, {
    platform,
    at,
    // `FROM node AS node` is no mistake for another stage.
    similarStages: similarNames(
      baseText,
      draft.stageNames.filter((name) => name !== from.as?.text.toLowerCase()),
    ),
  })
  if ('error' in found) {
    const hint = caseHint(draft, baseText)
    draft.diagnostics.push(errorDiagnostic('bad-reference', { message: found.error, at, hint }))
    return { base: { kind: 'scratch' }, baseText, platform, overridden: false }
  }
  // FROM scratch always belongs to the target platform, whatever --platform says.
  const own = found.source.kind === 'scratch' && baseText === 'scratch' ? draft.options.platform : platform
  return { base: found.source, baseText, platform: own, overridden: false }
}

const setGlobal = 'set the ARG before the first FROM, with a default or with --build-arg'

function expandFrom(draft: Draft, text: string, at: Location): string {
  const expanded = expandWord(text, globalEnvironment(draft), draft.file.escape)
  if ('error' in expanded) {
    draft.diagnostics.push(errorDiagnostic('bad-variable', { message: expanded.error, at, hint: expanded.hint }))
    return ''
  }
  if (expanded.value !== '') return expanded.value
  const message = `FROM ${text} names no image: its value is empty`
  const hint = text.includes('$') ? setGlobal : 'write FROM scratch for an empty base'
  draft.diagnostics.push(errorDiagnostic('bad-variable', { message, at, hint }))
  return ''
}

function askedPlatform(draft: Draft, from: From): Platform | undefined {
  const flag = flagsNamed(from, 'platform').at(-1)
  const text = flag?.content
  if (flag === undefined || text === undefined || text === '') return undefined
  const at = { source: draft.file.source, span: flag.span }
  const expanded = expandWord(text, globalEnvironment(draft), draft.file.escape)
  if ('error' in expanded) {
    draft.diagnostics.push(errorDiagnostic('bad-variable', { message: expanded.error, at, hint: expanded.hint }))
    return undefined
  }
  if (expanded.value === '') {
    const message = `--platform=${text} is empty`
    draft.diagnostics.push(errorDiagnostic('bad-variable', { message, at, hint: setGlobal }))
    return undefined
  }
  const platform = parsePlatform(expanded.value, draft.options.buildPlatform)
  if (!('error' in platform)) return platform
  draft.diagnostics.push(errorDiagnostic('bad-option-value', { message: platform.error, at }))
  return undefined
}

function overridingContext(draft: Draft, from: From, platform: Platform): TreeSource | undefined {
  if (from.as === undefined) return undefined
  const found = findNamedContext(from.as.text.toLowerCase(), platform, draft.options)
  if (found === undefined) return undefined
  const at = { source: draft.file.source, span: from.as.span }
  const opened = openContext(draft.book, found, { platform, at, similarStages: [] })
  if (!('error' in opened)) return opened.source
  draft.diagnostics.push(errorDiagnostic('bad-reference', { message: opened.error, at }))
  return { kind: 'scratch' }
}

function globalEnvironment(draft: Draft): Environment {
  return (name) => draft.scope.values.get(name)
}

/** `FROM Build` never means the stage `build`: stage names after FROM are compared in lower case only. */
function caseHint(draft: Draft, text: string): string | undefined {
  const lower = text.toLowerCase()
  if (lower === text || !draft.byName.has(lower)) return undefined
  return `the stage is called ${lower}; write FROM ${lower} (stage names after FROM must be in lower case)`
}
