import { posix } from 'node:path'
import type { Facts, StepModel } from '../facts.ts'
import { contextFilesAt } from './landing-places.ts'

/** A script of the context that an instruction starts. */
export interface StartScript {
  /** In the context. */
  readonly file: string
  readonly text: string
  /** What stands behind `#!`. */
  readonly interpreter?: string
}

/** The file of the context that the first program of a CMD, ENTRYPOINT or HEALTHCHECK is; undefined when it is none. */
export function startScript({ project, final }: Facts, { command, before }: StepModel): StartScript | undefined {
  if (project === undefined) return undefined
  for (const word of wordsOf(command)) {
    const path = posix.resolve(before.cwd, word)
    const found = filesAt({ project, final }, word.includes('/') ? [path] : onPath.map((place) => `${place}/${word}`))
    const [file] = found
    if (file === undefined) continue
    const text = project.text(file) ?? ''
    const interpreter = /^#![ \t]*(\S+(?:[ \t]+\S+)?)/.exec(text)?.[1]
    return { file, text, ...(interpreter === undefined ? {} : { interpreter }) }
  }
  return undefined
}

const onPath = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin']

/** The program, and what an init such as tini or a shell starts. */
function wordsOf(command: StepModel['command']): readonly string[] {
  const [first] = command?.script.commands ?? []
  if (first === undefined) return []
  const [next] = first.args.filter((arg) => !arg.startsWith('-'))
  const program = first.programWord?.value ?? first.program
  return /^(?:tini|dumb-init|sh|bash|ash|dash)$/.test(first.program) && next !== undefined ? [next] : [program]
}

function filesAt(
  { project, final }: { readonly project: NonNullable<Facts['project']>; readonly final: Facts['final'] },
  places: readonly string[],
): readonly string[] {
  const files = project.files.filter(({ kind, ignored }) => kind === 'file' && !ignored).map(({ path }) => path)
  return places.flatMap((place) => {
    const name = posix.basename(place)
    const candidates = files.filter((path) => posix.basename(path) === name)
    // A copy under another name is a copy of one file.
    return contextFilesAt(final, place, candidates.length > 0 ? candidates : files.slice(0, 500))
  })
}
