import { describedBy, type Dockerfile, flagValue } from '../dockerfile/index.ts'
import type { Location } from '../core/index.ts'

/** A stage that `--target` can name. */
export interface Target {
  /** Absent for a stage without a name. */
  readonly name?: string
  /** It is built when no target is named. */
  readonly isDefault: boolean
  readonly description?: string
  /** As written behind FROM. */
  readonly base: string
  /** As written behind `--platform=`. */
  readonly platform?: string
  readonly at: Location
}

/** The stages of a file. The description is the comment above FROM that begins with the stage's name. */
export function listTargets(file: Dockerfile): readonly Target[] {
  const froms = file.instructions.filter((instruction) => instruction.kind === 'FROM')
  return froms.map((from, index) => {
    const name = from.as?.text.toLowerCase()
    const description = name === undefined ? undefined : describedBy(from, name)
    const platform = flagValue(from, 'platform')
    return {
      ...(name === undefined ? {} : { name }),
      isDefault: index === froms.length - 1,
      ...(description === undefined ? {} : { description }),
      base: from.image.text,
      ...(platform === undefined || platform === '' ? {} : { platform }),
      at: { source: file.source, span: from.span },
    }
  })
}
