import fc from 'fast-check'
import type { Dialect } from './dialect.ts'
import { anyOf, escapeMark, jsonList, mostly, randomWord, type Text, weighted } from './random-words.ts'

/** Paths of the context as COPY may name them. */
const contextPath = mostly(
  weighted(
    [20, anyOf('a b c.txt .h empty d d2 l abs ll d/a d/s d/e l/s lf hard d/hard d/l', 'x y')],
    [6, anyOf('. / ./ d/ /d/s ./d/./a ../d/a d/../b d/s/ ../.. /../d2 l/ d/. abs/.')],
    [8, anyOf('* d/* */a [ab] ? d* c.* d/*/a .* l* */s d/[^a] nothing* */*/* l/* abs/* d/** ** **/a [[]a] x*')],
    [2, anyOf(`${escapeMark}* \\[a\\] [!a] $A \\$A \${A:-a}`)],
    [2, anyOf('t.tar d/t.tgz *.tar')],
  ),
  anyOf('missing dangling d/missing a/b lf/ a/ d/out new dangling/x *\\', ''),
)

/** Paths of the base as `COPY --from` may name them. */
const imagePath = mostly(
  weighted(
    [5, anyOf('/file /d /d/f /l /m /e /h1 /d/sub /l/sub /m/t /etc/passwd d /setuid /w')],
    [2, anyOf('/d/ /d/* /*/f /l/* /m/* /h* /d/. /./d ../d /d/../e /t/.. /[dl] /e* /up/f')],
  ),
  anyOf('/n /o /missing /missing* /file/x /n/x / .'),
)

const destination = mostly(
  weighted(
    [16, anyOf('/ ./ . /d /d/ /new /new/ /new/x/y /new/x/ rel rel/ rel/x/ /e/ /q/a')],
    [8, anyOf('/l /l/ /l/new /m /m/ /m/sub/ /n /n/ /n/x /up/ /up/x /d/s /d/s/ /w/y /w/new/x/ /w/dir /new/l/')],
    [5, anyOf(`.. ../x/ /d/../q /.. //d//x /d/. $A \${A:-q}/ /$ab/ "/q" /q\\r 'x' /[a] /* \${UNSET}`, '/q\\ r')],
  ),
  anyOf('/file /file/ /file/x /o /o/x /d/f/ /h1 /etc/passwd /bin $PATH', ''),
)

const owner = mostly(
  anyOf('0 1000 1000:1000 app app:www 5:6 www 1000:www app:0 root ${B:-7}:8 nobody :1 both'),
  anyOf('$A 1: 4294967295 4294967296 -1 01 0:app : app:nogroup 1.5', ''),
)

function permissions(dialect: Dialect): Text {
  const octal = anyOf('600 0755 644 4755 1777 0 2755 07777 7')
  const odd = anyOf('8 77777 0o755 +1 x u+ 0755,u+x', '')
  if (!dialect.current) return mostly(octal, odd)
  const symbolic = anyOf('u+x a=r go-rwx +X u=g u=rwX,go=rX a+t u+s g+s,o-r = -w ug+rw,o= a-x+X +t u=o,g=u o+s')
  return mostly(weighted([3, octal], [1, symbolic]), odd)
}

const exclude = anyOf('a * **/a d/s *.txt !a ** s .h */a d [ab] s/* /a */* ?')

interface CopyParts {
  readonly keyword: string
  readonly flags: readonly (readonly string[])[]
  readonly sources: readonly string[]
  readonly to: string
  readonly json: boolean
}

/** COPY and ADD, from the context or from `sources`: names of stages and images. */
export function randomCopy(dialect: Dialect, sources: readonly string[]): Text {
  const from = fc.constantFrom(...sources).map((name) => [[`--from=${name}`]])
  const local = fc.record({
    keyword: anyOf('COPY COPY ADD'),
    flags: randomFlags(dialect),
    sources: severalOf(contextPath),
    to: destinationOf(dialect),
    json: fc.boolean(),
  })
  const remote = fc.record({
    keyword: fc.constant('COPY'),
    flags: fc.tuple(from, randomFlags(dialect)).map((flags) => flags.flat()),
    sources: severalOf(weighted([8, imagePath], [1, contextPath])),
    to: destinationOf(dialect),
    json: fc.boolean(),
  })
  return weighted([3, local], [2, remote]).map(writeCopy)
}

function destinationOf(dialect: Dialect): Text {
  return weighted([15, destination], [1, randomWord(dialect).filter((word) => !/\s/.test(word))])
}

function severalOf(path: Text): fc.Arbitrary<readonly string[]> {
  return weighted([3, path.map((one) => [one])], [1, fc.array(path, { minLength: 2, maxLength: 3 })])
}

function randomFlags(dialect: Dialect): fc.Arbitrary<readonly (readonly string[])[]> {
  const flag = (name: string, value: Text, weight = 1): fc.Arbitrary<readonly string[]> =>
    weighted<readonly string[]>([6, fc.constant([])], [weight, value.map((text) => [`--${name}=${text}`])])
  const bare = (choices: Text, weight: number): fc.Arbitrary<readonly string[]> =>
    weighted<readonly string[]>([6, fc.constant([])], [weight, choices.map((text) => [text])])
  return fc.tuple(
    flag('chown', owner),
    flag('chmod', permissions(dialect)),
    bare(anyOf('--link --link=true --link=false'), dialect.current ? 1 : 0),
    bare(anyOf('--parents'), dialect.parents ? 1 : 0),
    flag('exclude', exclude, dialect.current ? 1 : 0),
    flag('exclude', exclude, dialect.current ? 1 : 0),
  )
}

/** Paths with blanks can only be written in JSON. */
function writeCopy({ keyword, flags, sources, to, json }: CopyParts): string {
  const paths = [...sources, to]
  const needed = paths.some((path) => /\s/.test(path) || path === '')
  return [keyword, ...flags.flat(), ...(json || needed ? [jsonList(paths)] : paths)].join(' ')
}

/** COPY of files that stand in the Dockerfile itself. */
export function randomCopyHeredoc(dialect: Dialect): Text {
  const line = weighted(
    [3, randomWord(dialect)],
    [1, anyOf(`"$A" '$A' a\\`, '', '  two', '\ttab', '# no comment', '\\$A \\\\ \\n')],
  )
  return fc
    .record({
      keyword: anyOf('COPY ADD'),
      flag: anyOf(' --chmod=755 --chown=app').map((text) => (text === '' ? '' : `${text} `)),
      operator: anyOf('<<EOF <<-EOF <<"EOF" <<\'EOF\''),
      to: destination,
      lines: fc.array(line, { maxLength: 3 }),
    })
    .map(({ keyword, flag, operator, to, lines }) =>
      [`${keyword} ${flag}${operator} ${to === '' ? '/' : to}`, ...lines, 'EOF'].join('\n'),
    )
}
