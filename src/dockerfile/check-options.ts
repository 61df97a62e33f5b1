import type { Instruction } from './ast.ts'
import { parseBoolean } from './option-values.ts'

/** Which checks a file or an instruction turns off or on. */
export interface CheckOptions {
  readonly skip: 'all' | readonly string[]
  readonly experimental: 'all' | readonly string[]
  /** Findings fail the build. */
  readonly error: boolean
}

/** Reads `skip=A,B|all;experimental=A,B|all;error=BOOL`, the value of `# check=`. */
export function parseCheck(value: string): { readonly options: CheckOptions } | { readonly error: string } {
  const options = { skip: [] as CheckOptions['skip'], experimental: [] as CheckOptions['experimental'], error: false }
  for (const part of value.trim() === '' ? [] : value.trim().split(';')) {
    const equals = part.indexOf('=')
    if (equals < 0) return { error: `invalid check option ${JSON.stringify(part)}` }
    const key = part.slice(0, equals).trim()
    const text = part.slice(equals + 1).trim()
    if (key === 'skip' || key === 'experimental') options[key] = text === 'all' ? 'all' : names(text)
    else if (key !== 'error') return { error: `invalid check option ${JSON.stringify(key)}` }
    else {
      const on = parseBoolean(text)
      if (on === undefined) return { error: `failed to parse check option ${JSON.stringify(part)}` }
      options.error = on
    }
  }
  return { options }
}

/** The value of the first `# check=…` among the comments above an instruction; its text ends at a blank. */
export function checkComment(instruction: Instruction): string | undefined {
  for (const { text, indented } of instruction.comments) {
    if (indented === true) continue
    const match = /^check\s*=\s*(\S+)/i.exec(text)
    if (match !== null) return match[1]
  }
  return undefined
}

function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim())
}

/** What the comments above say about a name that the instruction defines: the first that begins with `NAME `. */
export function describedBy(instruction: Instruction, name: string): string | undefined {
  const comment = instruction.comments.find(({ text, indented }) => indented !== true && text.startsWith(`${name} `))
  return comment?.text.slice(name.length + 1)
}
