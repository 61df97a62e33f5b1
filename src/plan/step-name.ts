import { type EscapeCharacter, type Environment, expansionsOf, expandWord } from '../dockerfile/index.ts'
import { formatPlatform, normalizePlatform, type Platform, parsePlatform } from '../oci/index.ts'
import type { StepContext } from './stage-state.ts'

/** `[build 2/5] RUN npm ci`: counts the step and puts stage, position and, in builds for several platforms, platform before it. */
export function numberedName(context: StepContext, text: string): string {
  const { counter, step } = context
  if (counter.total === 0) return text
  counter.current += 1
  const position = `${String(counter.current).padStart(String(counter.total).length)}/${counter.total}`
  return `[${stagePrefix(context, true)}${position}] ${step.trigger ? 'ONBUILD ' : ''}${text}`
}

/** The same for a FROM line, which is no step of the stage but counts as one. */
export function baseName(context: Omit<StepContext, 'step' | 'ignoreCache'>, text: string): string {
  const { counter } = context
  counter.current += 1
  const position = `${String(counter.current).padStart(String(counter.total).length)}/${counter.total}`
  return `[${stagePrefix(context, false)}${position}] ${text}`
}

/** The text of COPY, ADD and WORKDIR for people: variables put in, quotes taken out. */
export function expandedText(text: string, env: Environment, escape: EscapeCharacter): string {
  const expanded = expandWord(text, env, escape)
  return 'error' in expanded ? text : expanded.value
}

/** The text of RUN for people: the shell expands it, so only variables that are set here are put in, quotes stay. */
export function partlyExpandedText(text: string, env: Environment, escape: EscapeCharacter): string {
  let shown = ''
  let at = 0
  for (const { name, start, end, operator } of expansionsOf(text, escape)) {
    const value = operator === '' ? env(name) : undefined
    if (value === undefined || start < at) continue
    shown += text.slice(at, start) + value
    at = end
  }
  return shown + text.slice(at)
}

/** `image…`, or the first line of a heredoc with `...` when there are more. */
export function summarizeHeredoc(body: string): string {
  const lines = body.trim().split(/\r?\n/)
  return (lines[0] ?? '') + (lines.length > 1 ? '...' : '')
}

function stagePrefix({ planning, stage, state }: Omit<StepContext, 'step' | 'ignoreCache'>, withEnv: boolean): string {
  const platform = planning.multiPlatform
    ? `${formatPlatform(state.platform)}${withEnv ? crossSuffix(state) : ''} `
    : ''
  return platform + (planning.graph.single ? '' : `${stage.label} `)
}

/** `->arm64` when the stage builds for another platform than it runs on, as its ARG TARGET… say. */
function crossSuffix({ env, platform }: StepContext['state']): string {
  const target = targetOf(env, platform)
  if (target === undefined) return ''
  const { os, architecture, variant } = normalizePlatform(target)
  if (os !== platform.os) return `->${formatPlatform(normalizePlatform(target))}`
  if (architecture === platform.architecture) return ''
  return `->${architecture}${variant === undefined ? '' : `/${variant}`}`
}

function targetOf(env: ReadonlyMap<string, string>, own: Platform): Platform | undefined {
  const whole = env.get('TARGETPLATFORM')
  const parsed = whole === undefined ? undefined : parsePlatform(whole, own)
  if (parsed !== undefined && !('error' in parsed)) return parsed
  const [os, architecture, variant] = ['TARGETOS', 'TARGETARCH', 'TARGETVARIANT'].map((name) => env.get(name))
  if (os === undefined && architecture === undefined && variant === undefined) return undefined
  return { os: os || own.os, architecture: architecture || own.architecture, ...(variant ? { variant } : {}) }
}
