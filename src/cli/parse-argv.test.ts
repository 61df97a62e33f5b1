import { describe, expect, test } from 'vitest'
import { SlipwayError } from '../core/index.ts'
import { commandTable, globalFlags } from './command-table.ts'
import { parseArgv } from './parse-argv.ts'

const parse = (argv: readonly string[], env: Record<string, string> = {}) =>
  parseArgv(argv, { commands: commandTable, globalFlags, env })
const build = (...argv: string[]) => parse(['build', ...argv, '.'])

describe('parseArgv', () => {
  test.each([
    [['-t', 'x:1'], ['x:1']],
    [['-t=x:1'], ['x:1']],
    [['-tx:1'], ['x:1']],
    [['--tag', 'x:1'], ['x:1']],
    [['--tag=x:1'], ['x:1']],
    [['-qt', 'x:1'], ['x:1']],
    [['-qtx:1'], ['x:1']],
    [
      ['-t', 'a', '--tag=b'],
      ['a', 'b'],
    ],
    [['-t', '-odd'], ['-odd']],
    [['--tag='], ['']],
  ])('reads the tag of %j', (argv, tags) => {
    expect(build(...argv).flags.list('tag')).toEqual(tags)
  })

  test.each([
    [['--pull'], true],
    [['--pull=false'], false],
    [['--pull=T'], true],
    [['--pull', '--pull=0'], false],
    [[], false],
  ])('reads the switch of %j', (argv, value) => {
    expect(build(...argv).flags.bool('pull')).toBe(value)
  })

  test('does not take the next word as the value of a switch', () => {
    expect(parse(['build', '--pull', 'false']).args).toEqual(['false'])
  })

  test('reads --no-cache as its own flag', () => {
    expect(build('--no-cache=true').flags.bool('no-cache')).toBe(true)
  })

  test('accepts flags after arguments, and only arguments after --', () => {
    expect(parse(['build', '.', '-t', 'x']).flags.list('tag')).toEqual(['x'])
    expect(parse(['tag', '--', '-a', '--b']).args).toEqual(['-a', '--b'])
    expect(parse(['build', '-']).args).toEqual(['-'])
  })

  test('leaves everything after the image of run alone', () => {
    const input = parse(['run', '--rm', '-it', '-p', '80:80', 'app', 'sh', '-c', 'echo', '--rm=no', '--'])
    expect(input.args).toEqual(['app', 'sh', '-c', 'echo', '--rm=no', '--'])
    expect([input.flags.bool('interactive'), input.flags.bool('tty')]).toEqual([true, true])
  })

  test('takes global flags before and after the command, and from the environment', () => {
    expect(parse(['-D', '--root', '/a', 'images']).flags.text('root')).toBe('/a')
    expect(parse(['images', '--root=/b', '-D']).flags.bool('debug')).toBe(true)
    expect(parse(['images'], { SLIPWAY_ROOT: '/c' }).flags.text('root')).toBe('/c')
    expect(parse(['--root', '/a', 'images'], { SLIPWAY_ROOT: '/c' }).flags.text('root')).toBe('/a')
    expect(parse(['images'], { SLIPWAY_ROOT: '' }).flags.given('root')).toBe(false)
  })

  test('splits comma lists where docker does and nowhere else', () => {
    expect(build('--platform', 'linux/amd64,linux/arm64').flags.list('platform')).toEqual([
      'linux/amd64',
      'linux/arm64',
    ])
    expect(build('--secret', 'id=a,src=b').flags.list('secret')).toEqual(['id=a,src=b'])
  })

  test('reads pairs with and without a value', () => {
    expect(build('--build-arg', 'A=1=2', '--build-arg', 'B', '--build-arg', 'C=').flags.pairs('build-arg')).toEqual([
      { name: 'A', value: '1=2' },
      { name: 'B' },
      { name: 'C', value: '' },
    ])
  })

  test('uses defaults and environment variables for values', () => {
    expect(build().flags.text('progress')).toBe('auto')
    expect(parse(['build', '.'], { BUILDKIT_PROGRESS: 'plain' }).flags.text('progress')).toBe('plain')
  })

  test('finds commands by their other names, and help without a command', () => {
    expect(parse(['rmi', 'x']).command.name).toBe('rm')
    expect(parse([]).command.name).toBe('help')
    expect(parse(['--version']).command.name).toBe('version')
    expect(parse(['build', '--help']).help).toBe(true)
    expect(parse(['tag', '-h']).help).toBe(true)
  })

  test.each([
    [['biuld'], 'usage', /no command "biuld"/, /build/],
    [['build', '--tga', 'x'], 'usage', /no flag --tga for slipway build/, /did you mean --tag\?/],
    [['build', '-X', '.'], 'usage', /no flag -X/, /--help/],
    [['build', '-qX', '.'], 'usage', /no flag -X in -qX/, /--help/],
    [['build', '.', '-t'], 'usage', /-t needs a value/, undefined],
    [['build', '.', '--file'], 'usage', /--file needs a value for slipway build: FILE/, undefined],
    [['build', '--pull=maybe', '.'], 'usage', /neither true nor false/, undefined],
    [['build', '--progress=fast', '.'], 'usage', /one of auto, tty/, undefined],
    [['build', '--build-arg', '=x', '.'], 'usage', /has no name/, undefined],
    [['replay', '--speed', 'x', 'f'], 'usage', /not a number/, undefined],
    [['build', 'a', 'b'], 'usage', /no use for "b"/, /usage: slipway build/],
    [['tag', 'a'], 'usage', /needs TARGET/, undefined],
    [['build', '--squash', '.'], 'unsupported', /--squash is not supported: layers/, undefined],
  ])('refuses %j', (argv, code, message, hint) => {
    const error = catchError(() => parse(argv))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    if (hint !== undefined) expect(error.hint).toMatch(hint)
  })

  test.each([
    [['--provenance', '.'], 'true', ['.']],
    [['--provenance', 'false', '.'], 'false', ['.']],
    [['--provenance', 'mode=min', 'src'], 'mode=min', ['src']],
    [['--provenance=mode=max', 'src'], 'mode=max', ['src']],
    [['.', '--provenance'], 'true', ['.']],
  ])('reads %j as docker does, and the flag alone as a wish', (argv, value, args) => {
    const input = parse(['build', ...argv])
    expect([input.flags.text('provenance'), input.args]).toEqual([value, args])
  })

  test('accepts what docker ignores with one sentence', () => {
    expect(build('--cgroup-parent=x', '-m', '1g', '--builder=x').warnings).toHaveLength(3)
    expect(build('--provenance=false', '--sbom', 'false', '--squash=false', '--call=build').warnings).toEqual([])
  })

  test('needs no arguments when help is asked for', () => {
    expect(parse(['tag', '--help']).help).toBe(true)
  })
})

describe('commandTable', () => {
  test('has no flag twice, and no letter twice, in a command', () => {
    for (const command of commandTable) {
      const flags = [...command.flags, ...globalFlags]
      const names = flags.map((flag) => flag.name)
      const letters = flags.flatMap((flag) => flag.short ?? [])
      expect(new Set(names).size, command.name).toBe(names.length)
      expect(new Set([...letters, 'h']).size, command.name).toBe(letters.length + 1)
    }
  })

  test('knows every flag of docker buildx build', () => {
    const docker =
      'add-host allow annotation attest build-arg build-context builder cache-from cache-to call cgroup-parent check file iidfile label load metadata-file network no-cache no-cache-filter output platform policy progress provenance pull push quiet resource sbom secret shm-size ssh tag target ulimit'
    const names = commandTable.find((command) => command.name === 'build')?.flags.map((flag) => flag.name)
    for (const name of docker.split(' ')) expect(names).toContain(name)
  })

  test('has examples that its own grammar accepts', () => {
    for (const { command } of commandTable.flatMap((entry) => entry.examples)) {
      const own = command.split(/ [|<>] /).find((part) => /^(source <\()?slipway /.test(part)) ?? ''
      const words = own.replace(/^source <\(|\)$/g, '').match(/'[^']*'|\S+/g) ?? []
      expect(() => parse(words.slice(1).map((word) => word.replaceAll("'", ''))), command).not.toThrow()
    }
  })
})

function catchError(action: () => unknown): SlipwayError {
  try {
    action()
  } catch (error) {
    if (error instanceof SlipwayError) return error
  }
  throw new Error('nothing was thrown')
}
