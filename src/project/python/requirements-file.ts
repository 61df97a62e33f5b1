import type { PythonRequirement } from '../project.ts'
import { directoryOf, pathIn } from '../project-files.ts'
import { parseRequirement } from './requirement.ts'

export interface RequirementsFile {
  readonly requirements: readonly PythonRequirement[]
  /** Every requirement has a hash, and there is one at least. */
  readonly hashed: boolean
}

interface Reading {
  readonly text: (path: string) => string | undefined
  readonly seen: Set<string>
  readonly constraints: Map<string, boolean>
  readonly found: { readonly requirement: PythonRequirement; readonly hashed: boolean }[]
}

/** Reads a requirements file of pip with those that it includes (`-r`); constraint files (`-c`) pin what they name. */
export function readRequirements(path: string, text: Reading['text']): RequirementsFile {
  const reading: Reading = { text, seen: new Set(), constraints: new Map(), found: [] }
  include(path, reading)
  const requirements = reading.found.map(({ requirement }) =>
    reading.constraints.get(requirement.name) === true ? { ...requirement, pinned: true } : requirement,
  )
  return { requirements, hashed: reading.found.length > 0 && reading.found.every(({ hashed }) => hashed) }
}

function include(path: string, reading: Reading): void {
  // A file may include itself by detours.
  if (reading.seen.has(path) || reading.seen.size > 50) return
  reading.seen.add(path)
  for (const line of logicalLines(reading.text(path) ?? '')) takeLine(line, directoryOf(path), reading)
}

function takeLine(line: string, directory: string, reading: Reading): void {
  const option =
    /^(-r|--requirement|-c|--constraint|-e|--editable)(?:\s+|=)\s*(\S+)/.exec(line) ?? /^(-[rce])(\S+)/.exec(line)
  const [, flag = '', value = ''] = option ?? []
  if (flag === '-r' || flag === '--requirement') {
    const included = pathIn(directory, value)
    if (included !== undefined) include(included, reading)
  } else if (flag === '-c' || flag === '--constraint') {
    const named = pathIn(directory, value)
    if (named !== undefined) constrain(reading.text(named) ?? '', reading)
  } else {
    const requirement = parseRequirement(flag === '' ? line.replace(/\s+--hash[= ].*$/, '') : value)
    if (requirement !== undefined && !(flag === '' && line.startsWith('-')))
      reading.found.push({ requirement, hashed: /--hash[= ]|#.*sha(?:256|384|512)=/.test(line) })
  }
}

function constrain(text: string, reading: Reading): void {
  for (const line of logicalLines(text)) {
    const requirement = parseRequirement(line.replace(/\s+--hash[= ].*$/, ''))
    if (requirement?.pinned === true) reading.constraints.set(requirement.name, true)
  }
}

/** Lines with their continuations, comments and empty ones taken away. */
function logicalLines(text: string): readonly string[] {
  return text
    .replace(/^\ufeff/, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
}
