import type { StageModel, StepModel } from '../facts.ts'
import { installedPackages } from './installed-packages.ts'

const compilers =
  /^(?:gcc|g\+\+|clang|build-base|build-essential|alpine-sdk|base-devel|gcc-c\+\+|gcc-\d+|clang\d*|clang-\d+|tcc|musl-tools|@?development[- ]tools)$/

/** Whether a C compiler is there when a step of a stage runs; undefined where nobody can say. */
export function hasCompiler(stage: StageModel, step: StepModel): boolean | undefined {
  if (stage.base.hasCompiler === true) return true
  const at = stage.history.indexOf(step)
  const { names, hasUnknown } = installedPackages(stage.history.slice(0, at < 0 ? undefined : at + 1))
  if ([...names].some((name) => compilers.test(name))) return true
  return hasUnknown ? undefined : stage.base.hasCompiler
}
