import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { openContext, sourceAccess } from './index.ts'
import { writeTree } from '../../../test/kit/file-tree.ts'
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts'

const signal = new AbortController().signal

async function* bytes(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

interface Given {
  readonly context?: string
  readonly file?: string
  readonly stdin?: Uint8Array | string
  readonly keepGitDir?: boolean
}

function open(cwd: string, { context = '-', file, stdin, keepGitDir = false }: Given) {
  return openContext({
    context,
    cwd,
    signal,
    root: join(cwd, 'store'),
    scratch: temporaryDirectory(),
    access: sourceAccess({}),
    keepGitDir,
    authorities: async () => [],
    stdin: () => (stdin === undefined ? bytes() : bytes(Buffer.from(stdin))),
    ...(file === undefined ? {} : { file }),
  })
}

function tarOf(directory: string, ...flags: readonly string[]): Buffer {
  return execFileSync('tar', ['-c', ...flags, '-C', directory, '.'], { maxBuffer: 1 << 26 })
}

/** A tar of entries that tar(1) would not write. */
function forged(entries: readonly (Partial<LayerEntry> & { readonly path: string })[]): Buffer {
  const base = { kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0n } as const
  return Buffer.concat([
    ...entries.map((entry) => Buffer.concat([encodeTarHeader({ ...base, ...entry }), Buffer.alloc(tarPadding(0))])),
    endOfArchive,
  ])
}

describe('a local context', () => {
  it('is a directory with its Dockerfile and ignore file', async () => {
    const cwd = temporaryDirectory({ 'app/Dockerfile': 'FROM x', 'app/.dockerignore': 'n' })
    expect(await open(cwd, { context: 'app' })).toEqual({
      path: join(cwd, 'app'),
      kind: 'directory',
      source: { path: 'app/Dockerfile', text: 'FROM x' },
      ignoreFile: { path: 'app/.dockerignore', text: 'n' },
    })
  })

  it('may have its Dockerfile on standard input', async () => {
    const cwd = temporaryDirectory({ f: '' })
    expect(await open(cwd, { context: '.', file: '-', stdin: 'FROM s' })).toMatchObject({
      path: cwd,
      source: { path: '-', text: 'FROM s' },
    })
  })

  it('that is missing or a file is refused with what to do', async () => {
    const cwd = temporaryDirectory({ 'c.tar': '' })
    await expect(open(cwd, { context: 'none' })).rejects.toMatchObject({
      code: 'context-unreadable',
      message: 'there is no directory none',
    })
    await expect(open(cwd, { context: 'c.tar' })).rejects.toMatchObject({
      hint: 'to use an archive as the context, write: slipway build - < c.tar',
    })
  })
})

describe('standard input', () => {
  it('with a text is a Dockerfile without a context', async () => {
    const opened = await open(temporaryDirectory(), { stdin: 'FROM scratch\n' })
    expect(opened).toMatchObject({ kind: 'none', source: { path: '-', text: 'FROM scratch\n' } })
    expect(readdirSync(opened.path)).toEqual([])
  })

  it('that is empty, or wanted twice, is refused', async () => {
    await expect(open(temporaryDirectory(), { stdin: '' })).rejects.toMatchObject({ code: 'dockerfile-missing' })
    await expect(open(temporaryDirectory(), { file: '-', stdin: 'x' })).rejects.toMatchObject({ code: 'usage' })
  })

  it.each([[], ['-z'], ['-j'], ['-J'], ['--zstd'], ['--format=v7']])(
    'with a tar %j is a context, whose ignore file does not count',
    async (...flags) => {
      const source = temporaryDirectory({ Dockerfile: 'FROM t', 'd/f': 'x'.repeat(5000), '.dockerignore': '*' })
      const opened = await open(temporaryDirectory(), { stdin: tarOf(source, ...flags) })
      expect(opened).toMatchObject({ kind: 'archive', source: { path: 'Dockerfile', text: 'FROM t' } })
      expect(opened.ignoreFile).toBeUndefined()
      expect(readFileSync(join(opened.path, 'd/f'), 'utf8')).toBe('x'.repeat(5000))
    },
  )

  it('takes -f as a path in the archive', async () => {
    const source = temporaryDirectory({ 'sub/D': 'FROM d' })
    expect((await open(temporaryDirectory(), { file: 'sub/D', stdin: tarOf(source) })).source.text).toBe('FROM d')
    await expect(open(temporaryDirectory(), { stdin: tarOf(source) })).rejects.toMatchObject({
      code: 'dockerfile-missing',
    })
  })

  it('keeps modes, times, links and hard links', async () => {
    const source = temporaryDirectory({ Dockerfile: '', 'ro/f': 'f', suid: '' })
    chmodSync(join(source, 'suid'), 0o4755)
    symlinkSync('/ro/f', join(source, 'l'))
    linkSync(join(source, 'suid'), join(source, 'hard'))
    utimesSync(join(source, 'ro/f'), 1e9, 1e9)
    utimesSync(join(source, 'ro'), 1e9, 1e9)
    chmodSync(join(source, 'ro'), 0o555)
    const { path } = await open(temporaryDirectory(), { stdin: tarOf(source) })
    expect(statSync(join(path, 'ro')).mode & 0o7777).toBe(0o555)
    expect(statSync(join(path, 'suid')).mode & 0o7777).toBe(0o4755)
    expect([statSync(join(path, 'ro')).mtimeMs, statSync(join(path, 'ro/f')).mtimeMs]).toEqual([1e12, 1e12])
    expect(readlinkSync(join(path, 'l'))).toBe('/ro/f')
    expect(statSync(join(path, 'hard')).ino).toBe(statSync(join(path, 'suid')).ino)
    chmodSync(join(path, 'ro'), 0o755)
    chmodSync(join(source, 'ro'), 0o755)
  })

  it.skipIf(process.getuid?.() !== 0)('keeps the owners of an archive for root', async () => {
    const source = temporaryDirectory({ Dockerfile: '', mine: '' })
    chownSync(join(source, 'mine'), 5, 6)
    chmodSync(join(source, 'mine'), 0o4755)
    const { path, owned } = await open(temporaryDirectory(), { stdin: tarOf(source) })
    expect(owned).toBe(true)
    expect(statSync(join(path, 'mine'))).toMatchObject({ uid: 5, gid: 6, mode: 0o104755 })
  })

  it('with a damaged archive is refused', async () => {
    const source = temporaryDirectory({ Dockerfile: 'x'.repeat(5000) })
    const broken = tarOf(source, '-J').subarray(0, 100)
    await expect(open(temporaryDirectory(), { stdin: broken })).rejects.toMatchObject({ code: 'bad-archive' })
  })
})

describe('an archive that wants to write elsewhere', () => {
  it('cannot climb out by name', async () => {
    const cwd = temporaryDirectory()
    await expect(open(cwd, { stdin: forged([{ path: '../evil' }]) })).rejects.toMatchObject({ code: 'bad-archive' })
  })

  it('writes through its links inside the context only', async () => {
    const outside = temporaryDirectory({ keep: 'old' })
    const archive = forged([
      { path: 'out', kind: 'symlink', linkname: outside },
      { path: 'out/keep' },
      { path: 'up', kind: 'symlink', linkname: '../../..' },
      { path: 'up/Dockerfile' },
    ])
    const { path } = await open(temporaryDirectory(), { stdin: archive })
    expect(readFileSync(join(outside, 'keep'), 'utf8')).toBe('old')
    expect(existsSync(join(path, outside, 'keep'))).toBe(true)
    expect(existsSync(join(path, 'Dockerfile'))).toBe(true)
  })

  it('replaces a link by the file of the same name', async () => {
    const outside = temporaryDirectory({ keep: 'old' })
    const archive = forged([
      { path: 'Dockerfile', kind: 'symlink', linkname: join(outside, 'keep') },
      { path: 'Dockerfile' },
    ])
    const { path } = await open(temporaryDirectory(), { stdin: archive })
    expect(lstatSync(join(path, 'Dockerfile')).isFile()).toBe(true)
    expect(readFileSync(join(outside, 'keep'), 'utf8')).toBe('old')
  })

  it('cannot link to files outside', async () => {
    const outside = temporaryDirectory({ secret: 's' })
    const archive = forged([
      { path: 'stolen', kind: 'hardlink', linkname: join(outside, 'secret') },
      { path: 'Dockerfile' },
    ])
    await expect(open(temporaryDirectory(), { stdin: archive })).rejects.toMatchObject({
      code: 'bad-archive',
    })
  })
})

describe('a repository as the context', () => {
  it('brings its Dockerfile and ignores its ignore file', async () => {
    const cwd = temporaryDirectory()
    const repository = join(cwd, 'r.git')
    mkdirSync(repository)
    writeTree(repository, { Dockerfile: 'FROM r', 'sub/Dockerfile': 'FROM g', 'sub/.dockerignore': '*' })
    const git = (...argv: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...argv], { cwd: repository, stdio: 'ignore' })
    git('init', '-q')
    git('add', '.')
    git('commit', '-q', '-m', '1')
    const opened = await open(cwd, { context: `file://${repository}#:sub` })
    expect(opened).toMatchObject({ kind: 'git', source: { path: 'Dockerfile', text: 'FROM g' } })
    expect(existsSync(join(opened.path, '.git'))).toBe(false)
    const kept = await open(cwd, { context: `file://${repository}`, keepGitDir: true })
    expect(existsSync(join(kept.path, '.git'))).toBe(true)
    expect(opened.ignoreFile).toBeUndefined()
    await expect(open(cwd, { context: 'https://h/r.git?nope=1' })).rejects.toMatchObject({ code: 'bad-option-value' })
  })
})
