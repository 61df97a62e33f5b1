import type { ShellWord } from './command.ts'
import { programName, shells, shellValues } from './wrappers.ts'

/** A command that gives a script to a shell. */
export interface ShellCall {
  /** `sh -c`, `su -c`, `eval`. */
  readonly label: string
  /** The place of the word that holds the script; absent: it comes on standard input. */
  readonly script?: number
  /** Options of the shell: `-e`, `-o`, `pipefail`. */
  readonly options: readonly string[]
}

/** Whether the words call a shell with a script on the command line or on standard input. */
export function readShellCall(words: readonly ShellWord[]): ShellCall | undefined {
  const name = programName(valueOf(words[0]))
  if (name === 'eval') return words.length === 2 ? { label: 'eval', script: 1, options: [] } : undefined
  if (name === 'su' || name === 'runuser') return ofSu(words, name)
  return shells.has(name) ? ofShell(words, name) : undefined
}

/** The place of the file that a shell is told to read; undefined when it gets its script elsewhere, or is no shell. */
export function shellFile(words: readonly ShellWord[]): number | undefined {
  if (!shells.has(programName(valueOf(words[0])))) return undefined
  const { options, takesScript, at } = optionsOf(words)
  return takesScript || options.includes('-s') || at >= words.length ? undefined : at
}

function ofShell(words: readonly ShellWord[], name: string): ShellCall | undefined {
  const { options, takesScript, at } = optionsOf(words)
  const plain = options.map((option) => (/^-[a-z]*c[a-z]*$/.test(option) ? option.replace('c', '') : option))
  if (takesScript) return at < words.length ? { label: `${name} -c`, script: at, options: plain } : undefined
  return at >= words.length || options.includes('-s') ? { label: name, options: plain } : undefined
}

interface ShellOptionWords {
  readonly options: readonly string[]
  readonly takesScript: boolean
  /** Place of what follows them. */
  readonly at: number
}

function optionsOf(words: readonly ShellWord[]): ShellOptionWords {
  const options: string[] = []
  let takesScript = false
  let at = 1
  for (; at < words.length; at += 1) {
    const word = valueOf(words[at])
    if (word === '--' || !/^[-+]./.test(word)) break
    options.push(word)
    if (!word.startsWith('--') && word.includes('c')) takesScript = true
    if (shellValues.has(word) || /^[-+][a-z]*[oO]$/.test(word)) {
      options.push(valueOf(words[at + 1]))
      at += 1
    }
  }
  // A single dash ends the options, too: `#!/bin/sh -`.
  if (/^--?$/.test(valueOf(words[at]))) at += 1
  return { options, takesScript, at }
}

function ofSu(words: readonly ShellWord[], name: string): ShellCall | undefined {
  const at = words.findIndex((word) => /^(-[a-z]*c|--command)$/.test(valueOf(word)))
  return at > 0 && at + 1 < words.length ? { label: `${name} -c`, script: at + 1, options: [] } : undefined
}

function valueOf(word: ShellWord | undefined): string {
  return word?.value ?? word?.text ?? ''
}
