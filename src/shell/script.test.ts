import { describe, expect, test } from 'vitest'
import { parseArgv, parseScript } from './index.ts'
import type { ShellCommand, ShellOptions, ShellScript, ShellWord } from './index.ts'

const variables = new Map([
  ['VERSION', '1.2.3'],
  ['PACKAGES', 'git curl'],
  ['EMPTY', ''],
  ['FILE', 'tool-1.2.tar.gz'],
])

function read(text: string, options: Partial<ShellOptions> = {}): ShellScript {
  return parseScript(text, { toSourceOffset: (offset) => offset, variables, cwd: '/app', ...options })
}

/** A command in one line: wrappers, program, values (`?` where nobody knows). */
function line(command: ShellCommand): string {
  const values = command.words.map((word) => word.value ?? '?')
  const wrappers = command.wrappers.map((name) => `<${name}>`)
  return [
    ...wrappers,
    ...command.assignments.map(({ name, value }) => `${name}=${value ?? '?'}`),
    command.program,
    ...values,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

const lines = (text: string, options?: Partial<ShellOptions>) => read(text, options).commands.map(line)

describe('programs and their words', () => {
  test.each<[string, readonly string[]]>([
    ['apt-get update && apt-get install -y git', ['apt-get update', 'apt-get install -y git']],
    ['/usr/bin/apt-get update', ['apt-get update']],
    ['a; b | c || d &', ['a', 'b', 'c', 'd']],
    ['( a; { b; } )', ['a', 'b']],
    ['apt-get install $PACKAGES "$PACKAGES"', ['apt-get install git curl git curl']],
    ['x $EMPTY y', ['x y']],
    [
      'x v$VERSION ${VERSION%.*} ${VERSION%%.*} ${FILE%.tar.gz} ${FILE##*-} ${VERSION//./_}',
      ['x v1.2.3 1.2 1 tool-1.2 1.2.tar.gz 1_2_3'],
    ],
    ['x ${EMPTY:-no} ${EMPTY-no} ${VERSION:+yes} ${UNSET:-no}', ['x no yes ?']],
    ["x 'a b' \"c $VERSION\" d\\ e $'f\\n'", ['x a b c 1.2.3 d e f\n']],
    ['x $UNSET a$(b)c $((1+1)) $1', ['b', 'x ? ? ? ?']],
    ['rm -rf /var/{lib/{apt,dpkg},log}/*', ['rm -rf /var/lib/apt/* /var/lib/dpkg/* /var/log/*']],
    ['echo {1..3} {x}', ['echo 1 2 3 {x}']],
    ['ls ~ ~/x ~app $HOME "~"', ['ls /root /root/x ? /root ~']],
    ['NODE_ENV=production npm ci', ['NODE_ENV=production npm ci']],
    ['export A=1 B=$UNSET', ['A=1 B=?']],
    ['A=2 && echo $A && unset A && echo $A', ['A=2', 'echo 2', 'unset A', 'echo ?']],
    ['for p in a b; do x $p; done; for q in only; do y $q; done', ['x ?', 'y only']],
    ['X=1; if t; then X=2; fi; echo $X', ['X=1', 't', 'X=2', 'echo ?']],
    ['X=1; (X=2); echo $X', ['X=1', 'X=2', 'echo 1']],
    ['read X && echo $X', ['read X', 'echo ?']],
    ['case $VERSION in 1*) a;; *) b;; esac', ['a', 'b']],
    ['f() { a; }; f', ['a', 'f']],
    ['', []],
    ['  \n ', []],
    ['# only a comment', []],
  ])('%j holds its commands', (text, expected) => {
    expect(lines(text)).toEqual(expected)
    expect(read(text).broken).toBe(false)
  })
})

describe('wrappers', () => {
  test.each<[string, readonly string[]]>([
    ['sudo -E -u app apt-get update', ['<sudo> apt-get update']],
    ['sudo A=1 env -i B=2 make', ['<sudo> <env> A=1 B=2 make']],
    ['exec nice -n 10 ionice -c 3 server', ['<exec> <nice> <ionice> server']],
    ['time make', ['<time> make']],
    ['timeout -s KILL 30 curl x', ['<timeout> curl x']],
    ['ls | xargs -0 -n 1 rm -f', ['ls', '<xargs> rm -f']],
    ['gosu app:app node x.js', ['<gosu> node x.js']],
    ['tini -g -- node x.js', ['<tini> node x.js']],
    ['command -v node', ['command -v node']],
    ['command rm x', ['<command> rm x']],
    ['eatmydata -- apt-get update', ['<eatmydata> apt-get update']],
    ["sh -c 'a && b'", ['<sh -c> a', '<sh -c> b']],
    ["bash -euxo pipefail -c 'a'", ['<bash -c> a']],
    ["sudo bash -lc 'nvm install 20'", ['<sudo> <bash -c> nvm install 20']],
    ["su - app -c 'npm ci'", ['<su -c> npm ci']],
    ['sh -c "x $VERSION \\"q r\\""', ['<sh -c> x 1.2.3 q r']],
    ['bash script.sh -c', ['bash script.sh -c']],
    ['bash <<EOF\na\nb $VERSION\nEOF\nc', ['<bash> a', '<bash> b 1.2.3', 'c']],
    ['exec > /log', ['exec']],
    ['sudo', ['sudo']],
  ])('%j is about the program within', (text, expected) => {
    expect(lines(text)).toEqual(expected)
  })

  test('scripts in scripts end at some depth', () => {
    let text = 'x'
    for (let depth = 0; depth < 12; depth += 1) text = `eval ${JSON.stringify(text)}`
    expect(read(text).commands).toHaveLength(1)
  })
})

describe('directories', () => {
  test.each<[string, readonly (string | undefined)[]]>([
    ['cd src && a', ['/app', '/app/src']],
    ['cd /x/../y/ && a', ['/app', '/y']],
    ['(cd src && a); b', ['/app', '/app/src', '/app']],
    ['cd $UNSET; a; cd /z; b', ['/app', undefined, undefined, '/z']],
    ['pushd x; a; popd; b', ['/app', '/app/x', '/app/x', '/app']],
    ['cd; a', ['/app', '/root']],
    ['if a; then cd x; fi; b', ['/app', '/app', undefined]],
    ['cd a | b; c', ['/app', '/app', '/app']],
    ["sh -c 'cd x; a'; b", ['/app', '/app/x', '/app']],
  ])('%j is followed', (text, expected) => {
    expect(read(text).commands.map((command) => command.cwd)).toEqual(expected)
  })

  test('an unknown start stays unknown until an absolute cd', () => {
    const { commands } = parseScript('a; cd /x; b', { toSourceOffset: (offset) => offset })
    expect(commands.map((command) => command.cwd)).toEqual([undefined, undefined, '/x'])
  })
})

describe('whether a command runs, and whether its failure counts', () => {
  /** Conditions and `!` for failures that nobody minds, program by program. */
  const ways = (text: string) =>
    read(text).commands.map((one) =>
      `${one.program}${one.failureIgnored ? '!' : ''} ${one.conditions.join(' ')}`.trim(),
    )

  test.each<[string, readonly string[]]>([
    ['a && b', ['a', 'b']],
    ['a || b', ['a', 'b or']],
    ['a && b || true', ['a!', 'b!', 'true or']],
    ['a || true && b', ['a!', 'true or', 'b']],
    ['a || :', ['a!', ': or']],
    ['a || exit 1', ['a', 'exit or']],
    ['set +e; a; set -e; b', ['set', 'a!', 'set!', 'b']],
    ['if a; then b; elif c; then d; else e; fi', ['a!', 'b branch', 'c branch', 'd branch', 'e branch']],
    ['while a; do b; done', ['a!', 'b loop']],
    ['f() { a; }', ['a function']],
    ['X=$(a)', ['a substitution', '']],
    ['b <(a)', ['a substitution', 'b']],
    ['! a', ['a!']],
    ['[ -f x ] && a; b', ['[', 'a and', 'b']],
    ['[ -f x ] && a || b', ['[', 'a and', 'b or']],
    ['test -f x && a', ['test', 'a']],
  ])('%j', (text, expected) => {
    expect(ways(text)).toEqual(expected)
  })

  test('programs of a pipe know their place', () => {
    const pipes = read('a | b; c | d | e; f').commands.map((command) => command.pipe)
    expect(pipes).toEqual([
      { index: 0, length: 2, id: 0 },
      { index: 1, length: 2, id: 0 },
      { index: 0, length: 3, id: 1 },
      { index: 1, length: 3, id: 1 },
      { index: 2, length: 3, id: 1 },
      undefined,
    ])
  })

  test('options of set and of SHELL are those at the end', () => {
    expect([...read('set -eux; set +x; set -o pipefail').options]).toEqual(['errexit', 'nounset', 'pipefail'])
    expect([...read('a', { shell: ['/bin/bash', '-o', 'pipefail', '-c'] }).options]).toContain('pipefail')
    expect([...read("bash -o pipefail -c 'a'").options]).toEqual([])
  })
})

describe('redirections', () => {
  test('files, descriptors and heredocs are kept as written', () => {
    const [command] = read('cat >> out.txt 2>&1 <<EOF\nv$VERSION\nEOF').commands
    expect(command?.redirects.map(({ operator, target }) => [operator, target.text, target.value])).toEqual([
      ['>>', 'out.txt', 'out.txt'],
      ['2>&', '1', '1'],
      ['<<', 'EOF', 'v1.2.3\n'],
    ])
  })

  test('a quoted delimiter keeps the body as it is', () => {
    const [command] = read("cat <<'EOF'\nv$VERSION\nEOF").commands
    expect(command?.redirects[0]?.target.value).toBe('v$VERSION\n')
  })

  test('redirections of a group belong to its commands', () => {
    const { commands } = read('{ a; b; } > log')
    expect(commands.map((command) => command.redirects.map((one) => one.target.text))).toEqual([['log'], ['log']])
  })
})

describe('places', () => {
  test.each<[string, string, string]>([
    ['a && sudo b c >d; e', 'b', 'sudo b c >d'],
    ['x; sh -c \'one "two"; three 4\'', 'three', 'three 4'],
    ['x; sh -c "one \\"two\\"; three $Y"', 'three', 'three $Y'],
    ['cat <<EOF >f\nbody\nEOF\nlast word', 'last', 'last word'],
    ['echo "$(inner x)"', 'inner', 'inner x'],
  ])('in %j the command of %s stands at %j', (text, program, expected) => {
    const command = read(text).commands.find((one) => one.program === program)
    expect(text.slice(command?.span.start, command?.span.end)).toBe(expected)
  })

  test('an empty variable leaves a word in quotes only', () => {
    expect(read('x $EMPTY "$EMPTY" y').commands[0]?.args).toEqual(['', 'y'])
  })

  test('spans are offsets of the Dockerfile', () => {
    const { commands } = read('a bc', { toSourceOffset: (offset) => 100 + offset * 2 })
    expect(commands[0]?.words[0]?.span).toEqual({ start: 104, end: 107 })
  })

  test('all variables are reported, known or not', () => {
    const text = 'x $A "${B:-$C}" $(y $D) $((E + 1)) > $F; sh -c \'z $G\' $1 $?'
    const { uses } = read(text)
    expect(uses.map((use) => use.name).sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G'])
    expect(uses.map(({ span }) => text.slice(span.start, span.end))).toContain('$G')
  })
})

describe('texts that are no scripts', () => {
  test.each([
    "echo 'no end",
    'echo "no end',
    'a && (b',
    'if a; then b',
    'a $(b',
    'for x in',
    '&& a',
    'a ||',
    'cat <<EOF\nno end',
  ])('%j is broken and throws nothing', (text) => {
    expect(read(text).broken).toBe(true)
  })

  test('what came before the fault is there', () => {
    expect(lines("apt-get update && echo 'x")[0]).toBe('apt-get update')
  })

  test('texts of other shells are not read', () => {
    for (const shell of [['powershell', '-Command'], ['cmd', '/S', '/C'], ['C:\\pwsh.exe']])
      expect(read('Remove-Item x', { shell })).toMatchObject({ commands: [], broken: true })
    expect(read('#!/usr/bin/env python3\nimport os')).toMatchObject({ commands: [], broken: true })
    expect(read('#!/bin/bash -e\na').commands).toHaveLength(1)
  })

  test('long texts and many assignments are read in bounded space', () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `V${index}=${index}`).join('\n')
    const { commands } = read(text)
    expect(commands).toHaveLength(10_000)
    expect(commands.at(-1)?.variables.size).toBeLessThan(1100)
    expect(read('a && '.repeat(25_000) + 'b').commands).toHaveLength(25_001)
  })
})

describe('exec forms', () => {
  const argv = (values: readonly string[]): readonly ShellWord[] => {
    let at = 1
    return values.map((value) => {
      const text = JSON.stringify(value)
      const span = { start: at, end: at + text.length }
      at += text.length + 2
      return { text, value, span }
    })
  }

  test.each<[readonly string[], readonly string[]]>([
    [['node', 'server.js'], ['node server.js']],
    [['node', '$PORT', '*'], ['node $PORT *']],
    [
      ['/bin/sh', '-c', 'a && b $VERSION'],
      ['<sh -c> a', '<sh -c> b 1.2.3'],
    ],
    [['/usr/bin/tini', '--', 'node', 'x'], ['<tini> node x']],
    [['env', 'A=1', 'sh', '-lc', 'exec x'], ['<env> <sh -c> <exec> x']],
    [['sh', 'start.sh'], ['sh start.sh']],
    [[], []],
  ])('%j', (values, expected) => {
    expect(parseArgv(argv(values), { variables }).commands.map(line)).toEqual(expected)
  })

  test('a script in an element knows its place through the escapes of JSON', () => {
    const words = argv(['sh', '-c', 'echo "x" && last "y"'])
    const text = `[${words.map((word) => word.text).join(', ')}]`
    const command = parseArgv(words, {}).commands.at(-1)
    expect(text.slice(command?.span.start, command?.span.end)).toBe('last \\"y\\"')
  })
})
