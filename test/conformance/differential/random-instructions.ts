import fc from 'fast-check'
import type { Dialect } from './dialect.ts'
import { anyOf, jsonList, mostly, randomWord, type Text, variableName, weighted } from './random-words.ts'

/** The instructions that only change the configuration, the variables or the working directory. */
export function randomSetting(dialect: Dialect): Text {
  const word = randomWord(dialect)
  return weighted(
    [12, assignments('ENV', word)],
    [8, declarations(word)],
    [3, assignments('LABEL', word)],
    [8, workdir(word)],
    [3, user(word)],
    [4, command(dialect)],
    [2, expose(word)],
    [2, volume(word)],
    [1, shell],
    [2, healthcheck(dialect)],
    [1, stopSignal(word)],
    [1, fc.constantFrom('MAINTAINER me', 'MAINTAINER "a b" <$A>', "MAINTAINER a  'b'")],
  )
}

function assignments(keyword: string, word: Text): Text {
  const key = weighted([12, variableName], [1, anyOf(`"q" $A x.y \${UNSET}k a-b 1`, "'s p'")])
  const pairs = fc
    .array(fc.tuple(key, word), { minLength: 1, maxLength: 3 })
    .map((list) => list.map(([name, value]) => `${name}=${value}`).join(' '))
  const legacy = fc
    .tuple(variableName, fc.array(word, { minLength: 1, maxLength: 3 }), fc.constantFrom(' ', '  ', '\t'))
    .map(([name, words, blank]) => `${name} ${words.join(blank)}`)
  return weighted([7, pairs], [1, legacy]).map((text) => `${keyword} ${text}`)
}

function declarations(word: Text): Text {
  const name = weighted([12, variableName], [1, anyOf('G TARGETPLATFORM BUILDARCH HTTP_PROXY_X "Q" a-b')])
  const one = argument(name, word)
  const several = fc.array(one, { minLength: 2, maxLength: 3 }).map((list) => list.join(' '))
  return weighted([3, one], [1, several]).map((text) => `ARG ${text}`)
}

/** ARG before the first FROM. */
export function randomGlobalArgument(dialect: Dialect): Text {
  // Docker 20.10 overlooks what is wrong with such a value.
  const word = dialect.current ? randomWord(dialect) : anyOf(`a $A \${A:-b}/$G '$A' \${B:+$TARGETARCH}`, '"x  y"')
  return argument(anyOf('A G B TARGETARCH H'), word).map((text) => `ARG ${text}`)
}

function argument(name: Text, word: Text): Text {
  return fc
    .tuple(name, fc.option(word, { nil: undefined }))
    .map(([key, value]) => (value === undefined ? key : `${key}=${value}`))
}

function workdir(word: Text): Text {
  const usual = anyOf(
    '/q rel a/b / .. . /d /l /m/new /d/ ../x /q//r/. $A /$ab ${A:-w}/x /up /e /n é "/s" \'/q\'',
    'x y',
  )
  const odd = anyOf('/file /n/x /o /file/x ""', '"/s p"')
  return mostly(weighted([5, usual], [1, word]), odd).map((path) => `WORKDIR ${path}`)
}

function user(word: Text): Text {
  const odd = weighted([1, word], [1, anyOf('nobody $A :1 1:', 'a b')])
  return mostly(anyOf('app 0 root 1000 1000:1000 app:www 5:6 both www "app" ${A:-app}'), odd).map(
    (name) => `USER ${name}`,
  )
}

function commandText(dialect: Dialect): Text {
  const usual = anyOf(
    '["a","b"] [] ["\\u0061\\n",""] [\'a\'] "a" [""] \'a\' ["é"] ["<&>"] {} ["\\x"] [ ["a",]',
    'a b',
    'echo $A "b  c"',
    '["/bin/sh", "-c", "$A"]',
    'exec  a  \\"b\\"',
    '["a" ,\t"b" ]',
    '["a", "b"',
    'a # b',
  )
  // Old versions read the array and forget what stands behind it.
  const behindJson = anyOf('["a"]b', '[ "a" ] b', '["a"] # c')
  return mostly(weighted([9, usual], [dialect.current ? 1 : 0, behindJson]), anyOf('["a",1] [[]] [null]'))
}

function command(dialect: Dialect): Text {
  return fc.tuple(anyOf('CMD ENTRYPOINT'), commandText(dialect)).map(([keyword, text]) => `${keyword} ${text}`)
}

const shell = mostly(
  anyOf('["/bin/sh","-ec"] ["/bin/busybox","sh","-c"]', '["/bin/sh", "-c"]'),
  anyOf('["/bin/missing"] [] /bin/sh [""]'),
).map((text) => `SHELL ${text}`)

function expose(word: Text): Text {
  const odd = weighted([1, word], [2, anyOf('65536 3-1 80/ /tcp a 80/foo -1 5- [::1]:80:90 "80 81" 80,81')])
  const usual = anyOf(
    '80 80/tcp 53/udp 1-3 90-91/udp 9/sctp ${A:+81} ${UNSET:-82} 80/TCP 08 443 0 1.2.3.4:80:81 80:81 1-2:3-4',
  )
  return fc.array(mostly(usual, odd), { minLength: 1, maxLength: 3 }).map((list) => `EXPOSE ${list.join(' ')}`)
}

function volume(word: Text): Text {
  const path = mostly(
    weighted([6, anyOf('/v /d rel /v/ $A /v/../w "/q" /q/$ab .')], [1, word]),
    fc.constantFrom('', ' '),
  )
  return fc
    .tuple(fc.array(path, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([list, json]) => `VOLUME ${json ? jsonList(list) : list.join(' ')}`)
}

function healthcheck(dialect: Dialect): Text {
  const names = anyOf(`interval timeout start-period${dialect.current ? ' start-interval' : ''}`)
  // Docker 20.10 takes no zeros.
  const zeros = dialect.current ? ' 0 0s' : ''
  const duration = mostly(
    anyOf(`1s 1m30s 2h0m0.5s 500ms 1h 1.5s .5s +2s 1h1h${zeros}`),
    anyOf('999us -1s 1 x $A 1us 1d'),
  )
  const retries = mostly(anyOf(`3 +2${zeros.slice(0, 2)}`), anyOf('-1 a', '')).map((count) => `--retries=${count} `)
  const timing = fc.tuple(names, duration).map(([name, value]) => `--${name}=${value} `)
  const options = fc.array(weighted([4, timing], [1, retries]), { maxLength: 2 })
  const test = mostly(
    weighted([5, commandText(dialect).map((text) => `CMD ${text}`)], [1, anyOf('NONE none', 'cmd a')]),
    anyOf('CMD FOO', 'NONE a'),
  )
  return fc.tuple(options, test).map(([list, text]) => `HEALTHCHECK ${list.join('')}${text}`)
}

function stopSignal(word: Text): Text {
  const odd = weighted([1, word], [3, anyOf('$A SIGFOO 0 99 65 -1')])
  return mostly(anyOf('SIGTERM KILL 9 sigint SIGRTMIN+3 RTMAX-1 "SIGINT" 64'), odd).map((text) => `STOPSIGNAL ${text}`)
}
