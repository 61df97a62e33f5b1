import { describe, expect, it } from 'vitest'
import { proxyEnvironment, requiredEntitlements, requiredSecrets } from './plan-queries.ts'
import { historyOf, planText, problemsOf, runsOf, type Setting, verticesOf } from './testing/plan-text.ts'

const run = (text: string, setting: Setting = {}) => runsOf(`FROM base\n${text}`, setting).at(-1)
const mounts = (flags: string, before = '') => run(`${before}RUN ${flags} x`)?.mounts

describe('RUN', () => {
  it('hands the text to the shell as it stands, and exec form to nobody', () => {
    expect(run('ENV a=1\nRUN echo $a "b"   c')?.argv).toEqual(['/bin/sh', '-c', 'echo $a "b"   c'])
    expect(run('SHELL ["bash", "-ec"]\nRUN x')?.argv).toEqual(['bash', '-ec', 'x'])
    expect(run('RUN ["echo", "$a"]')?.argv).toEqual(['echo', '$a'])
  })

  it('refuses exec form without a program, and nothing else that is empty', () => {
    expect(problemsOf('FROM base\nRUN []')).toEqual(['dockerfile-syntax: RUN requires a command'])
    expect(run('RUN')?.argv).toEqual(['/bin/sh', '-c', ''])
  })

  it('joins continued lines without the comments between them', () => {
    expect(run('RUN a && \\\n# no\n  b')?.argv.at(-1)).toBe('a &&   b')
  })

  it('knows directory, user, host name and network', () => {
    const text = 'WORKDIR /a/../b/\nUSER me:grp\nRUN x'
    expect(run(text)).toMatchObject({
      cwd: '/b',
      user: 'me:grp',
      hostname: 'buildkitsandbox',
      network: 'default',
      security: 'sandbox',
    })
    expect(run('RUN x', { graph: { buildArgs: { BUILDKIT_SANDBOX_HOSTNAME: 'box' } } })?.hostname).toBe('box')
  })

  it('prefers its own --network to the one of the build, unless it is default', () => {
    const setting: Setting = { network: 'none' }
    expect(run('RUN --network=host x', setting)?.network).toBe('host')
    expect(run('RUN --network=default x', setting)?.network).toBe('none')
    expect(run('RUN x', setting)?.network).toBe('none')
  })

  it('carries limits and extra hosts', () => {
    const ulimits = [{ name: 'nofile', soft: 1, hard: 2 }]
    const setting = { shmSize: 64, ulimits, extraHosts: ['a:1.2.3.4'] }
    expect(run('RUN x', setting)).toMatchObject(setting)
    expect(run('RUN x', { shmSize: 0, ulimits: [], extraHosts: [] })).not.toHaveProperty('shmSize')
  })

  it('runs a lone heredoc as the script', () => {
    expect(run('ENV a=1\nRUN <<EOF\necho $a\n\tb\nEOF')?.argv).toEqual(['/bin/sh', '-c', 'echo $a\n\tb\n'])
    expect(run('RUN <<-EOF\n\techo a\n\tEOF')?.argv.at(-1)).toBe('echo a\n')
  })

  it('writes a lone heredoc with a shebang to a file and runs that', () => {
    const op = run('RUN <<EOS\n#!/usr/bin/python\nprint()\nEOS')
    expect(op?.argv).toEqual(['/bin/sh', '-c', '/dev/pipes/EOS'])
    expect(op?.script).toEqual({ path: '/dev/pipes/EOS', content: '#!/usr/bin/python\nprint()\n' })
  })

  it('puts heredocs beside other text back together for the shell, tabs included', () => {
    expect(run('RUN cat <<A <<-B\naaa\nA\n\tbbb\n\tB')?.argv.at(-1)).toBe('cat <<A <<-B\naaa\nA\n\tbbb\nB')
  })

  it('writes the whole command into history', () => {
    expect(historyOf('FROM base\nRUN npm ci').at(-1)).toBe('RUN /bin/sh -c npm ci # buildkit')
    expect(historyOf('FROM base\nRUN <<E\n#!/bin/sh\nE').at(-1)).toBe('RUN /bin/sh -c /dev/pipes/E # buildkit')
  })
})

describe('RUN --mount', () => {
  it('fills in the defaults of a cache', () => {
    expect(mounts('--mount=type=cache,target=/root/.npm/')).toEqual([
      {
        type: 'cache',
        target: '/root/.npm',
        id: '/root/.npm',
        sharing: 'shared',
        readonly: false,
        mode: 0o755,
        uid: 0,
        gid: 0,
      },
    ])
    const flags = '--mount=type=cache,dst=c,id=a,sharing=locked,ro,mode=700,uid=1,gid=2,source=sub'
    expect(mounts(flags, 'WORKDIR /w\n')).toEqual([
      {
        type: 'cache',
        target: '/w/c',
        id: 'a',
        sharing: 'locked',
        readonly: true,
        mode: 0o755,
        uid: 0,
        gid: 0,
        source: '/sub',
      },
    ])
    expect(mounts('--mount=type=cache,target=/c,mode=1770,uid=1,gid=2')).toMatchObject([
      { mode: 0o770, uid: 1, gid: 2 },
    ])
  })

  it('keeps caches of namespaces apart', () => {
    const op = run('RUN --mount=type=cache,target=/c x', { graph: { buildArgs: { BUILDKIT_CACHE_MOUNT_NS: 'ns' } } })
    expect(op?.mounts[0]).toMatchObject({ id: 'ns//c' })
  })

  it('binds the build context read-only unless told otherwise', () => {
    expect(mounts('--mount=target=/c,source=../d/')).toEqual([
      { type: 'bind', target: '/c', input: 1, source: '/d', readonly: true },
    ])
    expect(mounts('--mount=target=/c,rw')).toEqual([
      { type: 'bind', target: '/c', input: 1, source: '/', readonly: false },
    ])
  })

  it('reads trees of stages and images, each once', () => {
    const text =
      'FROM base AS b\nRUN a\nFROM base\nRUN --mount=from=B,target=/1 --mount=from=tool,target=/2 --mount=from=b,target=/3 x'
    const vertex = verticesOf(text).at(-1)
    expect(vertex?.inputs).toHaveLength(3)
    expect(
      runsOf(text)
        .at(-1)
        ?.mounts.map((mount) => ('input' in mount ? mount.input : 0)),
    ).toEqual([1, 2, 1])
  })

  it('starts a cache from a tree, but not one whose owner or mode is given', () => {
    const text = (options: string) =>
      `FROM base AS b\nRUN a\nFROM base\nRUN --mount=type=cache,target=/c,from=b${options} x`
    expect(runsOf(text('')).at(-1)?.mounts[0]).toHaveProperty('input', 1)
    expect(runsOf(text(',uid=1')).at(-1)?.mounts[0]).not.toHaveProperty('input')
    expect(runsOf(text(',uid=1,source=/s')).at(-1)?.mounts[0]).toMatchObject({ input: 1, source: '/s' })
  })

  it('names secrets by id, source or target', () => {
    const secret = { type: 'secret', required: false, mode: 0o400, uid: 0, gid: 0 }
    expect(mounts('--mount=type=secret,id=s')).toEqual([{ ...secret, id: 's', target: '/run/secrets/s' }])
    expect(mounts('--mount=type=secret,src=s')).toEqual([{ ...secret, id: 's', target: '/run/secrets/s' }])
    expect(mounts('--mount=type=secret,target=/x/t')).toEqual([{ ...secret, id: 't', target: '/x/t' }])
    expect(mounts('--mount=type=secret,id=s,env=S')).toEqual([{ ...secret, id: 's', env: 'S' }])
    expect(mounts('--mount=type=secret,id=s,env=S,dst=t,required,mode=0440,uid=5')).toEqual([
      { ...secret, id: 's', env: 'S', target: '/t', required: true, mode: 0o440, uid: 5 },
    ])
  })

  it('tells the step where the first agent is unless a variable does', () => {
    const variable = (text: string) => run(text)?.env.filter((one) => one.startsWith('SSH_'))
    expect(variable('RUN --mount=type=ssh,target=/a --mount=type=ssh x')).toEqual(['SSH_AUTH_SOCK=/a'])
    expect(variable('ENV SSH_AUTH_SOCK=/own\nRUN --mount=type=ssh x')).toEqual(['SSH_AUTH_SOCK=/own'])
  })

  it('numbers agent sockets', () => {
    const agent = { type: 'ssh', required: false, mode: 0o600, uid: 0, gid: 0 }
    expect(mounts('--mount=type=ssh --mount=type=ssh,id=k,required')).toEqual([
      { ...agent, id: 'default', target: '/run/buildkit/ssh_agent.0' },
      { ...agent, id: 'k', target: '/run/buildkit/ssh_agent.1', required: true },
    ])
  })

  it('mounts directories in the order of their targets, then secrets, then agents', () => {
    const flags =
      '--mount=type=ssh --mount=type=secret,id=s --mount=type=tmpfs,target=/b,size=1k --mount=type=cache,target=/a'
    expect(mounts(flags)?.map((mount) => mount.type)).toEqual(['cache', 'tmpfs', 'secret', 'ssh'])
  })

  it('expands values with the variables before the step', () => {
    expect(mounts('--mount=type=$t,target=$d/x', 'ARG t=tmpfs d=/var\n')).toEqual([
      { type: 'tmpfs', target: '/var/x', size: 0, readonly: false },
    ])
  })

  it.each([
    ['--mount=type=tmpfs,target=/', 'invalid mount target "/"'],
    ['--mount=type=cache', 'invalid mount target ""'],
    ['--mount=type=$t,target=/x', 'unsupported mount type "nope"'],
    ['--mount=type=ssh,source=/x', 'ssh does not support source'],
  ])('reports %s', (flags, message) => {
    expect(problemsOf(`FROM base\nARG t=nope\nWORKDIR /\nRUN ${flags} x`)).toEqual([`bad-option-value: ${message}`])
  })
})

describe('RUN --device', () => {
  it('is refused: steps see no devices', () => {
    expect(problemsOf('FROM base\nRUN --device=vendor/class x')).toEqual([
      'unsupported: steps get no devices of the machine',
    ])
  })
})

describe('what a plan needs from outside', () => {
  it('lists secrets and agents once, required ones by their own step', () => {
    const text = `FROM base
RUN --mount=type=secret,id=a x
RUN --mount=type=secret,id=a,required --mount=type=ssh y`
    const found = requiredSecrets(planText(text).plan)
    expect(found.map(({ kind, id, required, at }) => [kind, id, required, at.length])).toEqual([
      ['secret', 'a', true, 2],
      ['ssh', 'default', false, 1],
    ])
    expect(found[0]?.at[0]?.span.start).toBe(text.indexOf('RUN --mount=type=secret,id=a,required'))
  })

  it('has the contexts of stages that are built and of no others', () => {
    const graph = { namedContexts: { lib: { kind: 'directory' }, other: { kind: 'directory' } } } as const
    const text = 'FROM scratch AS u\nCOPY --from=other a a\nFROM scratch\nCOPY . .\nCOPY --from=lib x x'
    const ops = verticesOf(text, { graph }).map(({ op }) => op)
    expect(ops.flatMap((op) => (op.kind === 'context' ? [op.name] : []))).toEqual(['context', 'lib'])
  })

  it('lists steps that give up isolation', () => {
    const { plan } = planText('FROM base\nRUN --network=host --security=insecure a\nRUN b')
    expect(requiredEntitlements(plan).map(({ kind }) => kind)).toEqual(['network.host', 'security.insecure'])
  })

  it('gives proxies in both cases', () => {
    expect(proxyEnvironment({ https_proxy: 'h', No_Proxy: 'n', OTHER: 'x' })).toEqual([
      'HTTPS_PROXY=h',
      'https_proxy=h',
      'NO_PROXY=n',
      'no_proxy=n',
    ])
  })
})
