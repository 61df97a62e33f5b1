import { posix } from 'node:path'
import type { Facts, StepModel } from '../facts.ts'

/** A file that Node.js is started with. */
export interface StartedNodeFile {
  /** The instruction that names it. */
  readonly step: StepModel
  /** Absolute, in the final image. */
  readonly path: string
}

/** The `.js` file that the image starts with `node`; undefined when it starts something else, or nobody can say. */
export function startedNodeFile({ final }: Facts): StartedNodeFile | undefined {
  const { entrypoint, cmd, cwd } = final.end
  const own =
    final.base.distribution === 'distroless' && final.base.runtime?.language === 'node' && entrypoint === undefined
      ? ['node']
      : []
  // The shell form of ENTRYPOINT takes no arguments.
  const withCmd = entrypoint?.command?.form !== 'shell' ? cmd : undefined
  const words = [...own, ...wordsOf(entrypoint), ...wordsOf(withCmd)]
  const step = withCmd ?? entrypoint
  const file = fileOf(words)
  return step === undefined || file === undefined ? undefined : { step, path: posix.resolve(cwd, file) }
}

function wordsOf(step: StepModel | undefined): readonly string[] {
  const { form, argv = [], script } = step?.command ?? {}
  if (form === 'exec') return argv
  const [only, ...others] = script?.commands ?? []
  return only === undefined || others.length > 0 ? [] : [only.program, ...only.args]
}

const inits = new Set(['tini', 'dumb-init', 'catatonit', 'docker-entrypoint.sh'])

function fileOf(words: readonly string[]): string | undefined {
  const [first = '', ...rest] = words
  const name = posix.basename(first)
  if (inits.has(name)) return fileOf(rest.slice(rest.findIndex((word) => !word.startsWith('-'))))
  if (name !== 'node' && name !== 'nodejs') return undefined
  const at = rest.findIndex((word) => !word.startsWith('-'))
  const file = rest[at]
  const flags = rest.slice(0, at)
  // Loaders, and flags that take the next word for their value: who knows what is run then.
  if (file === undefined || !flags.every((flag) => plain.test(flag))) return undefined
  return /^[^$]+\.js$/.test(file) ? file : undefined
}

const plain = /^--(?:enable-source-maps|no-warnings|trace-[\w-]+|max-[\w-]+=.*|env-file=.*|expose-gc|inspect(?:=.*)?)$/
