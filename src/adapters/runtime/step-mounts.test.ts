import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBench, type StepBench, stepContexts } from './testing/step-contexts.ts'

describe.each(stepContexts())('mounts of a step under $name', (context) => {
  let bench: StepBench
  beforeAll(async () => {
    bench = await openBench(context)
  })
  afterAll(() => bench?.close())

  const write = (directory: string, files: Readonly<Record<string, string>>): string => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(directory, name, '..'), { recursive: true })
      writeFileSync(join(directory, name), text)
    }
    return directory
  }
  const source = (files: Readonly<Record<string, string>>): string => {
    const path = write(bench.directoryFor('source'), files)
    if (bench.user === undefined) return path
    // What belongs to somebody without an id in the user namespace could not be written.
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
      chownSync(join(path, name), bench.user.uid, bench.user.gid)
    return path
  }
  const owner = { mode: 0o400, uid: 0, gid: 0 }

  it('shows a directory read-only and leaves no trace of the target', async () => {
    const path = source({ 'sub/file': 'text' })
    const outcome = await bench.sh('cat /a/b/c/file; touch /a/b/c/new', {
      mounts: [{ type: 'bind', target: '/a/b/c', source: { kind: 'directory', path }, path: '/sub', readonly: true }],
    })
    expect(outcome).toMatchObject({ stdout: 'text', stderr: expect.stringContaining('Read-only'), upper: [] })
    expect(readdirSync(join(path, 'sub'))).toEqual(['file'])
  })

  it('throws away what a writable bind receives', async () => {
    const path = source({ file: 'old', gone: '' })
    const outcome = await bench.sh('echo new > /src/file; rm /src/gone; touch /src/more; cat /src/file; ls /src', {
      mounts: [{ type: 'bind', target: '/src', source: { kind: 'directory', path }, path: '/', readonly: false }],
    })
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'new\nfile\nmore\n', upper: [] })
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('old')
    expect(existsSync(join(path, 'gone'))).toBe(true)
  })

  it.each([true, false])('binds a single file (read-only: %s)', async (readonly) => {
    const path = source({ 'conf.txt': 'old' })
    const file = join(path, 'conf.txt')
    const outcome = await bench.sh('cat /etc/conf; echo new > /etc/conf; cat /etc/conf', {
      mounts: [{ type: 'bind', target: '/etc/conf', source: { kind: 'directory', path: file }, path: '/', readonly }],
    })
    expect(outcome).toMatchObject({ stdout: readonly ? 'oldold' : 'oldnew\n', upper: [] })
    expect(readFileSync(file, 'utf8')).toBe('old')
  })

  it('merges the layers of a bind source and follows links inside it only', async () => {
    const [low, high] = [source({ 'dir/a': 'a', 'dir/b': 'low' }), source({ 'dir/b': 'high' })]
    symlinkSync('/dir', join(high, 'link'))
    symlinkSync('../../../../../../etc', join(high, 'escape'))
    const mount = {
      type: 'bind',
      target: '/m',
      source: { kind: 'layers', lowerDirs: [low, high] },
      readonly: true,
    } as const
    expect(await bench.sh('cat /m/a /m/b', { mounts: [{ ...mount, path: '/link' }] })).toMatchObject({
      stdout: 'ahigh',
      upper: [],
    })
    await expect(bench.sh('true', { mounts: [{ ...mount, path: '/escape' }] })).rejects.toMatchObject({
      code: 'context-path-missing',
    })
  })

  it('keeps targets inside the root whatever links say', async () => {
    const top = source({})
    symlinkSync('/../../../../../../elsewhere', join(top, 'link'))
    const outcome = await bench.sh('cat /elsewhere/f; ls -d /link/f', {
      lowerDirs: [bench.base, top],
      mounts: [{ type: 'secret', target: '/link/f', content: Buffer.from('inside'), ...owner }],
    })
    expect(outcome).toMatchObject({ stdout: 'inside/link/f\n', upper: [] })
    expect(existsSync('/elsewhere')).toBe(false)
  })

  it('keeps what is written to a host directory, and honours its read-only form', async () => {
    const path = bench.directoryFor('cache')
    const cache = { type: 'host', target: '/root/.cache', path } as const
    await bench.sh('echo kept > /root/.cache/file', { mounts: [{ ...cache, readonly: false }] })
    const outcome = await bench.sh('cat /root/.cache/file; touch /root/.cache/x', {
      mounts: [{ ...cache, readonly: true }],
    })
    expect(outcome).toMatchObject({ stdout: 'kept\n', stderr: expect.stringContaining('Read-only'), upper: [] })
    expect(readdirSync(path)).toEqual(['file'])
  })

  it('limits a tmpfs', async () => {
    const outcome = await bench.sh('dd if=/dev/zero of=/t/x bs=1024 count=2000 2>&1 | grep -o "No space"; touch /t/y', {
      mounts: [{ type: 'tmpfs', target: '/t', size: 1024 * 1024 }],
    })
    expect(outcome).toMatchObject({ stdout: 'No space\n', upper: [] })
  })

  it('gives a tmpfs the mode asked for, or that of the directory it hides', async () => {
    const outcome = await bench.sh('stat -c %a /new /tmp /own; touch /own/x && ! touch /ro/x', {
      mounts: [
        { type: 'tmpfs', target: '/new', size: 0 },
        { type: 'tmpfs', target: '/tmp', size: 0 },
        { type: 'tmpfs', target: '/own', size: 0, mode: 0o711 },
        { type: 'tmpfs', target: '/ro', size: 0, readonly: true },
      ],
    })
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '755\n1777\n711\n', upper: [] })
  })

  it('gives a secret as a file with owner and mode, as a variable, or both', async () => {
    const content = Buffer.from('hush')
    const outcome = await bench.sh(
      'cat /run/secrets/s; echo " $S"; stat -c "%a %u %g" /run/secrets/s; touch /run/secrets/s; env | grep -c ONLY; ls /run/secrets',
      {
        user: 'app',
        mounts: [
          { type: 'secret', content, target: '/run/secrets/s', env: 'S', mode: 0o440, uid: 1000, gid: 4 },
          { type: 'secret', content, env: 'ONLY', ...owner },
        ],
      },
    )
    expect(outcome).toMatchObject({ stdout: 'hush hush\n440 1000 4\n1\ns\n', upper: [] })
  })

  it('runs a script that exists for the step only', async () => {
    const outcome = await bench.sh('', {
      argv: ['/dev/pipes/EOF'],
      files: [{ target: '/dev/pipes/EOF', content: '#!/bin/sh\necho "ran $0"\n' }],
    })
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'ran /dev/pipes/EOF\n', upper: [] })
  })

  it('stacks mounts in order, also inside a read-only bind that lacks the target', async () => {
    const [path, cache] = [source({ 'src/main': 'code' }), bench.directoryFor('cache')]
    const outcome = await bench.sh('cat /app/src/main; echo built > /app/target/out; cat /app/key; ls /app', {
      mounts: [
        { type: 'bind', target: '/app', source: { kind: 'directory', path }, path: '/', readonly: true },
        { type: 'host', target: '/app/target', path: cache, readonly: false },
        { type: 'secret', target: '/app/key', content: Buffer.from('k\n'), ...owner },
      ],
    })
    expect(outcome).toMatchObject({ stdout: 'codek\nkey\nsrc\ntarget\n', upper: [] })
    expect(readdirSync(cache)).toEqual(['out'])
    expect(readdirSync(path)).toEqual(['src'])
  })

  it('covers an earlier mount with a later one on the same target', async () => {
    const [one, two] = [source({ one: '' }), source({ two: '' })]
    const mounts = [one, two].map((path) => ({ type: 'host', target: '/m', path, readonly: true }) as const)
    expect(await bench.sh('ls /m', { mounts })).toMatchObject({ stdout: 'two\n', upper: [] })
  })

  it('mounts into directories of a tmpfs and of a host directory', async () => {
    const path = bench.directoryFor('cache')
    const outcome = await bench.sh('cat /t/deep/s /c/s; ls /c', {
      mounts: [
        { type: 'tmpfs', target: '/t', size: 0 },
        { type: 'secret', target: '/t/deep/s', content: Buffer.from('1'), ...owner },
        { type: 'host', target: '/c', path, readonly: false },
        { type: 'secret', target: '/c/s', content: Buffer.from('2'), ...owner },
      ],
    })
    expect(outcome).toMatchObject({ stdout: '12s\n', upper: [] })
    expect(readdirSync(path)).toEqual([])
  })

  it('refuses a file on a directory', async () => {
    const mounts = [{ type: 'secret', target: '/etc', content: Buffer.from(''), ...owner }] as const
    await expect(bench.sh('true', { mounts })).rejects.toMatchObject({ code: 'run-failed' })
  })

  it('mounts over what a layer deleted and over a link to a missing file', async () => {
    const top = source({})
    symlinkSync('../run/resolve/stub.conf', join(top, 'link.conf'))
    const removed = await bench.sh('rm /etc/group; rm -r /var')
    const outcome = await bench.sh('cat /var/lib/s /link.conf', {
      lowerDirs: [bench.base, removed.upperDir, top],
      mounts: [
        { type: 'secret', target: '/var/lib/s', content: Buffer.from('1'), ...owner },
        { type: 'secret', target: '/link.conf', content: Buffer.from('2'), ...owner },
      ],
    })
    expect(outcome).toMatchObject({ stdout: '12', stderr: '', upper: [] })
  })

  it('keeps files that a step writes beside a mount', async () => {
    const mounts = [{ type: 'secret', target: '/run/secrets/s', content: Buffer.from('1'), ...owner }] as const
    const outcome = await bench.sh('echo x > /run/secrets/own', { mounts })
    expect(outcome.upper).toEqual(['run', 'run/secrets', 'run/secrets/own'])
  })

  it('runs on an empty root and on many layers with long names', async () => {
    const busybox = { type: 'host', target: '/busybox', path: '/bin/busybox', readonly: true } as const
    expect(await bench.sh('', { lowerDirs: [], argv: ['/busybox', 'echo', 'hi'], mounts: [busybox] })).toMatchObject({
      stdout: 'hi\n',
      upper: [],
    })
    const layers = Array.from({ length: 130 }, (_, index) => source({ [`layer-${'x'.repeat(40)}/${index}`]: '' }))
    expect(await bench.sh('ls /layer-* | wc -l', { lowerDirs: [bench.base, ...layers] })).toMatchObject({
      stdout: '130\n',
      upper: [],
    })
  })

  it('keeps owner and mode of a writable copy of a file', async () => {
    const path = source({ tool: '#!/bin/sh\necho ran' })
    const file = join(path, 'tool')
    chmodSync(file, 0o755)
    if (bench.user !== undefined) chownSync(file, bench.user.uid, bench.user.gid)
    const mounts = [
      { type: 'bind', target: '/bin/tool', source: { kind: 'directory', path: file }, path: '/', readonly: false },
    ] as const
    expect(await bench.sh('tool', { mounts })).toMatchObject({ stdout: 'ran\n' })
    expect(statSync(file).mode & 0o777).toBe(0o755)
  })
})
