import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { commandTable } from './command-table.ts'
import { completionScript } from './completion-scripts.ts'
import { commandHelp, overviewHelp } from './help.ts'

describe('help', () => {
  test('lists every command', () => {
    const text = overviewHelp(100).join('\n')
    for (const command of commandTable) expect(text).toContain(`  ${command.name} `)
  })

  test('shows every flag that is not hidden, and no hidden one', () => {
    for (const command of commandTable) {
      const text = commandHelp(command, 100).join('\n')
      for (const flag of command.flags) {
        const value = flag.kind === 'bool' ? '' : flag.implied === undefined ? ' ' : '[='
        expect(text.includes(`--${flag.name}${value}`), flag.name).toBe(flag.hidden !== true)
      }
    }
  })

  test('fits its width', () => {
    for (const command of commandTable) {
      const lines = commandHelp(command, 80).filter((line) => line.startsWith('  ') && !line.includes('slipway '))
      expect(Math.max(0, ...lines.map((line) => line.length)), command.name).toBeLessThanOrEqual(80)
    }
  })
})

describe('completionScript', () => {
  const complete = (...words: string[]) => {
    const script = `${completionScript('bash')}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`
    return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n')
  }

  test('completes commands, flags, choices and shells in bash', () => {
    expect(complete('slipway', 'im')).toEqual(['import', 'images'])
    expect(complete('slipway', 'build', '--no-')).toEqual(['--no-cache', '--no-cache-filter'])
    expect(complete('slipway', 'build', '--progress', 'p')).toEqual(['plain'])
    expect(complete('slipway', '-D', 'rmi', '--f')).toEqual(['--force'])
    expect(complete('slipway', 'completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  test('quotes what zsh and fish would read otherwise', () => {
    expect(completionScript('zsh')).toContain("'base:Assemble a base image from a distribution'\\''s packages")
    expect(completionScript('fish')).toContain("'Assemble a base image from a distribution\\'s packages")
    expect(completionScript('fish')).not.toContain('--memory')
  })

  test('refuses other shells', () => {
    expect(() => completionScript('tcsh')).toThrow(/no completion for "tcsh"/)
  })
})
