import { describe, expect, test } from 'vitest'
import type { MemoryFiles } from '../../fileset/index.ts'
import { explain, type Failing } from '../testing/failed-step.ts'

const app: Failing = { on: 'debian', user: 'app', userSetAt: 'Dockerfile:5' }
const rootDirectory: MemoryFiles = {
  srv: { kind: 'dir' },
  'srv/file': { content: 'x' },
  tmp: { kind: 'dir', mode: 0o1777 },
  'home/app': { kind: 'dir', uid: 1000, gid: 1000 },
  'root/': { kind: 'dir', mode: 0o700 },
}

describe('a user who may not write', () => {
  test.each([
    ['mkdir', "mkdir: cannot create directory '/srv/x': Permission denied"],
    ['mkdir in another locale', 'mkdir: cannot create directory ‘/srv/x’: Permission denied'],
    ['mkdir of busybox', "mkdir: can't create directory '/srv/x': Permission denied"],
    ['dash', '/bin/sh: 1: cannot create /srv/x: Permission denied'],
    ['busybox sh', "/bin/sh: can't create /srv/x: Permission denied"],
    ['bash', '/bin/bash: line 1: /srv/x: Permission denied'],
    ['touch', "touch: cannot touch '/srv/x': Permission denied"],
    ['touch of busybox', 'touch: /srv/x: Permission denied'],
    ['cp', "cp: cannot create regular file '/srv/x': Permission denied"],
    ['ln', "ln: failed to create symbolic link '/srv/x': Permission denied"],
    ['mv', "mv: cannot move '/tmp/x' to '/srv/x': Permission denied"],
    ['npm', "npm error code: 'EACCES',\nnpm error path: '/srv/x'\nnpm error }"],
    ['npm 6', 'npm ERR! code EACCES\nnpm ERR! path /srv/x'],
    ['node', "Error: EACCES: permission denied, open '/srv/x'"],
    ['python', "PermissionError: [Errno 13] Permission denied: '/srv/x'"],
    ['pip', "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/srv/x'"],
    ['go', 'go: creating new go.mod: open /srv/x: permission denied'],
  ])('learns the directory, its owner and the line of USER, as %s says it', (_, output) => {
    expect(explain(output, { ...app, files: rootDirectory })).toBe(
      'user app (set in Dockerfile:5) may not write to /srv: /srv belongs to root with mode 0755\ngive it to the user before USER: RUN mkdir -p /srv && chown app /srv\nfiles that are copied there: COPY --chown=app ...',
    )
  })

  test('is told to have a cache mount of its own', () => {
    const mounts = [{ type: 'cache', target: '/home/app/.npm', readonly: false }]
    const files: MemoryFiles = { 'home/app': { kind: 'dir', uid: 1000, gid: 1000 }, 'home/app/.npm': { kind: 'dir' } }
    const output = "npm error code: 'EACCES',\nnpm error path: '/home/app/.npm/_cacache'"
    expect(explain(output, { ...app, files, mounts })).toBe(
      'user app (set in Dockerfile:5) may not write to the cache mount: /home/app/.npm belongs to root with mode 0755\nlet it belong to the user: --mount=type=cache,target=/home/app/.npm,uid=1000,gid=1000',
    )
  })

  test('learns of a file or directory that it may not read or enter', () => {
    const shadow: MemoryFiles = { 'etc/shadow': { content: '', mode: 0o640 } }
    expect(explain('cat: /etc/shadow: Permission denied', { ...app, files: shadow })).toMatch(
      /^user app \(set in Dockerfile:5\) may not read \/etc\/shadow: .* mode 0640/,
    )
    const said = explain("ls: can't open '/root/x': Permission denied", { ...app, files: rootDirectory })
    expect(said).toMatch(/may not enter \/root: \/root belongs to root with mode 0700/)
  })

  test('is told to make a directory of the root as root', () => {
    expect(explain("mkdir: cannot create directory '/data': Permission denied", app)).toBe(
      'user app (set in Dockerfile:5) may not write to /: / belongs to root with mode 0755\nmake it before USER: RUN mkdir -p /data && chown app /data',
    )
  })

  test('is told where USER comes from when the Dockerfile has none', () => {
    const said = explain("touch: cannot touch '/srv/x': Permission denied", {
      on: 'debian',
      user: '1000',
      files: rootDirectory,
    })
    expect(said).toMatch(/^user 1000 \(set by the base image\)/)
  })

  test.each<[string, string, Failing]>([
    ['root was refused', "touch: cannot touch '/srv/x': Permission denied", { files: rootDirectory }],
    [
      'owner and mode allow it',
      "touch: cannot touch '/home/app/x': Permission denied",
      { ...app, files: rootDirectory },
    ],
    ['everybody may', "touch: cannot touch '/tmp/x': Permission denied", { ...app, files: rootDirectory }],
    [
      'a mount hides the directory',
      "touch: cannot touch '/srv/x': Permission denied",
      { ...app, files: rootDirectory, mounts: [{ type: 'bind', target: '/srv', readonly: false }] },
    ],
    ['a server refused', 'git@example.com: Permission denied (publickey).', app],
    ['the message names nothing', 'Permission denied', app],
  ])('is not blamed when %s', (_, output, failing) => {
    expect(explain(output, failing)).toBeUndefined()
  })
})

describe('a package manager that a user runs', () => {
  test.each([
    ['apt-get update', 'E: List directory /var/lib/apt/lists/partial is missing. - Acquire (13: Permission denied)'],
    ['apt-get install', 'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?'],
    ['apk', 'ERROR: Unable to lock database: Permission denied'],
    ['dpkg', 'dpkg: error: requested operation requires superuser privilege'],
  ])('is moved above USER: %s', (_, output) => {
    expect(explain(output, { ...app, exitCode: 100 })).toBe(
      'packages are installed by root, and this step runs as user app (set in Dockerfile:5)\nmove this line above USER, or put USER root before it and the old USER after it',
    )
    expect(explain(output, { on: 'debian', exitCode: 100 })).toBeUndefined()
  })
})

describe('a program without x in its mode', () => {
  const files: MemoryFiles = { 'app/run.sh': { content: '#!/bin/sh\n', mode: 0o644 }, 'etc/passwd': 'root:x:0:0::/:\n' }

  test.each([
    ['dash', '/bin/sh: 1: ./run.sh: Permission denied'],
    ['busybox', '/bin/sh: ./run.sh: Permission denied'],
    ['bash', '/bin/bash: line 1: ./run.sh: Permission denied'],
    ['runc', 'exec: "/app/run.sh": permission denied'],
  ])('is told about --chmod, as %s says it', (_, output) => {
    expect(explain(output, { exitCode: 126, cwd: '/app', files })).toBe(
      '/app/run.sh is not executable: its mode is 0644\nset it where the file comes in: COPY --chmod=755, or RUN chmod +x /app/run.sh',
    )
  })

  test('is not meant when it is executable', () => {
    const executable = { 'app/run.sh': { content: '#!/bin/sh\n', mode: 0o755 } }
    expect(
      explain('/bin/sh: ./run.sh: Permission denied', { exitCode: 126, cwd: '/app', files: executable }),
    ).toBeUndefined()
  })

  test('may be a directory', () => {
    expect(explain('/bin/sh: 1: /app: Permission denied', { exitCode: 126, files })).toBe(
      '/app is a directory, not a program',
    )
  })
})
