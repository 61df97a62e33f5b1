import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('mounts')
})
afterAll(() => bench.remove())

describe('a bind mount', () => {
  const files = { 'src/a': 'a\n', 'src/b': 'b\n' }

  test('shows the context, one directory of it, or one file, and leaves nothing in the layer', async () => {
    const dest = await bench.files(
      [
        'FROM bb',
        'RUN --mount=target=/all cat /all/src/a > /one',
        'RUN --mount=type=bind,source=src,target=/dir cat /dir/b > /two',
        'RUN --mount=type=bind,src=/src/a,dst=/deep/file cat /deep/file > /three',
      ].join('\n'),
      [],
      { files },
    )
    expect(['one', 'two', 'three'].map((name) => readFileSync(`${dest}/${name}`, 'utf8'))).toEqual([
      'a\n',
      'b\n',
      'a\n',
    ])
    expect(['all', 'dir', 'deep'].filter((name) => existsSync(`${dest}/${name}`))).toEqual([])
  })

  test('is read-only unless rw, and what is written then is thrown away', async () => {
    const text = await bench.out(
      [
        'FROM bb',
        'RUN --mount=target=/m touch /m/new 2> /out && exit 1 || true',
        'RUN --mount=target=/m,rw echo changed > /m/src/a && cat /m/src/a >> /out',
        'RUN --mount=target=/m cat /m/src/a >> /out',
      ].join('\n'),
      [],
      { files },
    )
    expect(text).toBe('touch: /m/new: Read-only file system\nchanged\na\n')
  })

  test('comes from a stage, an image or a named context', async () => {
    const text = await bench.out(
      [
        'FROM bb AS made',
        'RUN mkdir /made && echo stage > /made/f',
        'FROM bb',
        'RUN --mount=from=made,source=/made,target=/a --mount=from=bb,source=/etc,target=/b --mount=from=extra,target=/c cat /a/f /b/group /c/f > /out',
      ].join('\n'),
      ['--build-context', `extra=${bench.context({ f: 'context\n' })}`],
    )
    expect(text).toBe('stage\nroot:x:0:\nbob:x:1000:\nstaff:x:50:bob\ncontext\n')
  })
})

describe('a cache mount', () => {
  test('persists between builds and is in no layer', async () => {
    const file = (text: string) =>
      `FROM bb\nRUN --mount=type=cache,target=/var/keep echo ${text} >> /var/keep/log && cp /var/keep/log /out`
    expect(await bench.out(file('one'))).toBe('one\n')
    const dest = await bench.files(file('two'))
    expect(readFileSync(`${dest}/out`, 'utf8')).toBe('one\ntwo\n')
    expect(existsSync(`${dest}/var`)).toBe(false)
  })

  test('has the owner and mode that were asked for, and 0:0 755 otherwise', async () => {
    const text = await bench.out(
      'FROM bb\nRUN --mount=type=cache,target=/a,uid=1000,gid=50,mode=0700 --mount=type=cache,target=/b stat -c "%u:%g %a" /a /b > /out',
    )
    expect(text).toBe('1000:50 700\n0:0 755\n')
  })

  test('starts with the content of its source', async () => {
    const file = (command: string) =>
      `FROM bb AS seed\nRUN mkdir -p /seed/sub && echo seeded > /seed/sub/f\nFROM bb\nRUN --mount=type=cache,id=seeded,target=/c,from=seed,source=/seed ${command}`
    expect(await bench.out(file('cp /c/sub/f /out && echo changed > /c/sub/f'))).toBe('seeded\n')
    expect(await bench.out(file('cp /c/sub/f /out # again'))).toBe('changed\n')
  })

  test('that is locked has one user at a time, in two builds at once', async () => {
    const file = (name: string) =>
      `FROM bb\nRUN --mount=type=cache,id=locked,target=/c,sharing=locked [ ! -e /c/taken ] && touch /c/taken && sleep 0.5 && rm /c/taken && echo ${name}`
    const runs = await Promise.all([bench.tryBuild(file('one')), bench.tryBuild(file('two'))])
    expect(runs.map((run) => run.code)).toEqual([0, 0])
  })

  test('that is locked may be mounted twice in one step', async () => {
    const twice = ['/a', '/b'].map((target) => `--mount=type=cache,id=twice,sharing=locked,target=${target}`).join(' ')
    expect(await bench.out(`FROM bb\nRUN ${twice} echo same > /a/f && cat /b/f > /out`)).toBe('same\n')
  })

  test('that one build has locked is given to nobody who shares it: they get another directory', async () => {
    const signal = '--mount=type=cache,id=signal,target=/s'
    const mixed = (sharing: string) => `RUN ${signal} --mount=type=cache,id=mixed,target=/c,sharing=${sharing}`
    const until = (name: string) =>
      `i=0; until [ -e /s/${name} ]; do i=$((i+1)); [ $i -lt 400 ] || exit 9; sleep 0.05; done`
    const [, seen] = await Promise.all([
      bench.build(`FROM bb\n${mixed('locked')} touch /c/mine /s/locked; ${until('done')}; ls /c > /s/listing`),
      bench.out(`FROM bb\nRUN ${signal} ${until('locked')}\n${mixed('shared')} ls /c > /out; touch /c/other /s/done`),
    ])
    expect(seen).toBe('')
    expect(await bench.out('FROM bb\nRUN --mount=type=cache,id=signal,target=/s cp /s/listing /out')).toBe('mine\n')
  })

  test('that is private gives two builds at once a directory each', async () => {
    const both = 'id=meet,target=/meet'
    const file = (own: string, other: string) =>
      `FROM bb\nRUN --mount=type=cache,${both} --mount=type=cache,id=private,target=/c,sharing=private touch /c/${own} /meet/${own}; i=0; until [ -e /meet/${other} ]; do i=$((i+1)); [ $i -lt 200 ] || exit 9; sleep 0.05; done; ls /c > /out`
    expect(await Promise.all([bench.out(file('one', 'two')), bench.out(file('two', 'one'))])).toEqual([
      'one\n',
      'two\n',
    ])
  })
})

describe('a tmpfs mount', () => {
  test('is empty, in memory, of the size asked for, and gone afterwards', async () => {
    const dest = await bench.files(
      "FROM bb\nRUN --mount=type=tmpfs,target=/t,size=4m ls -A /t > /out && awk '$2 == \"/t\" { print $1 }' /proc/mounts >> /out && df -k /t | awk 'END { print $2 }' >> /out && touch /t/x",
    )
    expect(readFileSync(`${dest}/out`, 'utf8')).toBe('tmpfs\n4096\n')
    expect(existsSync(`${dest}/t`)).toBe(false)
  })
})

describe('a secret', () => {
  const value = 'correct-horse-battery-staple-7f3a'

  test('is a file or a variable of one step, with owner and mode, and is kept nowhere', async () => {
    const source = path.join(bench.context({ token: value }), 'token')
    const dest = await bench.files(
      [
        'FROM bb',
        'RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /size && stat -c "%u:%g %a" /run/secrets/token > /default',
        'RUN --mount=type=secret,id=token,target=/etc/token,uid=1000,gid=50,mode=0440 stat -c "%u:%g %a" /etc/token > /set',
        'RUN --mount=type=secret,id=token,env=TOKEN echo ${#TOKEN} > /variable; ls /run/secrets 2>/dev/null >> /variable; true',
        'RUN --mount=type=secret,id=fromenv,required=true,env=X echo ${#X} > /fromenv',
        'RUN --mount=type=secret,id=absent ls -d /run/secrets /etc/token > /absent 2>&1; true',
      ].join('\n'),
      ['--secret', `id=token,src=${source}`, '--secret', 'id=fromenv,env=SECRET_VALUE'],
      { env: { SECRET_VALUE: value } },
    )
    const texts = ['size', 'default', 'set', 'variable', 'fromenv'].map((name) =>
      readFileSync(`${dest}/${name}`, 'utf8'),
    )
    expect(texts.map((text) => text.trim())).toEqual(['33', '0:0 400', '1000:50 440', '33', '33'])
    expect(readFileSync(`${dest}/absent`, 'utf8')).toContain('/etc/token: No such file or directory')
    expect(existsSync(`${dest}/etc/token`)).toBe(false)
    const found = execFileSync('sh', ['-c', 'grep -rlaF "$1" "$2" || true', 'sh', value, bench.root], {
      encoding: 'utf8',
    })
    expect(found).toBe('')
  })

  test('with another value leaves the step cached', async () => {
    const file = 'FROM bb\nRUN --mount=type=secret,id=s,env=S echo run'
    await bench.build(file, ['--secret', 'id=s,env=S'], { env: { S: 'one' } })
    const run = await bench.build(file, ['--secret', 'id=s,env=S'], { env: { S: 'two' } })
    expect(run.steps.get('[stage-0 2/2] RUN --mount=type=secret,id=s,env=S echo run')).toBe('CACHED')
  })

  test('that is required and missing stops the build before anything runs', async () => {
    const run = await bench.tryBuild('FROM bb\nRUN echo first\nRUN --mount=type=secret,id=s,required=true true')
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('--secret id=s,src=FILE')
    expect(run.stderr).not.toContain('RUN echo first\n#')
  })
})

/** A context with ssh-add of this machine and the libraries it needs. */
function sshAdd(): string {
  const libraries = execFileSync('ldd', ['/usr/bin/ssh-add'], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  return bench.context(
    Object.fromEntries(
      ['/usr/bin/ssh-add', ...libraries].map((file) => [file.slice(1), { text: readFileSync(file), mode: 0o755 }]),
    ),
  )
}

describe('an ssh mount', () => {
  test('reaches the agent of the user, at the path and with the owner asked for', async () => {
    const dir = bench.context({})
    const socket = path.join(dir, 'agent.sock')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    try {
      for (let tries = 0; tries < 100 && !existsSync(socket); tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 20))
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'key of the test', '-f', `${dir}/key`])
      execFileSync('ssh-add', ['-q', `${dir}/key`], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
      const text = await bench.out(
        [
          'FROM bb',
          'COPY --from=tools / /',
          'RUN --mount=type=ssh ssh-add -L | cut -d " " -f 1,3- > /out; echo $SSH_AUTH_SOCK >> /out; stat -c "%F %u %a" $SSH_AUTH_SOCK >> /out',
          'RUN --mount=type=ssh,id=default,target=/s,uid=1000,mode=0660 stat -c "%F %u %a" /s >> /out; env | grep AUTH >> /out',
          `RUN --mount=type=ssh,id=deploy ssh-add -L | cut -d ' ' -f 3- >> /out`,
          'RUN ls -A /s /run/buildkit >> /out 2>/dev/null; true',
        ].join('\n'),
        ['--ssh', `default=${socket}`, '--ssh', `deploy=${dir}/key`, '--build-context', `tools=${sshAdd()}`],
      )
      expect(text.split('\n')).toEqual([
        'ssh-ed25519 key of the test',
        '/run/buildkit/ssh_agent.0',
        'socket 0 600',
        'socket 1000 660',
        'SSH_AUTH_SOCK=/s',
        'key of the test',
        '',
      ])
    } finally {
      agent.kill()
      await once(agent, 'exit')
    }
  })
})

describe('the surroundings of a step', () => {
  test('are set by --network none, --add-host, --shm-size and --ulimit, and leave no trace', async () => {
    const dest = await bench.files(
      [
        'FROM bb',
        'RUN grep -c . /etc/resolv.conf > /resolv; grep example.internal /etc/hosts > /hosts',
        "RUN --network=none ls /sys/class/net > /net; ip -o addr 2>/dev/null | grep -c 'inet 127' >> /net",
        "RUN df -k /dev/shm | awk 'END { print $2 }' > /shm; ulimit -n > /limit; ulimit -Hn >> /limit",
      ].join('\n'),
      ['--add-host', 'example.internal:10.1.2.3', '--shm-size', '8m', '--ulimit', 'nofile=100:200'],
    )
    const read = (name: string) => readFileSync(`${dest}/${name}`, 'utf8')
    expect(read('hosts').split(/\s+/)).toEqual(['10.1.2.3', 'example.internal', ''])
    expect([read('net'), read('shm'), read('limit')]).toEqual(['lo\n1\n', '8192\n', '100\n200\n'])
    expect(['etc/resolv.conf', 'etc/hosts'].filter((name) => existsSync(`${dest}/${name}`))).toEqual([])
  })

  test('--network none for the whole build has no device but loopback', async () => {
    expect(await bench.out('FROM bb\nRUN ls /sys/class/net > /out', ['--network', 'none'])).toBe('lo\n')
  })

  test('keep the /etc/hosts that the image has', async () => {
    const files = { hosts: '10.0.0.1 mine\n' }
    expect(
      await bench.out(
        'FROM bb\nCOPY hosts /etc/hosts\nRUN cat /etc/hosts > /seen\nRUN true\nFROM scratch\nCOPY --from=0 /etc/hosts /out',
        [],
        { files },
      ),
    ).toBe('10.0.0.1 mine\n')
  })
})
