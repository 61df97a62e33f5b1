import { compileIgnore } from '../../ignore/index.ts'
import type { ContextFile, Project } from '../../project/index.ts'
import type { Facts, MountModel, StepModel, TransferPath } from '../facts.ts'

/** A source of a COPY or ADD, or a bind mount, that takes something from the build context. */
export interface ContextUse {
  readonly step: StepModel
  /** Relative to the context; `''` for all of it; wildcards kept. */
  readonly path: string
  readonly hasWildcard: boolean
  /** It takes the context as a whole: `.`, `./`, `*`, `**`. */
  readonly isWhole: boolean
  /** Of COPY and ADD. */
  readonly source?: TransferPath
  /** Of RUN. */
  readonly mount?: MountModel
  readonly exclude: readonly string[]
}

/** Everything that takes files from the context, in the order of the file; stages that nobody builds included. */
export function contextUses({ stages }: Pick<Facts, 'stages'>): readonly ContextUse[] {
  return stages.flatMap(({ steps }) => steps.flatMap((step) => [...copied(step), ...mounted(step)]))
}

/** The files that a use takes: what the ignore file and `--exclude` leave of them. Directories are not among them. */
export function filesTaken(project: Project, use: ContextUse): readonly ContextFile[] {
  return filesNamed(project, use).filter(({ ignored }) => !ignored)
}

/** As `filesTaken`, with those that the ignore file keeps out. */
export function filesNamed(project: Project, { path, hasWildcard, exclude }: ContextUse): readonly ContextFile[] {
  const files = hasWildcard ? matching(project, path) : below(project, path)
  if (exclude.length === 0) return files.filter(isFile)
  const left = compileIgnore(exclude).ignored
  const start = hasWildcard || path === '' ? 0 : path.length + 1
  return files.filter((file) => isFile(file) && !left(file.path) && !left(file.path.slice(start)))
}

/** Files that the ignore file lets into the context. */
export function sentFiles(project: Project): readonly ContextFile[] {
  return project.files.filter((file) => isFile(file) && !file.ignored)
}

/** The path of a use up to its first wildcard: `dist` of `dist/*.js`; `''` when there is nothing before it. */
export function literalStart({ path, hasWildcard }: Pick<ContextUse, 'path' | 'hasWildcard'>): string {
  if (!hasWildcard) return path
  const parts = path.split('/')
  const first = parts.findIndex((part) => /[*?[]/.test(part))
  return parts.slice(0, first < 0 ? parts.length : first).join('/')
}

/** Whether a path lies in a directory, or is it. `''` is the root. */
export function isBelow(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`)
}

function copied(step: StepModel): readonly ContextUse[] {
  const { transfer } = step
  if (transfer?.from.kind !== 'context') return []
  return transfer.sources
    .filter(({ kind }) => kind === 'path')
    .map((source) => ({
      step,
      path: source.path,
      hasWildcard: source.hasWildcard,
      isWhole: isWhole(source.path),
      source,
      exclude: transfer.exclude,
    }))
}

function mounted(step: StepModel): readonly ContextUse[] {
  return step.mounts
    .filter(({ mount, source }) => mount.type === 'bind' && source?.kind === 'context')
    .map((mount) => {
      const path = relative(mount.mount.source ?? '')
      return { step, path, hasWildcard: false, isWhole: path === '', mount, exclude: [] }
    })
}

function isWhole(path: string): boolean {
  return path === '' || path === '*' || path === '**' || path === '**/*'
}

function relative(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function below(project: Project, path: string): readonly ContextFile[] {
  const one = project.file(path)
  return one !== undefined && one.kind !== 'directory' ? [one] : project.below(path)
}

/** A pattern of COPY means what one of an ignore file does: `*` stays within a name, a directory comes with its content. */
function matching(project: Project, pattern: string): readonly ContextFile[] {
  if (isWhole(pattern)) return project.files
  const { ignored: matches } = compileIgnore([pattern])
  return project.files.filter(({ path }) => matches(path))
}

function isFile({ kind }: ContextFile): boolean {
  return kind === 'file' || kind === 'link'
}
