import { describe, expect, test } from 'vitest'
import { elfFile } from '../testing/elf-file.ts'
import { explain, failedStep } from '../testing/failed-step.ts'

const amd64 = 0x3e
const arm64 = 0xb7
const executable = (content: string | Uint8Array) => ({ content, mode: 0o755 })

describe('a program whose loader is missing', () => {
  const glibc = executable(elfFile(amd64, '/lib64/ld-linux-x86-64.so.2'))

  test.each([
    ['dash', '/bin/sh: 1: /app: not found'],
    ['busybox', '/bin/sh: /app: not found'],
    ['bash', '/bin/bash: line 1: /app: cannot execute: required file not found'],
    ['an older bash', '/bin/bash: line 1: /app: No such file or directory'],
    ['env of busybox', "env: can't execute '/app': No such file or directory"],
  ])('is told from one that is not there, as %s says it', (_, line) => {
    expect(explain(line, { exitCode: 127, files: { app: glibc } })).toBe(
      '/app is there, but it was linked dynamically against glibc and needs the loader /lib64/ld-linux-x86-64.so.2, which is not in this stage\nbuild it in a stage with musl too (an alpine base), link it statically, or use a base with glibc (debian, distroless/base)',
    )
  })

  test('may be one for musl', () => {
    const files = { app: executable(elfFile(amd64, '/lib/ld-musl-x86_64.so.1')) }
    expect(explain('/bin/sh: 1: /app: not found', { exitCode: 127, files })).toMatch(/against musl.*\n.*alpine base$/)
  })

  test('is found from the working directory', () => {
    const said = explain('/bin/sh: 1: ./app: not found', { exitCode: 127, cwd: '/srv', files: { 'srv/app': glibc } })
    expect(said).toMatch(/^\/srv\/app is there/)
  })

  test('is no reason when the loader is there, or a mount hides the program', () => {
    const there = { app: glibc, 'lib64/ld-linux-x86-64.so.2': 'x' }
    expect(explain('/bin/sh: 1: /app: not found', { exitCode: 127, files: there })).toBeUndefined()
    const mounts = [{ type: 'bind', target: '/app', readonly: true }]
    expect(explain('/bin/sh: 1: /app: not found', { exitCode: 127, files: { app: glibc }, mounts })).toBeUndefined()
  })
})

describe('a script', () => {
  test('whose interpreter is missing', () => {
    const files = { 'run.sh': executable('#!/bin/bash\necho\n') }
    expect(explain('/bin/sh: ./run.sh: not found', { exitCode: 127, files })).toBe(
      '/run.sh is there, but it is to be run by /bin/bash, which is not in this stage\ninstall bash, or begin the script with #!/bin/sh if it needs nothing of bash',
    )
  })

  test('with Windows line ends', () => {
    const files = { 'run.sh': executable('#!/bin/sh\r\necho\r\n') }
    const said = explain('/bin/sh: 1: ./run.sh: not found', { exitCode: 127, files })
    expect(said).toBe(
      "/run.sh has Windows line ends: the kernel takes the carriage return for a part of the interpreter's name\nstore it with Unix line ends: *.sh text eol=lf in .gitattributes\nor convert it in the build: RUN sed -i 's/\\r$//' /run.sh",
    )
  })

  test.each([
    ['coreutils', "/usr/bin/env: 'bash\\r': No such file or directory"],
    ['older coreutils', '/usr/bin/env: ‘bash\\r’: No such file or directory'],
    ['bash', '/bin/bash: ./x.sh: /bin/bash^M: bad interpreter: No such file or directory'],
    ['busybox', "env: can't execute 'bash\r': No such file or directory"],
  ])('with Windows line ends, as %s says it', (_, line) => {
    expect(explain(line, { exitCode: 127 })).toMatch(/^a script that asks for \S*bash has Windows line ends/)
  })
})

describe('exec format error', () => {
  test('names the machine that the file is for', () => {
    const files = { 'srv/tool': executable(elfFile(arm64)) }
    expect(explain('/bin/sh: 1: /srv/tool: Exec format error', { exitCode: 126, files })).toBe(
      "/srv/tool was made for arm64; this machine is amd64 and has no emulation for arm64 (no qemu handler in binfmt_misc)\nuse the amd64 form of the program or base (check --platform and the download's name)\nor, to have arm64 emulated, install qemu-user-static and binfmt-support on this machine\nslipway doctor shows what runs here",
    )
  })

  test('says what keeps such programs from being emulated, unless the root file system has the emulator', () => {
    const { machine } = failedStep('')
    const unready = { arm64: { why: 'no flag F', fix: 'register it again', interpreter: '/usr/bin/qemu' } }
    const failing = { exitCode: 126, machine: { ...machine, unready } }
    const files = { tool: executable(elfFile(arm64)) }
    const line = '/bin/sh: 1: /tool: Exec format error'
    expect(explain(line, { ...failing, files })).toMatch(
      /no emulation for arm64 \(no flag F\)\n.*\nor, .* register it again\n/,
    )
    expect(explain(line, { ...failing, files: { ...files, 'usr/bin/qemu': '' } })).not.toMatch(/no flag F/)
  })

  test('is seen in what busybox makes of such a file', () => {
    const files = { arm: executable(elfFile(arm64)) }
    expect(explain('./arm: line 1: \x7fELF\x02\x01: not found', { exitCode: 127, files })).toMatch(/made for arm64/)
    expect(explain('./arm: line 1: syntax error: unexpected "("', { exitCode: 2, files })).toMatch(/made for arm64/)
  })

  test('may be a text without a first line for the kernel, or nothing at all', () => {
    const error = (name: string): string => `OSError: [Errno 8] Exec format error: '${name}'`
    const files = { 'a.sh': executable('echo hi\n'), empty: executable('') }
    expect(explain(error('/a.sh'), { files })).toMatch(/^\/a\.sh is a text without a #! line/)
    expect(explain(error('/empty'), { files })).toMatch(/^\/empty is an empty file/)
  })

  test('of an unknown program says what it can be', () => {
    expect(explain('exec /gone: exec format error')).toMatch(/another architecture, or a script/)
  })

  test('is not seen in syntax errors of scripts that are fine', () => {
    const files = { 'run.sh': executable('#!/bin/sh\nif\n') }
    expect(explain('./run.sh: line 2: syntax error: unexpected end of file', { exitCode: 2, files })).toBeUndefined()
  })
})

describe('a stage without the shell of its step', () => {
  test('is told to use the exec form', () => {
    expect(explain('', { exitCode: 127, argv: ['/bin/bash', '-c', 'x'] })).toBe(
      'this stage has no /bin/bash\nuse the exec form RUN ["program", "argument"], or do the work in a stage that has a shell and COPY the result',
    )
  })
})
