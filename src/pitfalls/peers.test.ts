import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allPitfalls } from './all-pitfalls.ts'

const pages = readdirSync(join(import.meta.dirname, '../../docs/rules')).map((name) => name.replace(/\.md$/, ''))

const forms = {
  hadolint: /^(?:DL[1-4]0\d\d|SC[12]\d{3})$/,
  dockle: /^(?:CIS-DI|DKL-DI|DKL-LI)-00\d\d$/,
  trivy: /^DS-00\d\d$/,
  buildkit: /^[A-Z][A-Za-z]+$/,
} as const

/** Peers that look for more than one thing at once: several rules here are needed for one of theirs. */
const shared: Readonly<Record<string, readonly string[]>> = {
  'CIS-DI-0010': ['secret-file-copied', 'secret-in-arg', 'secret-in-env', 'secret-in-run'],
  'DKL-LI-0003': ['build-cache-copied', 'vcs-in-image'],
  DL3064: ['secret-in-arg', 'secret-in-env'],
  'DS-0031': ['secret-file-copied', 'secret-in-arg', 'secret-in-env', 'secret-in-run'],
  SecretsUsedInArgOrEnv: ['secret-in-arg', 'secret-in-env'],
}

const claims = allPitfalls.flatMap(({ id, peers }) =>
  Object.entries(peers).flatMap(([peer, names]) =>
    names.map((name) => ({ rule: id, peer: peer as keyof typeof forms, name })),
  ),
)

describe('rules of others', () => {
  it.each(claims.map((claim) => [`${claim.rule} and ${claim.name}`, claim] as const))(
    'have ids of the right form: %s',
    (_, { peer, name }) => {
      expect(name).toMatch(forms[peer])
      if (peer === 'buildkit') expect(pages).toContain(name)
    },
  )

  it('belong to one rule here each, unless they look for several things', () => {
    const byName = new Map<string, string[]>()
    for (const { rule, name } of claims) byName.set(name, [...(byName.get(name) ?? []), rule])
    const several = [...byName].filter(([, rules]) => rules.length > 1)
    const unexpected = several.filter(([name, rules]) => !rules.every((rule) => shared[name]?.includes(rule) === true))
    expect(unexpected).toEqual([])
  })
})
