import { describe, expect, it } from 'vitest'
import { expandHeredoc, expandWord, expandWords, expansionsOf, unquoteWord } from './index.ts'

const variables: Readonly<Record<string, string>> = {
  path: '/usr/local/bin',
  file: 'archive.tar.gz',
  empty: '',
  list: 'one two  three',
  star: 'a*b',
  uni: 'ß😀x',
  trim: '%/*',
  group: '<$é>',
  ü_1: 'umlaut',
}
const env = (name: string) => variables[name]

function expanded(text: string, escape: '\\' | '`' = '\\'): string {
  const result = expandWord(text, env, escape)
  return 'error' in result ? `! ${result.error.replace(/^failed to process ".*": /, '')}` : result.value
}

describe('expandWord', () => {
  it.each([
    // plain references
    ['$path', '/usr/local/bin'],
    ['${path}x', '/usr/local/binx'],
    ['a$file.b', 'aarchive.tar.gz.b'],
    ['$nope|', '|'],
    ['$', '$'],
    ['a$ b', 'a$ b'],
    ['$ü_1', 'umlaut'],
    ['$1$@$$$?$#', ''],
    ['$10x', 'x'],
    // quotes and escapes
    ["'$path'", '$path'],
    ['"$path"', '/usr/local/bin'],
    ['\\$path', '$path'],
    ['"\\$path \\" \\\\ \\n"', '$path " \\ \\n'],
    ['a\\b\\ c', 'ab c'],
    ['a\\', 'a'],
    ["it\\'s", "it's"],
    ['"it\'s"', "it's"],
    // defaults
    ['${nope:-d}|${nope-d}', 'd|d'],
    ['${empty:-d}|${empty-d}', 'd|'],
    ['${path:+y}|${empty:+y}|${empty+y}|${nope+y}', 'y||y|'],
    ['${nope:-$path}', '/usr/local/bin'],
    ['${nope:-${empty:-deep}}', 'deep'],
    ['${nope:-"a } b"}', 'a } b'],
    ['${nope:-a\\}b}', 'a}b'],
    ['${path:?m}${empty?m}', '/usr/local/bin'],
    // trimming
    ['${file%.*}|${file%%.*}', 'archive.tar|archive'],
    ['${file#*.}|${file##*.}', 'tar.gz|gz'],
    ['${path#/usr}|${path%bin}', '/local/bin|/usr/local/'],
    ['${star#a\\*}|${star%\\*b}', 'b|a'],
    ['${uni#?}|${uni#??}|${uni%?}', '😀x|x|ß😀'],
    ['${file#nothing}|${nope#x}', 'archive.tar.gz|'],
    ['${file%$nope}|${file#archive.$nope}', 'archive.tar.gz|tar.gz'],
    ['${path#"#*/"}|${path%$trim}', 'bin|'],
    // replacing
    ['${path/\\//-}', '-usr/local/bin'],
    ['${path//\\//-}', '-usr-local-bin'],
    ['${file/a*r/x}', 'x.gz'],
    ['${file//[a]/x}', 'archive.tar.gz'],
    ['${file//./$empty}', 'archivetargz'],
    ['${file/./\\}}', 'archive\\}tar.gz'],
    ['${star//?/c}', 'ccc'],
    ['${star//a/$group}', '<>*b'],
    ['${nope/a/b}', ''],
  ])('gives for %s the value %s', (text, value) => {
    expect(expanded(text)).toBe(value)
  })

  it.each([
    ['${nope?}', 'nope: is not allowed to be unset'],
    ['${nope:?needs $path}', 'nope: needs /usr/local/bin'],
    ['${empty:?}', 'empty: is not allowed to be empty'],
    ['${path:-${nope?}}', 'nope: is not allowed to be unset'],
    ['${path:1:2}', 'unsupported modifier (:1) in substitution'],
    ['${path:#x}', 'unsupported modifier (:#) in substitution'],
    ['${path^^}', 'unsupported modifier (^) in substitution'],
    ['${path', "syntax error: missing '}'"],
    ['${', "syntax error: missing '}'"],
    ['${path:-x', "syntax error: missing '}'"],
    ['${path ', "syntax error: missing '}'"],
    ['${path:', "syntax error: missing '}'"],
    ['${path/x}', "syntax error: missing '/' in ${}"],
    ['${}', 'syntax error: bad substitution'],
    ['${:-x}', 'syntax error: bad substitution'],
    ['${{path}}', 'syntax error: bad substitution'],
    ['"$path', 'unexpected end of statement while looking for matching double-quote'],
    ["'$path", 'unexpected end of statement while looking for matching single-quote'],
    ['${path#\\a}', "invalid pattern (\\a) in substitution: invalid escape '\\a'"],
  ])('refuses %s with a reason', (text, reason) => {
    expect(expanded(text)).toBe(`! ${reason}`)
  })

  it.each([
    ['${nope?}', /--build-arg nope=…$/],
    ['${path^^}', /^behind a name there can be :-/],
    ['${path', /with }; .* written `}, .* none `\$$/],
    ['${path/x}', /^write \${name\/pattern\/replacement}/],
    ['${}', /or `\$ for a dollar sign$/],
    ['"$path', /^close it with ", or write `" /],
    ['${path#\\a}', /^in a pattern, \\ can stand before/],
  ])('says for %s what to write instead, with the escape character of the file', (text, hint) => {
    expect(expandWord(text, env, '`')).toMatchObject({ hint: expect.stringMatching(hint) })
  })

  it('takes the backtick for escapes when the file says so', () => {
    expect(expanded('c:\\$file`$x "`$y"', '`')).toBe('c:\\archive.tar.gz$x $y')
  })

  it('names the word that failed', () => {
    expect(expandWord('a${x?}', env, '\\')).toMatchObject({
      error: 'failed to process "a${x?}": x: is not allowed to be unset',
    })
  })
})

describe('expandWords', () => {
  it.each([
    ['$list', ['one', 'two', 'three']],
    ['"$list"', ['one two  three']],
    ['x$list/y', ['xone', 'two', 'three/y']],
    ['a\\ b c', ['a b', 'c']],
    ['$nope', []],
    ['${list%three}tail', ['one', 'two', 'tail']],
  ])('parts %s', (text, values) => {
    expect(expandWords(text, env, '\\')).toEqual({ values, lost: false })
  })

  it.each([
    ['80${nope:-90}', ['90']],
    ['1 80${nope:-90}0 2', ['1', '900', '2']],
    ['80"${path:+90}"', ['90']],
  ])('discards of %s what a word in braces begins with, and says so', (text, values) => {
    expect(expandWords(text, env, '\\')).toEqual({ values, lost: true })
  })

  it('discards nothing when the word in braces is itself nested', () => {
    expect(expandWords('x ${nope:-y${nope:-z}}', env, '\\')).toEqual({ values: ['x', 'yz'], lost: false })
  })
})

describe('expandHeredoc', () => {
  it.each([
    ['say "$file" \'$file\'\n', 'say "archive.tar.gz" \'archive.tar.gz\'\n'],
    ['\\\\ \\$file\n', '\\ $file\n'],
    ['`$file`\n', '`archive.tar.gz`\n'],
    ["it's\n", "it's\n"],
  ])('gives for %j the text %j', (text, value) => {
    expect(expandHeredoc(text, env)).toEqual({ value })
  })

  it('reports a reference that cannot be read', () => {
    expect(expandHeredoc('${x', env)).toMatchObject({ error: "syntax error: missing '}'" })
  })
})

describe('expansionsOf', () => {
  it('lists references in order of place, nested ones and those with operators included', () => {
    const text = 'a $x "${y:-$z}" \'$no\' \\$no ${p//a/$q}'
    const found = expansionsOf(text, '\\')
    expect(found.map(({ name, operator }) => [name, operator])).toEqual([
      ['x', ''],
      ['y', ':-'],
      ['z', ''],
      ['p', '//'],
      ['q', ''],
    ])
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(['$x', '${y:-$z}', '$z', '${p//a/$q}', '$q'])
  })

  it('keeps what it found before an error', () => {
    expect(expansionsOf('$a ${b:?gone} ${c', '\\').map(({ name }) => name)).toEqual(['a', 'b'])
  })
})

describe('unquoteWord', () => {
  it('takes quotes and escapes out and leaves references', () => {
    expect(unquoteWord('"a $b" c\\ ${d:-e}', '\\')).toBe('a $b c ${d:-e}')
    expect(unquoteWord('"a', '\\')).toBeUndefined()
  })
})
