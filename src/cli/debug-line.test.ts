import { describe, expect, test } from 'vitest'
import { commandTable, globalFlags } from './command-table.ts'
import { debugLine } from './debug-line.ts'
import { parseArgv } from './parse-argv.ts'

const lineOf = (argv: readonly string[], env: Record<string, string> = {}): string | undefined =>
  debugLine(parseArgv(argv, { commands: commandTable, globalFlags, env }))

describe('the command line that looks into a failed build', () => {
  test('repeats what decides how steps run, and nothing about the result', () => {
    const argv = ['--root', '/r', 'build', '-t', 'x', '--push', '-fD', '--target=t', '--build-arg', 'A=1', '--no-cache']
    expect(lineOf([...argv, '--network', 'none', '--progress=plain', '.'])).toBe(
      'slipway debug --root /r -f D --build-arg A=1 --target t --network none .',
    )
  })

  test('is quoted for a shell', () => {
    expect(lineOf(['build', '--build-arg', "A=it's $1", '--add-host=h:::1', 'a b'])).toBe(
      `slipway debug --build-arg 'A=it'\\''s $1' --add-host h:::1 'a b'`,
    )
  })

  test('names secrets by id and source, and leaves values out that look like secrets', () => {
    const argv = ['build', '--secret', 'id=npm,src=.npmrc', '--build-arg', 'NPM_TOKEN=hunter2', '--build-arg', 'KEYS=2']
    expect(lineOf([...argv, '.'])).toBe(
      'slipway debug --secret id=npm,src=.npmrc --build-arg NPM_TOKEN --build-arg KEYS=2 .',
    )
  })

  test('leaves out what the environment says', () => {
    expect(lineOf(['build', '.'], { SLIPWAY_ISOLATION: 'crun' })).toBe('slipway debug .')
  })

  test('does not exist when standard input was read', () => {
    expect(lineOf(['build', '-'])).toBeUndefined()
    expect(lineOf(['build', '-f', '-', '.'])).toBeUndefined()
  })
})
