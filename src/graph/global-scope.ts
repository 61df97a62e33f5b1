import type { Diagnostic } from '../core/index.ts'
import { type Dockerfile, expandWord, type Instruction } from '../dockerfile/index.ts'
import { formatPlatform } from '../oci/index.ts'
import { findEpochSource } from './epoch-source.ts'
import { errorDiagnostic } from './notices.ts'
import type { EpochSource, GraphOptions } from './stage-graph.ts'

/** What FROM lines can refer to, and what a stage imports with `ARG NAME`. */
export interface GlobalScope {
  readonly buildArgs: Readonly<Record<string, string>>
  readonly values: ReadonlyMap<string, string>
  readonly declared: ReadonlySet<string>
  readonly epoch?: number
  readonly epochSource?: EpochSource
  readonly diagnostics: readonly Diagnostic[]
}

type Declaration = Extract<Instruction, { kind: 'ARG' | 'ENV' | 'LABEL' }>

/**
 * The platform arguments and the ARGs before the first FROM, in order. A `--build-arg` replaces a default unexpanded;
 * a default that is not used is not expanded either, so `${X:?}` in it fails only when it counts.
 */
export function resolveGlobalScope(file: Dockerfile, options: GraphOptions, targetName: string): GlobalScope {
  const values = new Map(platformArguments(options, targetName))
  const declared = new Set<string>()
  const diagnostics: Diagnostic[] = []
  for (const instruction of globalDeclarations(file)) {
    for (const pair of instruction.pairs) {
      const name = pair.key.text
      declared.add(name)
      const given = options.buildArgs[name]
      if (given !== undefined) {
        values.set(name, given)
      } else if (pair.value !== undefined) {
        const expanded = expandWord(pair.value.text, (variable) => values.get(variable), file.escape)
        if ('error' in expanded) {
          const at = { source: file.source, span: pair.span }
          const { error, hint } = expanded
          diagnostics.push(errorDiagnostic('bad-variable', { message: `ARG ${name}: ${error}`, at, hint }))
        } else values.set(name, expanded.value)
      }
    }
  }
  return withEpoch({ buildArgs: options.buildArgs, values, declared, diagnostics }, file, options)
}

function globalDeclarations(file: Dockerfile): readonly Declaration[] {
  const first = file.instructions.findIndex((instruction) => instruction.kind === 'FROM')
  const before = first < 0 ? file.instructions : file.instructions.slice(0, first)
  return before.filter((instruction): instruction is Declaration => instruction.kind === 'ARG')
}

function platformArguments(options: GraphOptions, targetName: string): readonly (readonly [string, string])[] {
  const { platform, buildPlatform, buildArgs } = options
  const builtIn = [
    ['BUILDPLATFORM', formatPlatform(buildPlatform)],
    ['BUILDOS', buildPlatform.os],
    ['BUILDOSVERSION', buildPlatform['os.version'] ?? ''],
    ['BUILDARCH', buildPlatform.architecture],
    ['BUILDVARIANT', buildPlatform.variant ?? ''],
    ['TARGETPLATFORM', formatPlatform(platform)],
    ['TARGETOS', platform.os],
    ['TARGETOSVERSION', platform['os.version'] ?? ''],
    ['TARGETARCH', platform.architecture],
    ['TARGETVARIANT', platform.variant ?? ''],
    ['TARGETSTAGE', targetName === '' ? 'default' : targetName],
  ] as const
  return builtIn.map(([name, value]) => [name, buildArgs[name] ?? value] as const)
}

/**
 * SOURCE_DATE_EPOCH from `--build-arg`, else from a global ARG. An empty value switches it off, also for steps; a value
 * that is no number names where the time comes from.
 */
function withEpoch(scope: GlobalScope, file: Dockerfile, options: GraphOptions): GlobalScope {
  const name = 'SOURCE_DATE_EPOCH'
  const written = scope.buildArgs[name] ?? (scope.values.get(name) || undefined)
  if (written === undefined) return scope
  if (/^[+-]?\d+$/.test(written)) return setEpoch(scope, Number(written))
  if (written === '') return setEpoch(scope, undefined)
  const source = findEpochSource(written, file, { options, globals: scope.values })
  if (!('error' in source)) return { ...setEpoch(scope, options.namedEpoch?.seconds), epochSource: source }
  const { error: message, at } = source
  const hint =
    'give seconds since 1970, "context", or the name of a stage FROM scratch that only ADDs a URL or repository'
  return { ...scope, diagnostics: [...scope.diagnostics, errorDiagnostic('bad-option-value', { message, at, hint })] }
}

function setEpoch(scope: GlobalScope, epoch: number | undefined): GlobalScope {
  const name = 'SOURCE_DATE_EPOCH'
  const { [name]: given, ...others } = scope.buildArgs
  const values = new Map(scope.values)
  if (epoch === undefined) {
    values.delete(name)
    return { ...scope, buildArgs: others, values }
  }
  if (values.has(name)) values.set(name, String(epoch))
  return { ...scope, buildArgs: given === undefined ? others : { ...others, [name]: String(epoch) }, values, epoch }
}
