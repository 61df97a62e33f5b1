import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** An entry of a context, a named context or a commit: a text, or what a plain file cannot say. */
export type CaseFile =
  | string
  | {
      readonly text?: string
      readonly base64?: string
      /** A string and how often it is repeated. */
      readonly repeat?: readonly [string, number]
      readonly link?: string
      /** A hard link to another entry of the same tree. */
      readonly hard?: string
      readonly dir?: boolean
      readonly fifo?: boolean
      readonly socket?: boolean
      /** Octal, as `chmod` takes it. */
      readonly mode?: string
      readonly uid?: number
      readonly gid?: number
      /** Seconds since the epoch. */
      readonly mtime?: number
    }

export type CaseFiles = Readonly<Record<string, CaseFile>>

/** One step of a repository's history; without `files` and `remove` nothing is committed. */
export interface GitStep {
  readonly files?: CaseFiles
  readonly remove?: readonly string[]
  /** Made where it is missing, then checked out, before anything else. */
  readonly branch?: string
  readonly message?: string
  /** Tags the commit; `annotated` makes it a tag object. */
  readonly tag?: string
  readonly annotated?: boolean
  /** Path -> name of another repository of the case, added at its present commit. */
  readonly submodules?: Readonly<Record<string, string>>
}

/** What is served below `{http}`; the last-modified header and others may be given. */
export type Served =
  | string
  | { readonly text?: string; readonly base64?: string; readonly headers?: Readonly<Record<string, string>> }

/** `case.json`; README.md explains each field. */
export interface CaseSpec {
  readonly rows: readonly string[]
  readonly args?: readonly string[]
  /** Instead of `context`: `-`, a URL. */
  readonly where?: string
  readonly env?: Readonly<Record<string, string>>
  readonly files?: CaseFiles
  readonly secrets?: Readonly<Record<string, string>>
  readonly contexts?: Readonly<Record<string, CaseFiles | string>>
  readonly stdin?: string | { readonly base64: string }
  readonly http?: Readonly<Record<string, Served>>
  readonly git?: Readonly<Record<string, readonly GitStep[]>>
  readonly bases?: Readonly<Record<string, string>>
  /** Text of `Dockerfile.dockerignore` beside the Dockerfile. */
  readonly ignoreFile?: string
  readonly call?: 'check' | 'outline' | 'targets'
  readonly differs?: string
  readonly needs?: string
  readonly unstable?: readonly string[]
  readonly warnings?: boolean
  readonly mtimes?: boolean
  readonly history?: boolean
}

/** A folder below `cases`. */
export interface Case {
  /** `group/name`. */
  readonly name: string
  readonly folder: string
  readonly spec: CaseSpec
  /** The bytes of the Dockerfile: not all are UTF-8. */
  readonly dockerfile: Buffer | undefined
}

export function readCase(casesFolder: string, name: string): Case {
  const folder = path.join(casesFolder, name)
  const file = path.join(folder, 'Dockerfile')
  const spec = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8')) as CaseSpec
  const unknown = Object.keys(spec).filter((key) => !fields.has(key))
  if (unknown.length > 0) throw new Error(`${name}/case.json: no such field: ${unknown.join(', ')}`)
  return { name, folder, spec, dockerfile: existsSync(file) ? readFileSync(file) : undefined }
}

/** The names of all cases, sorted. */
export function caseNames(casesFolder: string): readonly string[] {
  return directories(casesFolder).flatMap((group) =>
    directories(path.join(casesFolder, group)).map((name) => `${group}/${name}`),
  )
}

/** What a case expects: the facts of an image as text, or what a failed build says. */
export type Expectation = { readonly kind: 'image' | 'failure'; readonly text: string }

/** The two files that can hold an expectation. A case has one of them. */
export const expectationFile = { image: 'expected.json', failure: 'error.txt' } as const

export function readExpectation(one: Case): Expectation | undefined {
  for (const kind of ['image', 'failure'] as const) {
    const file = path.join(one.folder, expectationFile[kind])
    if (existsSync(file)) return { kind, text: readFileSync(file, 'utf8') }
  }
  return undefined
}

const fields: ReadonlySet<string> = new Set(
  'rows args where env files secrets contexts stdin http git bases ignoreFile call differs needs unstable warnings mtimes history'.split(
    ' ',
  ),
)

function directories(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}
