import { describe, expect, test } from 'vitest'
import { explain } from '../testing/failed-step.ts'

describe('npm', () => {
  const usage = `npm error code EUSAGE\nnpm error\nnpm error The \`npm ci\` command can only install with an existing package-lock.json or\nnpm error npm-shrinkwrap.json with lockfileVersion >= 1.${'\nnpm error Options:'.repeat(20)}`

  test('ci without a lock file is told so, although a page of advice follows', () => {
    expect(explain(usage, { cwd: '/app', files: { 'app/package.json': '{}' } })).toMatch(
      /^npm ci needs a package-lock\.json, and there is none in \/app\nCOPY package\*\.json/,
    )
    expect(explain(usage, { cwd: '/app' })).toMatch(/^there is no package\.json in \/app/)
  })

  test('run without such a script has the nearest', () => {
    const files = { 'app/package.json': '{"scripts":{"build":"tsc"}}' }
    expect(explain('npm error Missing script: "biuld"', { cwd: '/app', files })).toBe(
      'package.json has no script biuld\ndid you mean npm run build?',
    )
  })
})

test('pip in a Python of the distribution is told of virtual environments', () => {
  const output =
    'error: externally-managed-environment\n\nnote: If you believe this is a mistake\nhint: See PEP 668 for the detailed specification.'
  expect(explain(output, { on: 'debian' })).toMatch(/\(PEP 668\)\nuse a virtual environment: RUN python3 -m venv/)
})

describe('a directory that is not there', () => {
  test.each([
    ['dash', "/bin/sh: 1: cd: can't cd to /srv/app"],
    ['busybox', "/bin/sh: cd: line 0: can't cd to /srv/app: No such file or directory"],
    ['bash', '/bin/bash: line 1: cd: /srv/app: No such file or directory'],
  ])('is named, as %s says it', (_, output) => {
    expect(explain(output, { exitCode: 2 })).toBe(
      'there is no directory /srv/app in this stage\nWORKDIR creates a directory and enters it; a cd ends with its RUN',
    )
  })

  test('may be that of a file to be written', () => {
    expect(explain('/bin/sh: 1: cannot create /srv/app/x: Directory nonexistent', { exitCode: 2 })).toBe(
      'there is no directory /srv/app in this stage\nmake it first: mkdir -p /srv/app',
    )
  })

  test('is not claimed to be missing when it is there', () => {
    expect(
      explain("/bin/sh: 1: cd: can't cd to /srv", { exitCode: 2, files: { srv: { kind: 'dir' } } }),
    ).toBeUndefined()
  })
})

test('a header comes with its package', () => {
  expect(explain('x.c:1:10: fatal error: Python.h: No such file or directory', { on: 'debian' })).toMatch(
    /^the header Python\.h is not in this stage\nin Debian 12 the package python3-dev brings it: RUN apt-get/,
  )
  expect(explain('x.c:1:10: fatal error: ours.h: No such file or directory', { on: 'debian' })).toBeUndefined()
})
