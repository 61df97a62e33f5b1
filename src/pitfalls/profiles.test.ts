import { describe, expect, it } from 'vitest'
import { allPitfalls } from './all-pitfalls.ts'
import type { Profile } from './pitfall.ts'

// Each profile is the checklist of one of five articles about builds of several stages; its items, in short, and the rules that
// answer them. An item without a rule has its answer elsewhere.

const secrets =
  'secret-in-arg secret-in-env secret-in-run secret-file-copied secret-file-in-context ci-secret-build-arg'
const ignoreFile = 'missing-dockerignore dockerignore-gaps oversized-context'
const residue = 'apt-lists-not-removed package-cache-kept cleanup-in-later-layer'

const checklists: { readonly [name in Profile]: readonly (readonly [asks: string, rules: string])[] } = {
  decision: [
    [
      'the final image has nothing but what runs',
      'build-tools-in-final dev-dependencies-in-final single-stage-build final-from-builder',
    ],
    [
      'caches stay out, by the ignore file and by paths that are named',
      `${ignoreFile} copy-whole-stage context-copied-to-final build-cache-copied ${residue}`,
    ],
    ['the base that runs is minimal', 'bloated-final-base eol-base unpinned-base'],
    ['stages are built at the same time', 'serial-independent-stages'],
    ['credentials are no build arguments', secrets],
    ['the order of instructions uses the cache', 'copy-before-install volatile-arg-early update-alone'],
    ['names of stages are telling and consistent', 'unnamed-stage-reference inconsistent-stage-names unused-stage'],
    ['a pipeline watches size and layers', 'ci-budget-missing'],
  ],
  security: [
    ['no credentials in build arguments', secrets],
    ['exact tags', 'unpinned-base floating-base-tag eol-base remote-add-unverified unlocked-dependencies'],
    ['the final image is scanned', 'ci-scan-missing ci-debug-target'],
    ['it does not run as root', 'root-user user-not-in-image user-created-unused missing-chown'],
    ['no shell and no tools in it', 'bloated-final-base build-tools-in-final single-stage-build'],
  ],
  size: [
    ['a base that is too large', 'bloated-final-base'],
    [
      'tools of the build',
      'build-tools-in-final single-stage-build final-from-builder dev-dependencies-in-final site-packages-wholesale',
    ],
    ['layers that hold things twice', 'cleanup-in-later-layer chown-duplicates-layer consecutive-runs image-waste'],
    ['no ignore file, or half of one', ignoreFile],
    ['what package managers leave', `${residue} download-left-behind apt-recommends package-residue-in-image`],
    ['files that nothing needs', 'copy-whole-stage context-copied-to-final build-cache-copied unstripped-binary'],
  ],
  speed: [
    ['what changes rarely comes first', 'copy-before-install volatile-arg-early'],
    [
      'caches are mounted, and used',
      'cache-mount-missing cache-mount-ineffective cache-mount-owner cache-mount-sharing',
    ],
    ['versions are fixed', 'unlocked-dependencies update-alone'],
    ['stages are built at the same time', 'serial-independent-stages'],
    ['little is sent', ignoreFile],
  ],
  production: [
    ['credentials never get into an image', `${secrets} secret-mount-not-required`],
    ['not the whole context', `context-copied-to-final copy-whole-stage ${ignoreFile}`],
    ['a user of its own', 'root-user user-not-in-image root-home-with-nonroot missing-chown'],
    ['all versions are fixed', 'unpinned-base floating-base-tag unlocked-dependencies'],
    ['health is checked', 'healthcheck-missing healthcheck-tool-missing'],
    ['the final image is scanned', 'ci-scan-missing'],
    [
      'what starts works',
      'needs-shell-in-shellless dynamic-binary-in-static-base missing-runtime-lib missing-ca-certificates libc-mismatch stage-version-skew',
    ],
  ],
}

describe.each(Object.entries(checklists) as [Profile, (typeof checklists)[Profile]][])(
  'the profile %s',
  (name, items) => {
    it.each(items)('has the rules for: %s', (_, rules) => {
      const having = new Set(allPitfalls.filter(({ profiles }) => profiles.includes(name)).map(({ id }) => id))
      expect(rules.split(' ').filter((rule) => !having.has(rule))).toEqual([])
    })
  },
)

it('what does not work, or leaks, is on the checklist for production', () => {
  const others = allPitfalls.filter(
    ({ severity, profiles }) => severity === 'error' && !profiles.includes('production'),
  )
  // BuildKit stops at these itself.
  expect(others.map(({ id }) => id)).toEqual(['invalid-port'])
})
