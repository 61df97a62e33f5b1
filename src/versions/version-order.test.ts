import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { versionOrder } from './version-order.ts'

/** Each line is a list of versions, oldest first; `=` joins those that are the same. */
const ascending: Readonly<Record<string, readonly string[]>> = {
  // Answers of apk-tools 2.14.4 to `apk version -t`, but for two lines that are ours: of texts that are no versions (the first),
  // and of commits (`~abc`), which that apk does not know yet.
  apk: [
    'x = ?',
    'x 1',
    '1.05 1.1',
    '1.00 1.0',
    '1.01 1.1',
    '1.0.9 1.0.10',
    '1.2_alpha 1.2',
    '1.2_alpha 1.2-r0',
    '1.2_alpha_rc1 1.2_alpha 1.2_beta 1.2_pre1 1.2_rc1 1.2_rc2 1.2 1.2-r0 1.2-r1 1.2-r10',
    '1.2 1.2_cvs 1.2_svn 1.2_git20200101 1.2_hg 1.2_p1 1.2_p2',
    '1.2 1.2a 1.2b 1.2.0 1.2.3',
    '1.2_p 1.2_p0',
    '01.2 = 1.2',
    '1.01 1.010',
    '1.2 1.2~abc',
    '1.36.1-r28 1.36.1-r29 1.37.0-r0',
  ],
  // Answers of rpm 4.18.0 (`rpm.ver` in Lua). The last line is ours: as in dependencies of rpm, no release is any release.
  rpm: [
    '1.0 2.0',
    '2.0 2.0.1',
    '2.0.1 2.0.1a',
    '5.5p1 5.5p2 5.5p10',
    'xyz10 xyz10.1',
    'xyz.4 8',
    '5.5p2 5.6p1',
    '6.0 6.0.rc1',
    '1.0~rc1 1.0',
    '1.0~rc1~git123 1.0~rc1',
    '1.0 1.0^',
    '1.0^git1 1.0^git2 1.01',
    '1.0^20160101 1.0.1',
    '1.0~rc1 1.0~rc1^git1',
    '1.0^git1~pre 1.0^git1',
    '2_0 = 2.0',
    '10a2 10b2',
    '9:1 10:0',
    '0:1.2-3.el9 = 1.2-3.el9',
    '1.2-3.el9 1.2-3.el9_4.1 1.2-10.el9',
    '1.2 = 1.2-5',
  ],
  npm: [
    '0 0.0.1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0',
    '1.9.0 1.10.0 1.11.0',
    'v1.2.3 = 1.2.3 = 1.2.3+build',
    '1.2 = 1.2.0',
    'main 0.0.0-0',
    '1.0.9007199254740992 1.0.9007199254740993',
  ],
  golang: [
    'v0.0.0-20200101000000-aaaaaaaaaaaa v0.0.0-20210101000000-000000000000 v0.0.1',
    'v1.2.3-0.20200101000000-aaaaaaaaaaaa v1.2.3',
    'v2.0.0+incompatible = 2.0.0',
    '1.20.14 1.21rc2 1.21rc10 1.21.0 1.21.1',
    'go1.21rc2 = 1.21.0-rc.2',
  ],
  nuget: ['1.2.3 1.2.3.1 1.2.4', '1.0.0-Beta = 1.0.0-beta', '1.0 = 1.0.0.0'],
  // Answers of Gem::Version in RubyGems 3.3.7.
  gem: [
    '1.0.a 1.0.rc1 1.0 1.0.1',
    '1 = 1.0 = 1.0.0',
    '1.0.0.rc1 = 1.rc1',
    '3.0.0.beta 3.0.0.beta1 3.0.0.beta10',
    '1.0-1 1.0',
    '1.9 1.10',
  ],
  // Answers of ComparableVersion in Maven 3.8.7 and 3.9.9.
  maven: [
    '1 1.1',
    '1-snapshot 1 1-sp',
    '1-foo2 1-foo10',
    '1.foo = 1-foo',
    '1-foo 1-1 1.1',
    '1.ga = 1-ga = 1-0 = 1.0 = 1',
    '1-sp 1-sp.1',
    '1-sp-1 1-sp.1',
    '1-a1 = 1-alpha-1',
    '1.0-alpha1 1.0-beta1 1.0-milestone1 1.0-rc1 1.0-SNAPSHOT 1.0 1.0-sp 1.0-whatever 1.0-1 1.0.1',
    '1.0-cr2 = 1.0-RC2',
    '1.0.Final = 1.0',
    '2.14.1 2.15.0 2.17.1',
    '9.4.48.v20220622 9.4.50.v20221201',
    '31.1-jre 32.0.0-jre',
    '1.foo-rc 1.a',
    '1.jre-final.beta 1.foo',
    '1.a.b 1.a',
    '1..1 = 1.0.1',
    '1--1 1-1',
  ],
  composer: [
    'dev-master 1.0.0-dev 1.0.0-alpha1 1.0.0-beta1 1.0.0-RC1 1.0.0-RC2 1.0 1.0.0.1',
    '1.0 1.0-p1',
    'v1.0 = 1.0.0',
    '1.0a2 = 1.0.0-alpha2',
    '4.9.0 4.10.0',
  ],
  pypi: [
    '1.dev0 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0.post456.dev34 1.0.post456 1.1.dev1',
    '1.0 = 1 = v1.0.0',
    '2 1!0',
    '2004d 1.0.dev0',
    '1.0-1 = 1.0.post1',
  ],
}

const pairs = Object.entries(ascending).flatMap(([type, lines]) =>
  lines.flatMap((line) => {
    const words = line
      .split(' = ')
      .flatMap((part, at) => part.split(' ').map((text, place) => ({ text, same: at > 0 && place === 0 })))
    return words.slice(1).map(({ text, same }, at) => [type, words[at]?.text ?? '', same ? 0 : -1, text] as const)
  }),
)

describe('versionOrder', () => {
  it.each(pairs)('%s: %s and %s come to %i', (type, one, order, other) => {
    const compare = versionOrder(type)
    expect(Math.sign(compare?.(one, other) ?? Number.NaN)).toBe(order)
    expect(Math.sign(compare?.(other, one) ?? Number.NaN)).toBe(order === 0 ? 0 : -order)
  })

  it('has none for other types', () => {
    expect([versionOrder('generic'), versionOrder('constructor')]).toEqual([undefined, undefined])
  })

  it.each(Object.keys(ascending))('%s: any texts have an order, and it can be turned round', (type) => {
    const compare = versionOrder(type)
    const text = fc.string({ unit: fc.constantFrom(...'019aZrc.-_~^+!: '), maxLength: 12 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [there, back] = [compare?.(a, b) ?? Number.NaN, compare?.(b, a) ?? Number.NaN]
        expect(Math.sign(there) + Math.sign(back)).toBe(0)
        expect(compare?.(a, a)).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  it('agrees with the package semver', () => {
    const number = fc.nat(20)
    const word = fc.oneof(number.map(String), fc.constantFrom('alpha', 'beta', 'rc', 'x-1', '0a'))
    const version = fc
      .tuple(number, number, number, fc.array(word, { maxLength: 3 }))
      .map(([a, b, c, words]) => `${a}.${b}.${c}${words.length === 0 ? '' : `-${words.join('.')}`}`)
    fc.assert(
      fc.property(version, version, (a, b) => Math.sign(versionOrder('npm')?.(a, b) ?? 9) === semver.compare(a, b)),
    )
  })

  it("agrees with Python's packaging on random versions", ({ skip }) => {
    const sign =
      'import sys\nfrom packaging.version import Version as V\nfor l in sys.stdin:\n a,b=map(V,l.split())\n print((a>b)-(a<b))'
    if (spawnSync('python3', ['-c', 'import packaging.version']).status !== 0) skip('python3 has no package packaging')
    const version = fc
      .tuple(
        fc.constantFrom('', '1!'),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', 'a1', 'b2', 'rc1', '.post1', '-3', '.dev4', 'a1.dev2', '+local.1', '+2', '.post2.dev1'),
      )
      .map(([epoch, numbers, rest]) => `${epoch}${numbers.join('.')}${rest}`)
    const samples = fc.sample(fc.tuple(version, version), { numRuns: 300, seed: 7 })
    const input = samples.map((pair) => `${pair.join(' ')}\n`).join('')
    const answers = spawnSync('python3', ['-c', sign], { input, encoding: 'utf8' })
      .stdout.trim()
      .split('\n')
      .map(Number)
    expect(samples.map(([a, b]) => Math.sign(versionOrder('pypi')?.(a, b) ?? 9))).toEqual(answers)
  })
})
