import { describe, expect, it } from 'vitest'
import { copiesOf, historyOf, problemsOf, type Setting, verticesOf } from './testing/plan-text.ts'

const copy = (text: string, setting: Setting = {}) => copiesOf(`FROM base\n${text}`, setting).at(-1)
const fetches = (text: string) =>
  verticesOf(`FROM base\n${text}`).flatMap(({ op }) => (op.kind === 'http' || op.kind === 'git' ? [op] : []))

describe('COPY and ADD', () => {
  it.each([
    ['COPY a b', '/', '/b'],
    ['COPY a .', '/w', '/w/'],
    ['COPY a ./', '/w', '/w/'],
    ['COPY a x/.', '/w', '/w/x/'],
    ['COPY a ..', '/w/v', '/w'],
    ['COPY a /', '/w', '/'],
    ['COPY a /x/../y/', '/w', '/y/'],
    ['COPY a ""', '/w', '/w/'],
    ['COPY a $D/', '/w', '/w/dest/'],
  ])('%s in %s goes to %s', (text, workdir, destination) => {
    expect(copy(`ENV D=dest\nWORKDIR ${workdir}\n${text}`)?.destination).toBe(destination)
  })

  it('keeps sources inside their tree', () => {
    expect(copy('ARG v=x\nCOPY ./a/ ../../b /c/d/../e $v* /dst/')?.sources).toEqual(
      ['/a', '/b', '/c/e', '/x*'].map((pattern) => ({ kind: 'path', input: 1, pattern, unpack: false })),
    )
  })

  it('keeps the pivot of --parents', () => {
    const op = copy('COPY --parents ./a/./b/*.txt ./c /dst/')
    expect(op?.parents).toBe(true)
    expect(op?.sources.map((source) => (source.kind === 'path' ? source.pattern : ''))).toEqual(['/a/./b/*.txt', '/c'])
  })

  it('expands owner and mode, and takes excludes as they are', () => {
    const op = copy('ARG u=me m=640\nCOPY --chown=$u:2 --chmod=$m --exclude=$u --exclude=*.md a b')
    expect(op).toMatchObject({ chown: 'me:2', chmod: '640', exclude: ['$u', '*.md'] })
    expect(copy('COPY --chown=$none a b')).not.toHaveProperty('chown')
  })

  it('links only without --chmod', () => {
    expect(copy('COPY --link a b')?.link).toBe(true)
    expect(copy('COPY --link=false a b')?.link).toBe(false)
    expect(copy('COPY --link --chmod=644 a b')?.link).toBe(false)
  })

  it('unpacks local archives of ADD by itself, downloads on request', () => {
    expect(copy('ADD a.tar b')?.sources).toEqual([{ kind: 'path', input: 1, pattern: '/a.tar', unpack: 'auto' }])
    expect(copy('ADD --unpack=false a.tar b')?.sources[0]).toMatchObject({ unpack: false })
    expect(copy('ADD https://h/a.tar b')?.sources).toEqual([
      { kind: 'download', input: 1, name: 'a.tar', unpack: false },
    ])
    expect(copy('ADD --unpack https://h/a.tar b')?.sources[0]).toMatchObject({ unpack: true })
  })

  it('fetches URLs and repositories as vertices of their own', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    expect(fetches(`ARG v=1\nADD --checksum=${digest} https://h/f-$v /d/`)).toEqual([
      { kind: 'http', url: 'https://h/f-1', filename: 'f-1', checksum: digest },
    ])
    expect(fetches('ADD --keep-git-dir https://h/r.git#v1:sub /d')).toEqual([
      { kind: 'git', remote: 'https://h/r.git', ref: 'v1', subdir: 'sub', keepGitDir: true, submodules: true },
    ])
    expect(fetches('ADD --checksum=abc https://h/r.git?submodules=false /d')).toEqual([
      { kind: 'git', remote: 'https://h/r.git', keepGitDir: false, submodules: false, checksum: 'abc' },
    ])
    expect(copy('ADD https://h/r.git /d')?.sources).toEqual([{ kind: 'tree', input: 1 }])
  })

  it('copies heredocs after files, expanded unless their word is quoted', () => {
    const text = 'ARG v=1\nCOPY <<A <<"B" file <<-C /d/\n$v "q" \\$v\nA\n$v\nB\n\t\tc\n\tC'
    expect(copy(text)?.sources).toEqual([
      { kind: 'path', input: 1, pattern: '/file', unpack: false },
      { kind: 'inline', name: 'A', content: '1 "q" $v\n' },
      { kind: 'inline', name: 'B', content: '$v\n' },
      { kind: 'inline', name: 'C', content: 'c\n' },
    ])
    expect(historyOf(`FROM base\n${text}`).at(-1)).toBe('COPY file <<A <<B <<C /d/ # buildkit')
  })

  it('takes JSON words with blanks, expanded', () => {
    expect(copy('ARG v=x\nCOPY ["a b", "$v", "/d e/"]')).toMatchObject({
      destination: '/d e/',
      sources: [{ pattern: '/a b' }, { pattern: '/x' }],
    })
  })

  it('copies from stages by name without case, by number, from images and contexts', () => {
    const text =
      'FROM scratch AS One\nCOPY a /1\nFROM base\nCOPY --from=ONE /1 /\nCOPY --from=0 /1 /\nCOPY --from=nginx /x /\nCOPY --from=lib /y /'
    const setting = { graph: { namedContexts: { lib: { kind: 'directory' } } } } as const
    const vertices = verticesOf(text, setting)
    const nameOf = (digest: string | undefined) =>
      vertices.find((vertex) => vertex.digest === digest)?.name.replace(/@.*/, '')
    const froms = vertices.filter(({ name }) => name.includes('--from')).map(({ inputs }) => nameOf(inputs[1]))
    expect(froms).toEqual([
      '[one 1/1] COPY a /1',
      '[one 1/1] COPY a /1',
      'FROM docker.io/library/nginx:latest',
      '[context lib] load from client',
    ])
  })

  it('writes flags that BuildKit writes into history, expanded', () => {
    const text =
      'FROM base\nARG u=me\nCOPY --from=scratch --parents --link --chown=$u --chmod=640 --exclude=x a "b" $u /c\nADD https://h/f /d'
    expect(historyOf(text).slice(-2)).toEqual([
      'COPY --parents --chown=me --chmod=640 a b me /c # buildkit',
      'ADD https://h/f /d # buildkit',
    ])
  })

  it.each([
    ['COPY https://h/f /', "source can't be a URL for COPY"],
    ['COPY git@h:r.git /', "source can't be a git ref for COPY"],
    ['COPY --chmod=9 a b', "invalid chmod parameter: '9'. it should be octal string and between 0 and 07777"],
    ['COPY --chmod=10000 a b', "invalid chmod parameter: '10000'. it should be octal string and between 0 and 07777"],
    ['COPY --chmod=u+zz a b', "invalid chmod parameter: 'u+zz'"],
    ['ADD --checksum=sha256:a a /', 'checksum requires HTTP(S) or Git sources'],
    ['ADD --checksum=sha256:a https://h/a b /', "checksum can't be specified for multiple sources"],
    ['ADD --checksum=sha512:a https://h/a /', '--checksum=sha512:a is not sha256: and 64 hexadecimal digits'],
    ['ADD https://h/r.git?nope=1 /', 'unexpected query "nope"'],
    ['ADD --keep-git-dir=false https://h/r.git?keep-git-dir=true /', 'inconsistent keep-git-dir configuration'],
    ['ADD --checksum=a https://h/r.git?checksum=b /', 'checksum mismatch "a" != "b"'],
  ])('reports %s', (text, message) => {
    expect(problemsOf(`FROM base\n${text}`)).toEqual([`bad-option-value: ${message}`])
  })
})

describe('WORKDIR', () => {
  it('joins relative paths and keeps absolute ones as written', () => {
    const text = 'FROM base\nWORKDIR /abs/../dots/\nWORKDIR more/.\nENV W=/env\nWORKDIR "$W/sub dir"\nWORKDIR /'
    expect(historyOf(text).slice(1)).toEqual([
      'WORKDIR /abs/../dots/',
      'WORKDIR /dots/more',
      'ENV W=/env',
      'WORKDIR /env/sub dir',
      'WORKDIR /',
    ])
    const made = verticesOf(text).flatMap(({ op }) => (op.kind === 'mkdir' ? [op.path] : []))
    expect(made).toEqual(['/dots', '/dots/more', '/env/sub dir'])
  })

  it('creates for the current user, where COPY does not care', () => {
    const ops = verticesOf('FROM base\nUSER me\nWORKDIR /w\nCOPY a b').map(({ op }) => op)
    expect(ops.at(-2)).toEqual({ kind: 'context', name: 'context' })
    expect(ops.find((op) => op.kind === 'mkdir')).toEqual({ kind: 'mkdir', path: '/w', user: 'me' })
    expect(ops.at(-1)).not.toHaveProperty('chown')
  })
})
