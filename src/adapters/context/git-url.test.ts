import { describe, expect, it } from 'vitest'
import { parseGitUrl, redactUrls } from './index.ts'

describe('a git URL', () => {
  it.each([
    ['https://github.com/foo/bar.git', { remote: 'https://github.com/foo/bar.git' }],
    [
      'https://github.com/foo/bar.git#baz/qux:quux/quuz',
      { remote: 'https://github.com/foo/bar.git', ref: 'baz/qux', subdir: 'quux/quuz' },
    ],
    ['https://github.com/foo/bar.git#:sub', { remote: 'https://github.com/foo/bar.git', subdir: 'sub' }],
    ['git@github.com:foo/bar', { remote: 'git@github.com:foo/bar' }],
    ['git@github.com:foo/bar.git#v1:/d/', { remote: 'git@github.com:foo/bar.git', ref: 'v1', subdir: 'd' }],
    ['git@h:p.git?tag=v1&subdir=d', { remote: 'git@h:p.git', ref: 'refs/tags/v1', subdir: 'd' }],
    ['ssh://git@host:2222/p', { remote: 'ssh://git@host:2222/p' }],
    ['git://host/p#main', { remote: 'git://host/p', ref: 'main' }],
    ['file:///tmp/r.git#v1', { remote: 'file:///tmp/r.git', ref: 'v1' }],
    ['github.com/foo/bar', { remote: 'https://github.com/foo/bar.git' }],
    ['github.com/foo/bar.git#x', { remote: 'https://github.com/foo/bar.git', ref: 'x' }],
    [
      'https://h/r.git?branch=b&commit=abcdef0',
      { remote: 'https://h/r.git', ref: 'refs/heads/b', checksum: 'abcdef0' },
    ],
    ['https://h/r.git?ref=x#x', { remote: 'https://h/r.git', ref: 'x' }],
    [
      'https://h/r.git?keep-git-dir&submodules=false',
      { remote: 'https://h/r.git', keepGitDir: true, submodules: false },
    ],
  ])('%s is read', (text, reference) => {
    expect(parseGitUrl(text)).toEqual({ kind: 'git', reference })
  })

  it.each([
    './x.git',
    '../x',
    'dir',
    'https://example.com/a.tar.gz',
    'http://h/Dockerfile',
    'file:///tmp/dir',
    '/abs/path',
    'a:b',
  ])('%s is something else', (text) => {
    expect(parseGitUrl(text)).toEqual({ kind: 'other' })
  })

  it.each([
    ['https://h/r.git?ref=a#b', 'ref is given twice'],
    ['https://h/r.git?what=1', 'unknown query parameter what'],
    ['https://h/r.git?submodules=maybe', 'must be true or false'],
    ['https://h/r.git?ref=', 'has no value'],
  ])('%s is refused', (text, message) => {
    expect(parseGitUrl(text)).toMatchObject({ kind: 'bad', message: expect.stringContaining(message) })
  })
})

it('credentials do not appear in messages', () => {
  expect(redactUrls("fatal: unable to access 'https://me:s3cret@host/r.git/': no")).toBe(
    "fatal: unable to access 'https://xxxxx@host/r.git/': no",
  )
  expect(redactUrls('git@host:path and a@b.c')).toBe('git@host:path and a@b.c')
})
