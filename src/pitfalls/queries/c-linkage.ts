import type { Facts, StageModel } from '../facts.ts'
import { hasCompiler } from './compilers-at-hand.ts'
import type { LinkQuestion, MadeCode } from './made-code.ts'

type CLinkage = Pick<MadeCode, 'what' | 'isStatic' | 'libc'>

const compilers = /^(?:gcc|cc|clang|g\+\+|c\+\+|clang\+\+)$/

/** How compilers and builders of C and C++ link; undefined when what they make may be something else. */
export function linkageOfC(facts: Facts, stage: StageModel, { action, step }: LinkQuestion): CLinkage | undefined {
  const { command, tool } = action
  const { base } = stage
  const flags = [...command.args, ...['LDFLAGS', 'CFLAGS', 'CXXFLAGS'].map((name) => command.variables.get(name) ?? '')]
  const isDirect = compilers.test(tool)
  if (!isDirect && (!makesC(facts, stage) || hasCompiler(stage, step) !== true)) return undefined
  const what = /\+\+/.test(tool) || flags.includes('-lstdc++') || (!isDirect && hasCpp(facts)) ? 'c++' : 'c'
  if (action.static === true || flags.some((flag) => /(?:^|[\s='"])-{1,2}static(?:-pie)?(?=$|[\s'"])/.test(flag)))
    return { what, isStatic: true }
  if (!isDirect && settingsSayStatic(facts)) return { what, isStatic: true }
  const { libc } = base
  // `musl-gcc`, `x86_64-linux-musl-gcc`: the program needs musl wherever it was made.
  if (/musl/.test(`${action.targetArch ?? ''} ${command.program}`)) return { what, isStatic: false, libc: 'musl' }
  return { what, ...(libc === 'glibc' || libc === 'musl' ? { isStatic: false, libc } : {}) }
}

/** Sources of C lie in the context or were fetched, and no other language is built here. */
function makesC({ project }: Facts, { base, history }: StageModel): boolean {
  if (base.runtime !== undefined && base.runtime.language !== 'c') return false
  if (project?.files.some(({ path }) => /\.(?:c|cc|cpp|cxx|c\+\+)$/.test(path)) === true) return true
  return history.some(({ command }) =>
    command?.actions.some(({ kind }) => kind === 'clone' || kind === 'download' || kind === 'unpack'),
  )
}

function hasCpp({ project }: Facts): boolean {
  return project?.files.some(({ path }) => /\.(?:cc|cpp|cxx)$/.test(path)) ?? false
}

function settingsSayStatic({ project }: Facts): boolean {
  return (project?.files ?? []).some(
    ({ path }) =>
      /(?:^|\/)(?:GNU)?(?:[Mm]akefile|CMakeLists\.txt|CMakePresets\.json|meson\.build|[^/]+\.mk)$/.test(path) &&
      /-static(?![\w-])|default_library\s*=\s*static/.test(project?.text(path) ?? ''),
  )
}
