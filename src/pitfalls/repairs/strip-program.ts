import type { Edit, Fix } from '../../core/index.ts'
import { insertWordAfter } from '../../editing/index.ts'
import type { Facts } from '../facts.ts'
import type { ShippedProgram } from '../queries/binaries.ts'
import { isWithin } from '../queries/origins.ts'
import { subcommandOf } from '../queries/run-commands.ts'
import { appendFix, editableRun } from './run-edits.ts'

/** The linker leaves the symbols out, where a flag says so; `strip` takes them away behind cargo. */
export function stripFix({ file }: Facts, { build, path }: ShippedProgram): readonly Fix[] {
  const { step, action } = build
  const run = editableRun(step)
  if (run === undefined || run.command.form === 'exec') return []
  const more = { claims: ['smaller'], safety: 'proof' } as const
  switch (action.tool) {
    case 'go': {
      const edits = linkerFlags(build)
      return edits === undefined ? [] : [{ title: 'link without symbols (-s -w)', edits, ...more }]
    }
    case 'cargo': {
      const isKnown = /^\/[\w./-]+$/.test(path) && /\/(?:release|debug|\w[\w-]*)\/[\w-]+$/.test(path)
      const isGone = step.mounts.some(({ target }) => isWithin(path, target))
      if (!isKnown || isGone || action.script === 'test') return []
      const title = `strip ${path}`
      return appendFix(file, step, { title, command: title, claims: ['smaller'] }).map((fix) => ({ ...fix, ...more }))
    }
    default: {
      const { programWord } = action.command
      if (programWord === undefined || !/^(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)$/.test(action.tool)) return []
      return [{ title: 'link without symbols (-s)', edits: insertWordAfter(programWord, '-s'), ...more }]
    }
  }
}

/** `-s -w`, put into the -ldflags that are there. */
function linkerFlags({ action: { command } }: ShippedProgram['build']): readonly Edit[] | undefined {
  const { words, variables } = command
  // A flag on the line takes the place of one in the variable.
  if (/ldflags/.test(variables.get('GOFLAGS') ?? '')) return undefined
  const at = words.findIndex(({ text }) => /^-{1,2}ldflags(?:=|$)/.test(text))
  const word = words[at]
  const sub = subcommandOf(command)
  if (word === undefined)
    return sub?.text === 'build' || sub?.text === 'install' ? insertWordAfter(sub.word, '-ldflags="-s -w"') : undefined
  const value = word.text.includes('=') ? word : words[at + 1]
  const quoted = value === undefined ? null : /^(?:-{1,2}ldflags=)?(["'])/.exec(value.text)
  if (value === undefined || quoted === null) return undefined
  const start = value.span.start + quoted[0].length
  return [{ span: { start, end: start }, text: '-s -w ' }]
}
