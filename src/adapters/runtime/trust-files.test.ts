import { posix } from 'node:path'
import { rootCertificates } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { parsePem, renderPem } from './certificates.ts'
import { type RootFiles, trustFiles } from './trust-files.ts'

const [publicOne, publicTwo, company] = parsePem(rootCertificates.slice(0, 3).join('\n')) as [never, never, never]
const host = { all: [publicOne, publicTwo, company], own: [company] }
const rootfs = (files: Readonly<Record<string, string>>, loader = '/lib64/ld-linux-x86-64.so.2'): RootFiles => {
  const all: Readonly<Record<string, string>> = { ...files, [loader]: '' }
  return {
    read: (path) => (all[path] === undefined ? undefined : Buffer.from(all[path])),
    list: (path) => Object.keys(all).flatMap((file) => (posix.dirname(file) === path ? [posix.basename(file)] : [])),
  }
}
const bundle = '/etc/ssl/certs/ca-certificates.crt'
const contentOf = (result: ReturnType<typeof trustFiles>, name: string): string =>
  String(result?.files.find(({ target }) => target.endsWith(name))?.content)

describe('trustFiles', () => {
  it('does nothing when the image trusts what the host added', () => {
    const read = rootfs({ [bundle]: renderPem([company]) })
    expect(trustFiles({ mode: 'auto', host }, [], read)).toBeUndefined()
  })

  it('does nothing when the host added nothing, whatever the image lacks', () => {
    expect(trustFiles({ mode: 'auto', host: { ...host, own: [] } }, [], rootfs({}))).toBeUndefined()
  })

  it("adds the host's own authorities to those of the image", () => {
    const result = trustFiles({ mode: 'auto', host }, [], rootfs({ [bundle]: renderPem([publicOne]) }))
    expect(parsePem(contentOf(result, 'ca-bundle.crt'))).toEqual([publicOne, company])
    expect(parsePem(contentOf(result, 'ca-extra.crt'))).toEqual([company])
    expect(result?.env).toEqual(
      expect.arrayContaining([
        'SSL_CERT_FILE=/dev/slipway/ca-bundle.crt',
        'NODE_EXTRA_CA_CERTS=/dev/slipway/ca-extra.crt',
      ]),
    )
  })

  it('looks at the bundle of every step anew', () => {
    const trust = { mode: 'auto', host } as const
    const texts = [[publicOne], [publicTwo], [company], [], [publicOne]].map(renderPem)
    const bundles = texts.map((text) => contentOf(trustFiles(trust, [], rootfs({ [bundle]: text })), 'ca-bundle.crt'))
    expect(bundles.map((text) => parsePem(text))).toEqual([
      [publicOne, company],
      [publicTwo, company],
      [],
      [publicOne, publicTwo, company],
      [publicOne, company],
    ])
  })

  it('takes the whole bundle of the host for an image without one', () => {
    expect(parsePem(contentOf(trustFiles({ mode: 'auto', host }, [], rootfs({})), 'ca-bundle.crt'))).toEqual([
      publicOne,
      publicTwo,
      company,
    ])
  })

  it('adds every authority that the image lacks when switched on', () => {
    const result = trustFiles(
      { mode: 'on', host },
      [],
      rootfs({ '/etc/pki/tls/certs/ca-bundle.crt': renderPem([company]) }),
    )
    expect(parsePem(contentOf(result, 'ca-extra.crt'))).toEqual([publicOne, publicTwo])
  })

  it('leaves variables of the image alone and reaches Java by the second one then', () => {
    const result = trustFiles({ mode: 'auto', host }, ['SSL_CERT_FILE=/mine', 'JAVA_TOOL_OPTIONS=-Xmx1g'], rootfs({}))
    const names = result?.env.map((pair) => pair.slice(0, pair.indexOf('=')))
    expect(names).not.toContain('SSL_CERT_FILE')
    expect(names).not.toContain('JAVA_TOOL_OPTIONS')
    expect(names).toContain('JDK_JAVA_OPTIONS')
  })

  it('keeps the settings of wget', () => {
    const result = trustFiles({ mode: 'auto', host }, [], rootfs({ '/etc/wgetrc': 'passive_ftp = on\n' }))
    expect(contentOf(result, 'wgetrc')).toBe('passive_ftp = on\n\nca_certificate = /dev/slipway/ca-bundle.crt\n')
  })

  it.each([
    '/lib/ld-linux-aarch64.so.1',
    '/lib/ld-musl-x86_64.so.1',
    '/lib64/ld64.so.2',
    '/usr/lib64/ld-linux-x86-64.so.2',
    '/etc/ssl/certs/9f3c1a2b.0',
    '/nix/store/abc-glibc',
  ])('looks for tools in a root with %s', (file) => {
    expect(trustFiles({ mode: 'auto', host }, [], rootfs({}, file))).toBeDefined()
  })

  it.each(['/bin/busybox', '/lib/libload.so.1', '/lib/ld-notes.txt'])(
    'does nothing for a root with only %s: nothing there trusts any server',
    (file) => {
      expect(trustFiles({ mode: 'auto', host }, [], rootfs({}, file))).toBeUndefined()
      expect(trustFiles({ mode: 'on', host }, [], rootfs({}, file))).toBeDefined()
    },
  )

  it('sets the variables of programs that few roots have only where the program is on PATH', () => {
    const names = (files: Readonly<Record<string, string>>, env: readonly string[] = []) =>
      trustFiles({ mode: 'auto', host }, env, rootfs(files))?.env.map((pair) => pair.slice(0, pair.indexOf('=')))
    expect(names({})?.filter((name) => name.includes('PATH'))).toEqual([])
    expect(names({ '/usr/local/bin/mix': '' })).toContain('HEX_CACERTS_PATH')
    expect(names({ '/opt/bin/python3': '' })).not.toContain('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH')
    expect(names({ '/opt/bin/python3': '' }, ['PATH=/bin:/opt/bin'])).toContain('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH')
  })
})
