import { posix } from 'node:path'
import type { Facts, StageModel } from '../facts.ts'
import { type BuildAction, cargoTarget, mayBeIn, resultsOf } from './build-results.ts'
import { finalCopies } from './final-copies.ts'
import { contextDirectoryOf, inDirectory } from './manifest-at.ts'
import { isWithin } from './origins.ts'
import { actionsIn, type StepAction } from './steps.ts'

/** A native program that is built and shipped. */
export interface ShippedProgram {
  readonly build: StepAction<'build'>
  /** Where it is built. */
  readonly stage: StageModel
  /** In that stage. */
  readonly path: string
  /** The line that brings it into the final image, and where it may lie there. */
  readonly lands: { readonly line: number; readonly paths: readonly string[] }
}

/** Compilers whose programs carry symbols. */
const native = /^(?:go|cargo|gcc|g\+\+|cc|c\+\+|clang|clang\+\+)$/

/** The programs of Go, Rust and C that the file builds and the final image has, each with the last build that makes it. */
export function shippedPrograms(facts: Facts): readonly ShippedProgram[] {
  const own = nativeBuilds(facts.final).map((build) => {
    const path = pathOf(build.action)
    return { build, stage: facts.final, path, lands: { line: build.step.line, paths: at(path) } }
  })
  const copied = finalCopies(facts).flatMap(({ stage, path, source, step }) => {
    if (stage === undefined) return []
    const build = nativeBuilds(stage).findLast(({ action }) =>
      makes(facts, stage, action, { path, wildcard: source.hasWildcard }),
    )
    const lands = { line: step.line, paths: at(step.transfer?.destination ?? '/') }
    return build === undefined ? [] : [{ build, stage, path, lands }]
  })
  return [...own, ...copied]
}

/** Whether the symbols of a program are gone when it is copied: by flags, by the project's settings, by strip or upx. */
export function isStripped(facts: Facts, { build, stage, path }: ShippedProgram): boolean {
  const { action, step } = build
  if (action.stripped === true) return true
  const place =
    action.directory === undefined
      ? undefined
      : contextDirectoryOf(facts, stage, { directory: action.directory, kind: 'rust' })
  if (action.tool === 'cargo' && inDirectory(facts.project?.rust, place)?.strips === true) return true
  // A profile of its own, or settings of cargo that nobody has read.
  if (action.tool === 'cargo' && action.command.args.some((word) => word.startsWith('--profile'))) return true
  const behind = stage.history
    .slice(stage.history.indexOf(step))
    .concat(stage === facts.final ? [] : facts.final.history)
  return actionsIn(behind, 'strip', 'other').some((later) => {
    if (later.action.kind === 'strip')
      return later.action.paths.some((gone) => touches(gone, path) || gone.includes('*'))
    return /^(?:upx|sstrip|objcopy|.*-strip|goupx)$/.test(later.action.command.program)
  })
}

function touches(stripped: string, path: string): boolean {
  return (
    isWithin(stripped, path) ||
    isWithin(path, stripped) ||
    posix.basename(stripped) === posix.basename(path) ||
    !stripped.startsWith('/')
  )
}

function nativeBuilds(stage: StageModel): readonly StepAction<'build'>[] {
  return actionsIn(stage.history, 'build').filter(
    ({ action }) => native.test(action.tool) && action.script !== 'generate' && !isObject(action),
  )
}

/** `gcc -c`: an object file keeps what the linker needs. */
function isObject({ tool, command }: BuildAction): boolean {
  return (
    !/^(?:go|cargo)$/.test(tool) && command.args.some((word) => word === '-c' || word === '-shared' || word === '-E')
  )
}

function makes(
  facts: Facts,
  stage: StageModel,
  action: BuildAction,
  { path, wildcard }: { readonly path: string; readonly wildcard: boolean },
): boolean {
  const wanted = wildcard ? posix.dirname(path) : path
  const results = resultsOf(facts, stage, action)
  if (results !== undefined) return mayBeIn(results, wanted)
  // `-o /out/$name`, `--root /out`: a program below what is known of it.
  if (action.outputs.length > 0) return action.outputs.some((output) => isBelow(wanted, output))
  // Where it goes is not known: a file in the directory of the build is taken for it.
  return action.directory !== undefined && posix.dirname(wanted) === action.directory
}

function isBelow(wanted: string, output: string): boolean {
  const place = output.includes('$') ? posix.dirname(`${output.slice(0, output.indexOf('$'))}x`) : output
  return place.startsWith('/') && place !== '/' && (isWithin(wanted, place) || isWithin(place, wanted))
}

/** A file, or a directory with what is in it. */
function at(path: string): readonly string[] {
  const place = path.replace(/\/+$/, '')
  return place === '' ? [] : [place, `${place}/**`]
}

function pathOf(action: BuildAction): string {
  return action.outputs[0] ?? (action.tool === 'cargo' ? (cargoTarget(action) ?? '/') : (action.directory ?? '/'))
}
