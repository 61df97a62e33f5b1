import { describe, expect, test } from 'vitest'
import { explain } from '../testing/failed-step.ts'

const program = { content: '', mode: 0o755 }

describe('a command that is not there', () => {
  test.each([
    ['dash', '/bin/sh: 1: curl: not found'],
    ['dash, after exec', '/bin/sh: 1: exec: curl: not found'],
    ['busybox', '/bin/sh: curl: not found'],
    ['busybox, after exec', '/bin/sh: exec: line 0: curl: not found'],
    ['bash', '/bin/bash: line 1: curl: command not found'],
    ['env', "/usr/bin/env: 'curl': No such file or directory"],
    ['env of busybox', "env: can't execute 'curl': No such file or directory"],
    ['timeout', "timeout: failed to run command 'curl': No such file or directory"],
    ['nice', "nice: 'curl': No such file or directory"],
    ['make', 'make: curl: No such file or directory'],
    ['go', 'go: exec: "curl": executable file not found in $PATH'],
    ['crun', 'executable file `curl` not found in $PATH: No such file or directory'],
    ['node', 'Error: spawn curl ENOENT'],
    ['setuptools', "error: command 'curl' failed: No such file or directory"],
  ])('comes with the package of the base, as %s says it', (_, output) => {
    expect(explain(output, { on: 'alpine', exitCode: 127 })).toBe(
      'curl is not installed in this stage (Alpine Linux 3.20.3)\nthe package curl brings it: RUN apk add --no-cache curl',
    )
  })

  test('has another package in another family', () => {
    const ping = (on: 'debian' | 'alpine' | 'fedora') => explain('/bin/sh: 1: ps: not found', { on, exitCode: 127 })
    expect(ping('debian')).toContain('install -y --no-install-recommends procps ')
    expect(ping('alpine')).toContain('apk add --no-cache procps')
    expect(ping('fedora')).toContain('dnf install -y procps-ng ')
  })

  test('may be a slip of the pen', () => {
    const files = { 'usr/bin/npm': program }
    expect(explain('/bin/sh: 1: npn: not found', { exitCode: 127, files })).toBe(
      'npn is not installed in this stage; did you mean npm?',
    )
  })

  test('may be unknown, which is said', () => {
    expect(explain('/bin/sh: 1: frobnicate: not found', { on: 'debian', exitCode: 127 })).toBe(
      "frobnicate is not installed in this stage (Debian 12)\nwhich package of Debian 12 brings it is not in Slipway's list of common commands",
    )
    expect(explain('/bin/sh: 1: frobnicate: not found', { exitCode: 127 })).toBe(
      'frobnicate is not installed in this stage',
    )
  })

  test('may be where PATH does not lead', () => {
    const files = { 'usr/local/go/bin/go': program }
    expect(explain('/bin/sh: 1: go: not found', { on: 'debian', exitCode: 127, files })).toBe(
      'go is installed as /usr/local/go/bin/go, and PATH does not lead there\nadd it above this line: ENV PATH=/usr/local/go/bin:$PATH',
    )
  })

  test('is there after all: nothing is said', () => {
    expect(
      explain('/bin/sh: 1: curl: not found', { on: 'debian', exitCode: 127, files: { 'usr/bin/curl': program } }),
    ).toBeUndefined()
  })

  test('is not seen in output that only looks like it', () => {
    expect(explain('GET /curl: not found')).toBeUndefined()
    expect(explain('error: page curl: not found in index')).toBeUndefined()
  })
})

describe('a build tool of package.json', () => {
  const packageJson = JSON.stringify({ devDependencies: { typescript: '^5' }, dependencies: { next: '15' } })
  const output = '> build\n> tsc\n\nsh: 1: tsc: not found'

  test('that an installation for production has left out', () => {
    const files = { 'app/package.json': packageJson, 'app/node_modules/next/package.json': '{}' }
    expect(explain(output, { on: 'debian', exitCode: 127, cwd: '/app', files })).toBe(
      'tsc (of typescript) is one of the devDependencies of package.json, and they were not installed\ninstall all of them for the build (npm ci without --omit=dev, --production or NODE_ENV=production)\nand keep them out of the image with npm prune --omit=dev, or by a second stage',
    )
  })

  test('before any installation', () => {
    expect(
      explain(output, { on: 'debian', exitCode: 127, cwd: '/app', files: { 'app/package.json': packageJson } }),
    ).toBe(
      'tsc (of typescript) is one of the devDependencies of package.json, and nothing has been installed in /app\nrun npm ci (or npm install) above this line',
    )
  })

  test('is no explanation for tools that package.json does not list', () => {
    const files = { 'app/package.json': '{}' }
    expect(explain(output, { on: 'debian', exitCode: 127, cwd: '/app', files })).toMatch(/^tsc is not installed/)
  })
})

describe('accounts', () => {
  test('are made by adduser on Alpine', () => {
    expect(explain('/bin/sh: useradd: not found', { on: 'alpine', exitCode: 127 })).toBe(
      'useradd is not installed in this stage (Alpine Linux 3.20.3)\nuse adduser -S -D -H NAME, which it has, or install useradd: RUN apk add --no-cache shadow',
    )
  })

  test('have other flags in busybox and in Debian', () => {
    expect(explain('adduser: unrecognized option: disabled-login')).toMatch(
      /^adduser is that of busybox here and has no option disabled-login/,
    )
    const debian =
      'Option D is ambiguous (debug, disabled-login, disabled-password)\nadduser [--home DIR] [--shell SHELL] [--no-create-home]'
    expect(explain(debian)).toMatch(/^adduser is that of Debian here and has no option -D/)
    expect(explain('tool: unrecognized option: x')).toBeUndefined()
  })
})
