import { describe, expect, it } from 'vitest'
import { gitRemote } from './git-remote.ts'
import { sourceAccess } from './index.ts'

const bytes = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Buffer.from(value)]))
const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`

describe('access to sources by secrets', () => {
  const access = sourceAccess(
    bytes({
      GIT_AUTH_TOKEN: 'any\n',
      'GIT_AUTH_TOKEN.own:8443': 'own',
      'GIT_AUTH_HEADER.both': 'Digest x',
      'GIT_AUTH_TOKEN.both': 'unused',
      HTTP_AUTH_TOKEN_files: 'f',
      HTTP_AUTH_HEADER_raw: 'Basic raw',
    }),
  )

  it.each([
    ['https://elsewhere/a.git', basic('x-access-token', 'any')],
    ['https://own:8443/a.git', basic('x-access-token', 'own')],
    ['https://both/a.git', 'Digest x'],
    ['git@own:a.git', undefined],
    ['ssh://own/a.git', undefined],
  ])('for the repository %s is %s', (remote, header) => {
    expect(access.git(remote)).toBe(header)
  })

  it.each([
    ['https://files:444/x', 'Bearer f'],
    ['http://raw/x', 'Basic raw'],
    ['http://nobody/x', undefined],
    ['no url', undefined],
  ])('for the download %s is %s', (url, header) => {
    expect(access.http(url)).toBe(header)
  })
})

describe('what git is told about a repository', () => {
  const access = sourceAccess(bytes({ GIT_AUTH_TOKEN: 't' }), { default: { keys: ["/it's"] } })

  it('moves the credentials of a URL into a header', () => {
    const { url, config, shown } = gitRemote('https://me:p%40ss@host/r.git', access)
    expect({ url, config, shown }).toEqual({
      url: 'https://host/r.git',
      config: [['http.https://host/r.git.extraHeader', `Authorization: ${basic('me', 'p@ss')}`]],
      shown: 'https://xxxxx@host/r.git',
    })
  })

  it('sends a token to the repository alone, at GitHub to all of its repositories', () => {
    const scope = (remote: string) => gitRemote(remote, access).config.map(([key]) => key)
    expect(scope('https://host/r.git')).toEqual(['http.https://host/r.git.extraHeader'])
    expect(scope('https://github.com/a/r.git')).toEqual(['http.https://github.com/.extraHeader'])
    expect(scope('https://github.community/a/r.git')).toEqual(['http.https://github.community/a/r.git.extraHeader'])
    expect(scope('git@host:r.git')).toEqual([])
  })

  it('uses the agent or the keys of --ssh default', () => {
    expect(gitRemote('git@host:r', access).env['GIT_SSH_COMMAND']).toMatch(/ -i '\/it'\\''s'$/)
    const agent = sourceAccess({}, { default: { socket: '/agent' } })
    expect(gitRemote('git@host:r', agent).env).toEqual({ SSH_AUTH_SOCK: '/agent' })
    expect(gitRemote('git@host:r').env).toEqual({})
  })
})
