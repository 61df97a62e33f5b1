import { describe, expect, it } from 'vitest'
import { downloadName, isHttpUrl, parseGitContext, parseGitUrl } from './index.ts'

describe('git URLs', () => {
  it.each([
    ['https://github.com/a/b.git', { remote: 'https://github.com/a/b.git' }],
    ['https://github.com/a/b.git#v1:sub/dir', { remote: 'https://github.com/a/b.git', ref: 'v1', subdir: 'sub/dir' }],
    ['https://github.com/a/b.git#:sub/../x/', { remote: 'https://github.com/a/b.git', subdir: 'x' }],
    ['git@github.com:a/b.git#main', { remote: 'git@github.com:a/b.git', ref: 'main' }],
    ['git@host:a?ref=x#', { remote: 'git@host:a', ref: 'x' }],
    ['ssh://git@host:22/a/b', { remote: 'ssh://git@host:22/a/b' }],
    ['git://host/a', { remote: 'git://host/a' }],
    ['http://host/a.git?tag=v1', { remote: 'http://host/a.git', ref: 'refs/tags/v1' }],
    ['http://host/a.git?branch=refs/heads/dev', { remote: 'http://host/a.git', ref: 'refs/heads/dev' }],
    ['http://host/a.git?subdir=x&commit=abc', { remote: 'http://host/a.git', subdir: 'x', checksum: 'abc' }],
    [
      'http://host/a.git?keep-git-dir&submodules=false',
      { remote: 'http://host/a.git', keepGitDir: true, submodules: false },
    ],
    [
      'http://host/a.git?mtime=commit&fetch-by-commit=1',
      { remote: 'http://host/a.git', mtime: 'commit', fetchByCommit: true },
    ],
    ['http://host/a.git?mtime=checkout&fetch-by-commit=false', { remote: 'http://host/a.git', mtime: 'checkout' }],
    ['https://h/a.git#baz/qux:quux/quuz', { remote: 'https://h/a.git', ref: 'baz/qux', subdir: 'quux/quuz' }],
    ['git@h:p.git?tag=v1&subdir=d', { remote: 'git@h:p.git', ref: 'refs/tags/v1', subdir: 'd' }],
    ['https://h/a.git?ref=x#x', { remote: 'https://h/a.git', ref: 'x' }],
  ])('reads %s', (text, git) => {
    expect(parseGitUrl(text)).toEqual({ git })
  })

  it.each([
    'https://host/file.tar',
    'https://host/a.git/file',
    './git@host:x',
    '../a',
    'github.com/a/b',
    'a/b',
    'ftp://host/x.git',
    'file:///tmp/x.git',
    '/abs/path',
  ])('leaves %s alone', (text) => {
    expect(parseGitUrl(text)).toBeUndefined()
  })

  it.each([
    ['http://host/a.git?ref=a&ref=b', 'query "ref" has multiple values'],
    ['http://host/a.git?ref=b#a', 'ref conflicts: "a" vs "b"'],
    ['http://host/a.git?tag=a&branch=b', 'branch conflicts with tag'],
    ['http://host/a.git?tag=', 'query "tag" has no value'],
    ['http://host/a.git?submodules=maybe', 'invalid submodules value: "maybe"'],
    ['http://host/a.git?mtime=now', 'invalid mtime value: "now" (must be "checkout" or "commit")'],
    ['http://host/a.git?nope=1', 'unexpected query "nope"'],
  ])('refuses %s', (text, error) => {
    expect(parseGitUrl(text)).toEqual({ error })
  })

  it.each([
    ['file:///tmp/r.git#v1', { remote: 'file:///tmp/r.git', ref: 'v1' }],
    ['github.com/foo/bar', { remote: 'https://github.com/foo/bar.git' }],
    ['github.com/foo/bar.git#x:d', { remote: 'https://github.com/foo/bar.git', ref: 'x', subdir: 'd' }],
    ['https://host/a.git', { remote: 'https://host/a.git' }],
  ])('takes %s as a context', (text, git) => {
    expect(parseGitContext(text)).toEqual({ git })
  })

  it.each(['file:///tmp/dir', './x.git', 'https://host/a.tar', 'a:b'])('takes %s for no repository', (text) => {
    expect(parseGitContext(text)).toBeUndefined()
  })

  it('tells downloads from repositories', () => {
    expect(isHttpUrl('https://host/a.tar')).toBe(true)
    expect(isHttpUrl('https://host/a.git')).toBe(false)
    expect(isHttpUrl('a.tar')).toBe(false)
  })

  it.each([
    ['https://host/dir/a%20b.tar?x=/y#z', 'a b.tar'],
    ['https://host/', '__unnamed__'],
    ['https://host', '__unnamed__'],
    ['https://host/dir/', 'dir'],
    ['https://host/a/%2e%2e', '__unnamed__'],
  ])('names the download of %s %s', (url, name) => {
    expect(downloadName(url)).toBe(name)
  })
})
