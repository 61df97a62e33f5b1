import { statSync } from 'node:fs'
import path from 'node:path'
import { type Budgets, hasLimits } from '../../analysis/index.ts'
import { type Location, SlipwayError } from '../../core/index.ts'
import { settingsReader } from '../check/settings.ts'

/** Budgets and where they are written. */
export interface Policy {
  readonly budgets: Budgets
  /** The file, absolute; absent where it was found and not named. */
  readonly file?: string
  /** Absolute: places of images are relative to it. */
  readonly directory: string
  readonly placeOf: (keys: readonly string[]) => Location
}

/**
 * The budgets of a named settings file, or of the nearest one upwards of a directory; undefined where nothing is limited. Rejects
 * with `config-invalid`, also for a named file without budgets.
 */
export async function readPolicy(
  named: string | undefined,
  { cwd, near }: { readonly cwd: string; readonly near: string | undefined },
): Promise<Policy | undefined> {
  const file = named === undefined ? undefined : path.resolve(cwd, named)
  if (file === undefined && near === undefined) return undefined
  const settings = await settingsReader({ cwd, ...(file === undefined ? {} : { file }) }).near(near ?? cwd)
  const { budgets, directory, placeOf } = settings ?? {}
  if (budgets !== undefined && hasLimits(budgets) && directory !== undefined && placeOf !== undefined)
    return { budgets, directory, placeOf, ...(file === undefined ? {} : { file }) }
  if (named === undefined) return undefined
  throw new SlipwayError('config-invalid', `${named} has no budgets`, { hint: 'add them: docs/concepts/budgets.md' })
}

/** Where settings for a build are looked for: beside its Dockerfile; undefined for builds of other machines' files. */
export function placeOfBuild({
  context,
  dockerfile,
  cwd,
}: {
  readonly context: string
  readonly dockerfile?: string
  readonly cwd: string
}): string | undefined {
  const file = dockerfile === undefined || dockerfile === '-' ? undefined : path.resolve(cwd, dockerfile)
  if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() === true) return path.dirname(file)
  const directory = path.resolve(cwd, context)
  return statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true ? directory : undefined
}
