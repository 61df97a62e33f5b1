import { SlipwayError } from '../core/index.ts'
import type { CommandContext } from './command.ts'

const keys = { enter: ['\r', '\n'], end: '\u0004', stop: '\u0003', erase: ['\u007f', '\b'], clear: '\u0015' } as const

/**
 * Asks for one line on the terminal; `hidden` shows nothing of what is typed. Rejects with `cancelled` on Ctrl-C, and on
 * Ctrl-D on an empty line. Standard input must be a terminal.
 */
export function askLine(
  { stdin, stderr }: Pick<CommandContext, 'stdin' | 'stderr'>,
  question: string,
  options: { readonly hidden: boolean },
): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = ''
    const finish = (settle: () => void): void => {
      stdin.off('data', read)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      settle()
    }
    const read = (data: Buffer | string): void => {
      for (const key of data.toString()) {
        if (keys.enter.some((enter) => enter === key)) return finish(() => resolve(line))
        if (key === keys.stop || (key === keys.end && line === ''))
          return finish(() => reject(new SlipwayError('cancelled', 'stopped')))
        const before = line
        line = edited(line, key)
        if (!options.hidden) stderr.write(echoOf(before, line))
      }
    }
    stderr.write(question)
    stdin.setRawMode(true)
    stdin.on('data', read)
    stdin.resume()
  })
}

function edited(line: string, key: string): string {
  if (keys.erase.some((erase) => erase === key)) return [...line].slice(0, -1).join('')
  if (key === keys.clear) return ''
  return key < ' ' ? line : line + key
}

function echoOf(before: string, after: string): string {
  return after.startsWith(before) ? after.slice(before.length) : '\b \b'.repeat([...before].length - [...after].length)
}
