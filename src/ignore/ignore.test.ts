import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileIgnore, compilePattern, type IgnoreMatcher, parseIgnore } from './index.ts'

function matcher(...lines: readonly string[]): IgnoreMatcher {
  const file = parseIgnore({ path: '.dockerignore', text: lines.join('\n') })
  expect(file.diagnostics).toEqual([])
  return compileIgnore(file.patterns)
}

/** One line of the file per `|`, then paths that are ignored and paths that are not. */
const table: readonly (readonly [string, string, string])[] = [
  // rooted names and what is below them
  ['node_modules', 'node_modules node_modules/a/b.js', 'src/node_modules node_modules2 xnode_modules'],
  ['/dist', 'dist dist/a', 'src/dist'],
  ['dist/', 'dist dist/a', 'dists'],
  ['./a//b/../c/', 'a/c a/c/d', 'a/b a'],
  ['a/b', 'a/b a/b/c', 'a b x/a/b'],
  ['.', '', 'a b/c'],
  ['/', '', 'a b/c'],
  ['../x', '', 'x a/x'],
  // wildcards stay in their element
  ['*', 'a .env a/b', ''],
  ['*.md', 'README.md a.md/x', 'docs/a.md README.mdx'],
  ['*/temp*', 'a/temp a/temporary.txt a/temp/b', 'temp a/b/temp'],
  ['*/*/temp*', 'a/b/temp', 'a/temp a/b/c/temp'],
  ['temp?', 'tempa temp1/x', 'temp tempab temp/'],
  ['?', 'a é 😀 b/c', 'ab'],
  ['a?c', 'abc a😀c', 'a/c ac'],
  ['a*c', 'ac abc abbc', 'a/c ab/c'],
  // double asterisks
  ['**', 'a a/b .x', ''],
  ['**/*.go', 'a.go x/a.go x/y/z.go/q', 'a.gox go'],
  ['**/foo', 'foo a/foo a/b/foo/c', 'afoo foob a/foob'],
  ['**/foo/bar', 'foo/bar a/foo/bar a/foo/bar/c', 'foo foo/a/bar'],
  ['**/a.b', 'a.b x/a.b', 'axb x/axb'],
  ['foo/**', 'foo/a foo/a/b', 'foo foob'],
  ['foo/**/bar', 'foo/bar foo/a/bar foo/a/b/bar/c', 'foo/abar bar'],
  ['foo**', 'foo foobar foo/a', 'afoo'],
  ['**foo', 'foo afoo a/bfoo afoo/b', 'fooa'],
  ['a**/*.txt', 'a.txt ab/c.txt a/b/c.txt', 'b/a.txt'],
  ['**/x*/**', 'x/a a/xy/b a/x/b/c', 'x a/xy a/b'],
  ['a/**/**/b', 'a/b a/x/y/b', 'ab'],
  ['**/*', 'a a/b', ''],
  ['***', 'a a/b', ''],
  ['**/**', 'a a/b', ''],
  ['a/**/c/*.js', 'a/c/x.js a/b/c/x.js', 'a/c/d/x.js'],
  // character classes
  ['[ab]c', 'ac bc', 'cc abc'],
  ['[a-c]x', 'ax bx cx/y', 'dx'],
  ['[^a-c]x', 'dx', 'ax x'],
  ['a[.]b', 'a.b', 'acb'],
  ['[[:digit:]]x', '1x', 'ax'],
  ['[\\]]a', ']a', 'a'],
  ['[a\\-z]', '- a z', 'b'],
  ['**/[^.]*', 'a x/a', '.a'],
  // escapes and characters that mean something elsewhere
  ['\\*', '*', 'a'],
  ['a\\?', 'a?', 'ab'],
  ['\\!a', '!a', 'a'],
  ['+(a)', '+(a) +(a)/b', 'a aa'],
  ['a{b,c}', 'a{b,c}', 'ab ac'],
  ['$x', '$x', 'x'],
  ['g++*', 'g++ g++-12', 'g g+'],
  ['a.b*', 'a.b a.bc', 'acb'],
  ['^a', '^a', 'a'],
  ['**^', 'a^ b/c^', 'a'],
  ['a]', 'a] a]/b', 'a'],
  ['a]*', 'a] a]b', 'a'],
  ['(', '(', 'a'],
  [')*', ') )a', 'a'],
  ['é*', 'é éa', 'e'],
  ['A', 'A', 'a'],
  // taking back; the last match decides
  ['*|!a', 'b b/a', 'a a/b'],
  ['*|!a|a/b', 'a/b a/b/c c', 'a a/c'],
  ['!a|a', 'a', ''],
  ['a|!a/b|a/b/c', 'a a/x a/b/c', 'a/b a/b/d'],
  ['docs|!docs/README.md', 'docs docs/a', 'docs/README.md'],
  ['**|!**/keep', 'a a/b', 'keep a/keep a/keep/b'],
  ['*.md|!README*.md|README-secret.md', 'a.md README-secret.md', 'README.md README-x.md'],
  ['a/**|!a/*/b', 'a/x a/b', 'a/x/b a/x/b/c a'],
  ['*|!src/**', 'a src', 'src/a src/b/c'],
  ['*|!*/', '', 'a a/b'],
  ['a|!b|a', 'a a/b', 'b'],
  ['! a|a', 'a', ''],
  ['*|!/a', 'b', 'a a/c'],
  // lines
  ['# a|a b| c |\t', 'a~b c', '# a'],
  [' # a', '#~a', 'a'],
  ['a\r|b\r', 'a b', 'c'],
  ['\ufeffa|b', 'a b', ''],
  ['a # b', 'a~#~b', 'a'],
]

describe('an ignore file', () => {
  for (const [lines, ignored, kept] of table) {
    const given = matcher.bind(undefined, ...lines.split('|'))
    for (const path of split(ignored))
      it(`with ${JSON.stringify(lines)} ignores ${path}`, () => {
        expect(given().ignored(path)).toBe(true)
      })
    for (const path of split(kept))
      it(`with ${JSON.stringify(lines)} keeps ${path}`, () => {
        expect(given().ignored(path)).toBe(false)
      })
  }

  it('takes a bar for a bar', () => {
    expect(compileIgnore(['a|b*']).ignored('a|bc')).toBe(true)
    expect(compileIgnore(['a|b*']).ignored('a')).toBe(false)
  })

  it('never ignores the root itself', () => {
    for (const line of ['.', '*', '**'])
      expect([matcher(line).ignored('.'), matcher(line).prunable('.')]).toEqual([false, false])
  })

  it('gives its patterns cleaned and in order', () => {
    const text = '\ufeff/a/./b/ \r\n\n# c\n!/d//e\n ! f\n../g\n'
    expect(parseIgnore({ path: '.dockerignore', text }).patterns).toEqual(['a/b', '!d/e', '!f', '../g'])
  })

  it.each([
    ['!', 'illegal exclusion pattern: "!"'],
    ['[', 'syntax error in pattern "["'],
    ['a[]b', 'syntax error in pattern "a[]b"'],
    ['[^]', 'syntax error in pattern "[^]"'],
    ['[a-]', 'syntax error in pattern "[a-]"'],
    ['[-a]', 'syntax error in pattern "[-a]"'],
    ['a\\', 'syntax error in pattern "a\\\\"'],
    ['node\\modules', 'invalid escape or character class in pattern "node\\\\modules"'],
    ['[z-a]', 'invalid escape or character class in pattern "[z-a]"'],
    ['[[:nope:]]', 'invalid escape or character class in pattern "[[:nope:]]"'],
  ])('reports the pattern %s where it stands', (pattern, message) => {
    const source = { path: '.dockerignore', text: `\ufeffok\n  ${pattern}\t\n*.md\n` }
    const { diagnostics, patterns } = parseIgnore(source)
    expect(diagnostics).toMatchObject([{ code: 'bad-ignore-pattern', severity: 'error', message }])
    const span = diagnostics[0]?.at.span
    expect(source.text.slice(span?.start, span?.end)).toBe(pattern)
    expect(compileIgnore(patterns).ignored('a.md')).toBe(true)
  })
})

describe('compilePattern', () => {
  it('takes patterns as a flag gives them', () => {
    expect(compilePattern('  ')).toBeUndefined()
    expect(compilePattern(' !a//b ')).toMatchObject({ pattern: { negated: true, text: 'a/b' } })
  })
})

describe('prunable', () => {
  it.each([
    ['node_modules', 'node_modules', true],
    ['node_modules', 'node_modules/a', true],
    ['node_modules', 'src', false],
    ['*|!src', 'docs', true],
    ['*|!src/a', 'src', false],
    ['*|!src/a', 'docs', true],
    ['*|!src/a', 'src/b', true],
    ['*|!**/keep', 'docs', false],
    ['*|!s?c/*/x', 'src', false],
    ['*|!s?c/*/x', 'doc', true],
    ['*|!s?c/*/x', 'src/a', false],
    ['!docs/a|docs', 'docs', true],
    ['docs|!docs/a|docs/**', 'docs', false],
    ['docs|!docs', 'docs', false],
    ['a|!a/b/**', 'a/c', true],
    ['a|!a/b/**', 'a/b', false],
    ['**|!*.md', 'docs', true],
  ])('for %s says of %s: %s', (lines, directory, answer) => {
    expect(matcher(...lines.split('|')).prunable(directory)).toBe(answer)
  })

  it('implies that every path below is ignored', () => {
    const element = fc.constantFrom('a', 'b', 'ab', 'a.b', '.a', 'é', '[', '!')
    const path = fc.array(element, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
    const atom = fc.constantFrom(
      'a',
      'b',
      'ab',
      '.',
      '/',
      '/',
      '*',
      '**',
      '**/',
      '?',
      '[ab]',
      '[^a]',
      '\\a',
      '\\[',
      'é',
    )
    const pattern = fc
      .tuple(fc.constantFrom('', '', '!'), fc.array(atom, { minLength: 1, maxLength: 5 }))
      .map(([sign, parts]) => sign + parts.join(''))
    let pruned = 0
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 6 }),
        path,
        fc.array(path, { minLength: 5 }),
        (lines, directory, below) => {
          const given = compileIgnore(lines)
          if (!given.prunable(directory)) return
          pruned += 1
          expect(
            [directory, ...below.map((rest) => `${directory}/${rest}`)].filter((each) => !given.ignored(each)),
          ).toEqual([])
        },
      ),
      { numRuns: 5000 },
    )
    expect(pruned).toBeGreaterThan(100)
  })
})

/** Paths are separated by blanks; `~` is a blank in a path. */
function split(paths: string): readonly string[] {
  return paths === '' ? [] : paths.split(/(?<!^#) /).map((path) => path.replaceAll('~', ' '))
}
