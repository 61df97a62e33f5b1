import { describe, expect, it } from 'vitest'
import { alpine, closureIn, debian, elf, executable, gapsIn, glibcProgram, link } from '../../test/kit/closure-roots.ts'
import type { MemoryFiles } from '../fileset/index.ts'
import type { RuntimeConfig } from '../oci/index.ts'
import { followers } from './languages/followers.ts'

const node = { 'usr/local/bin/node': glibcProgram() }
const tini = { 'usr/bin/tini': glibcProgram() }

/** The script that the images of Node have. */
const nodeEntrypoint = `#!/bin/sh
set -e
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ] || { [ -f "\${1}" ] && ! [ -x "\${1}" ]; }; then
  set -- node "$@"
fi
exec "$@"
`

const script = (text: string) => ({ 'start.sh': executable(`#!/bin/sh\nset -e\n${text}\n`) })
const startScript: RuntimeConfig = { Entrypoint: ['/start.sh'] }
const shell = (text: string): RuntimeConfig => ({ Cmd: ['/bin/sh', '-c', text] })

const complete: readonly (readonly [string, MemoryFiles, RuntimeConfig])[] = [
  ['nothing that is started', {}, {}],
  ['a program in PATH', node, { Cmd: ['node', 'x.js'] }],
  ['a program in PATH of the image', { 'opt/bin/tool': glibcProgram() }, { Cmd: ['tool'], Env: ['PATH=/opt/bin'] }],
  ['a path from WORKDIR', { 'srv/run/tool': glibcProgram() }, { Cmd: ['./run/tool'], WorkingDir: '/srv' }],
  ['a wrapper', { ...node, ...tini }, { Entrypoint: ['tini', '--'], Cmd: ['node'] }],
  ['a shell form', node, shell('exec node server.js')],
  ['a shell form with a variable', {}, shell('exec $PROGRAM')],
  ['a shell form with a builtin', {}, shell('cd /tmp && export A=1 && echo $A')],
  ['a script with its parameters', { ...node, ...script('exec "$@"') }, { ...startScript, Cmd: ['node'] }],
  [
    'a script that puts node before words',
    { ...node, 'e.sh': executable(nodeEntrypoint) },
    { Entrypoint: ['/e.sh'], Cmd: ['x.js'] },
  ],
  ['a program that is only sometimes started', script('if [ -n "$DEBUG" ]; then strace sh; fi\nexec sh'), startScript],
  ['a function', script('log() { echo "$@"; }\nlog hello'), startScript],
  ['a program that is asked for first', script('command -v jq >/dev/null && jq --version\nsh -c :'), startScript],
  ['a program whose failure is ignored', script('migrate || true\nsh -c :'), startScript],
  [
    'a program with an alternative',
    {},
    { ...shell(':'), Healthcheck: { Test: ['CMD-SHELL', 'curl x || sh -c : || exit 1'] } },
  ],
  [
    'a program that comes with a download',
    script('curl -o /usr/local/bin/tool x || true\nwget -O /usr/local/bin/a http://x/a || true\na'),
    startScript,
  ],
  ['what follows a branch that may end', script('if [ "$1" = a ]; then exec sh; fi\nexec missing'), startScript],
  ['what follows the end', script('exec sh\nmissing'), startScript],
  [
    'a name that a sourced file may define',
    { ...script('. /lib.sh\nhelp_me\n'), 'lib.sh': 'help_me() { :; }' },
    startScript,
  ],
  [
    'PATH that the script extends',
    { 'opt/tool': glibcProgram(), ...script('export PATH="$PATH:/opt"\nexec tool') },
    { ...startScript, Env: ['PATH=/usr/bin'] },
  ],
  [
    'PATH that nobody knows',
    { ...script('export PATH="$(find_path)"\nexec tool') },
    { ...startScript, Env: ['PATH=/usr/bin'] },
  ],
  ['a user by number', {}, { ...shell(':'), User: '4711:4711' }],
  ['a user by name', {}, { ...shell(':'), User: 'app:staff' }],
  ['a program for the group', { 'opt/tool': glibcProgram({}) }, { Cmd: ['/opt/tool'], User: 'app' }],
  ['#!/usr/bin/env', { ...node, 'x.js': executable('#!/usr/bin/env node\n') }, { Entrypoint: ['/x.js'] }],
  ['#!/bin/sh -', { 'x.sh': executable('#!/bin/sh -\n:\n') }, { Entrypoint: ['/x.sh'] }],
  [
    'a zone that is there',
    { 'usr/share/zoneinfo/Europe/Berlin': 'TZif2' },
    { ...shell(':'), Env: ['TZ=Europe/Berlin'] },
  ],
  ['rules of a zone', {}, { ...shell(':'), Env: ['TZ=CET-1CEST'] }],
]

const gaps: readonly (readonly [string, MemoryFiles, RuntimeConfig, readonly string[]])[] = [
  ['a program', {}, { Cmd: ['node'] }, ['error program node']],
  ['a program that is a directory', { 'opt/tool/x': '' }, { Cmd: ['/opt/tool'] }, ['error program /opt/tool']],
  ['a link', { 'usr/bin/tool': link('/opt/tool') }, { Cmd: ['tool'] }, ['error link /opt/tool (usr/bin/tool)']],
  ['the right to run it', { 'opt/tool': 'x' }, { Cmd: ['/opt/tool'] }, ['error permission /opt/tool (opt/tool)']],
  ['a #! line', { 'opt/tool': executable('echo x') }, { Cmd: ['/opt/tool'] }, ['error program /opt/tool (opt/tool)']],
  ['content', { 'opt/tool': executable('') }, { Cmd: ['/opt/tool'] }, ['error program /opt/tool (opt/tool)']],
  [
    'an interpreter',
    { 'x.sh': executable('#!/bin/bash\n') },
    { Cmd: ['/x.sh'] },
    ['error interpreter /bin/bash (x.sh)'],
  ],
  [
    'Unix line endings',
    { 'x.sh': executable('#!/bin/sh\r\n:\r\n') },
    { Cmd: ['/x.sh'] },
    ['error interpreter /bin/sh (x.sh)'],
  ],
  [
    'the program of env',
    { 'x.js': executable('#!/usr/bin/env node\n') },
    { Cmd: ['/x.js'] },
    ['error program node (x.js)'],
  ],
  ['the program behind a wrapper', tini, { Entrypoint: ['tini', '--'], Cmd: ['node'] }, ['error program node']],
  ['the program behind env', {}, { Entrypoint: ['env', 'A=1', 'node'] }, ['error program node']],
  ['the program of a shell form', {}, shell('exec node x'), ['error program node']],
  [
    'the program of a script',
    script('mkdir -p /tmp/x\nexec gunicorn app'),
    startScript,
    ['error program mkdir (start.sh)', 'error program gunicorn (start.sh)'],
  ],
  [
    'the wrapper of a script',
    { ...node, ...script('exec gosu app node') },
    startScript,
    ['error program gosu (start.sh)'],
  ],
  [
    'the program of the parameters',
    script('exec "$@"'),
    { ...startScript, Cmd: ['gunicorn'] },
    ['error program gunicorn (start.sh)'],
  ],
  ['the script of a shell', {}, { Cmd: ['sh', '/start.sh'] }, ['error program /start.sh']],
  [
    'the program of a HEALTHCHECK',
    {},
    { ...shell(':'), Healthcheck: { Test: ['CMD', 'curl', '-f', 'x'] } },
    ['error program curl'],
  ],
  [
    'the program of a HEALTHCHECK in a shell',
    {},
    { ...shell(':'), Healthcheck: { Test: ['CMD-SHELL', 'curl -f x || exit 1'] } },
    ['error program curl'],
  ],
  ['a user', {}, { ...shell(':'), User: 'nobody' }, ['error user nobody']],
  ['a group', {}, { ...shell(':'), User: 'app:www' }, ['error user www']],
  [
    'the right to enter',
    { root: { kind: 'dir', mode: 0o700 }, 'root/bin/tool': glibcProgram() },
    { Cmd: ['/root/bin/tool'], User: 'app' },
    ['warning permission /root/bin/tool (root/bin/tool)'],
  ],
  [
    'the right to write to a volume',
    { data: { kind: 'dir' } },
    { ...shell(':'), User: 'app', Volumes: { '/data': {} } },
    ['warning directory /data'],
  ],
  [
    'a time zone',
    {},
    { ...shell(':'), Env: ['TZ=Europe/Berlin'] },
    ['warning time-zones /usr/share/zoneinfo/Europe/Berlin'],
  ],
]

describe('the closure of an image', () => {
  it.each(complete)('is complete with %s', (_, files, config) => {
    expect(gapsIn({ ...debian, ...files }, config)).toEqual([])
  })

  it.each(gaps)('lacks %s', (_, files, config, expected) => {
    expect(gapsIn({ ...debian, ...files }, config)).toEqual(expected)
  })

  it.each([
    ['error', "require('./part')", 'file'],
    ['warning', "exports.use = () => require('./part')", 'file'],
    [undefined, "try { require('./part') } catch {}", 'file'],
    ['error', "require('./sub/a'); require('./sub/b')", 'directory'],
  ] as const)('has a gap of severity %s where %s is a %s that the user may not read', (severity, text, what) => {
    const closed: MemoryFiles =
      what === 'file'
        ? { 'app/part.js': { content: '', mode: 0o600 } }
        : { 'app/sub': { kind: 'dir', mode: 0o700 }, 'app/sub/a.js': '', 'app/sub/b.js': '' }
    const files = { ...debian, ...node, 'app/main.js': text, ...closed }
    const { gaps: found, reached } = closureIn(files, { Cmd: ['node', '/app/main.js'], User: 'app' }, followers)
    expect(found.map((gap) => `${gap.severity} ${gap.kind} ${gap.needs}`)).toEqual(
      severity === undefined ? [] : [`${severity} permission /app/${what === 'file' ? 'part.js' : 'sub'}`],
    )
    expect(reached).toContain(what === 'file' ? 'app/part.js' : 'app/sub/b.js')
  })

  it('gives commands of a script without set -e as warnings, but for the last', () => {
    const files = { ...debian, 'start.sh': executable('#!/bin/sh\nmissing\nexec gone\n') }
    expect(gapsIn(files, startScript)).toEqual(['error program gone (start.sh)', 'warning program missing (start.sh)'])
  })

  it('names the instruction where no file is to blame, and the package that helps', () => {
    const [gap] = closureIn({ ...alpine }, { ...shell(':'), Healthcheck: { Test: ['CMD', 'curl', 'x'] } }).gaps
    expect(gap).toMatchObject({ instruction: 'HEALTHCHECK', hint: 'RUN apk add --no-cache curl' })
  })

  it('says where a program is that PATH does not lead to', () => {
    const [gap] = closureIn({ ...debian, 'opt/venv/bin/gunicorn': glibcProgram() }, { Cmd: ['gunicorn'] }).gaps
    expect(gap?.hint).toContain('/opt/venv/bin/gunicorn')
  })

  it('has no shell on an image that is empty', () => {
    expect(gapsIn({}, shell('exec /app'))).toEqual(['error program /bin/sh'])
  })
})

describe('certificates of authorities', () => {
  const client = { app: elf({ text: '\xff Go buildinf:net/http.(*Client).do' }) }
  const start = { Entrypoint: ['/app'] }

  it.each([
    ['a client', client, ['warning certificates /etc/ssl/certs/ca-certificates.crt (app)']],
    ['a client with certificates', { ...client, 'etc/ssl/certs/ca-certificates.crt': 'x' }, []],
    [
      'a client with its own certificates',
      { app: elf({ text: '\xff Go buildinf:net/http.(*Client).do x509roots/fallback' }) },
      [],
    ],
    ['a server', { app: elf({ text: '\xff Go buildinf:net/http.(*Server).Serve' }) }, []],
    ['no program of Go', { app: elf({ text: 'net/http.(*Client).do' }) }, []],
  ] as const)('of %s', (_, files, expected) => {
    expect(gapsIn(files, start)).toEqual(expected)
  })

  it('may lie where a variable says', () => {
    expect(gapsIn(client, { ...start, Env: ['SSL_CERT_FILE=/ca.pem'] })).toEqual([])
  })
})
