import { describe, expect, it } from 'vitest'
import { parseDevice, parseMount } from './index.ts'

describe('parseMount', () => {
  const plain = { required: false, readOnly: true }
  it.each([
    ['target=/x', { type: 'bind', target: '/x', ...plain }],
    [
      'type=bind,src=a,dst=/x,from=base,rw',
      { type: 'bind', source: 'a', target: '/x', from: 'base', ...plain, readOnly: false },
    ],
    ['TYPE=Cache,Destination=/x', { type: 'cache', target: '/x', ...plain, readOnly: false }],
    [
      'type=cache,id=c,target=/x,sharing=LOCKED,mode=0755,uid=1000,gid=4294967295,ro',
      { type: 'cache', id: 'c', target: '/x', sharing: 'locked', mode: 0o755, uid: 1000, gid: 4294967295, ...plain },
    ],
    ['type=tmpfs,target=/x,size=1.5g', { type: 'tmpfs', target: '/x', size: 1610612736, ...plain, readOnly: false }],
    ['type=secret,id=s,env=TOKEN,required', { type: 'secret', id: 's', env: 'TOKEN', required: true, readOnly: true }],
    ['type=secret,source=s,mode=0400,required=false', { type: 'secret', source: 's', mode: 0o400, ...plain }],
    ['type=ssh,required=1', { type: 'ssh', required: true, readOnly: true }],
    ['"target=/a,b",source="x', undefined],
    ['"target=/a,b","source=say ""hi"""', { type: 'bind', target: '/a,b', source: 'say "hi"', ...plain }],
    ['target=/x,rw=false', { type: 'bind', target: '/x', ...plain }],
    ['target=/x,readonly=0', { type: 'bind', target: '/x', ...plain, readOnly: false }],
    ['target=/x,from=a$', { type: 'bind', target: '/x', from: 'a$', ...plain }],
  ])('reads %s', (value, mount) => {
    const result = parseMount(value)
    expect('mount' in result ? result.mount : undefined).toEqual(mount)
  })

  const size = 'tmpfs mounts have it, behind their type=: a number of bytes, or a size such as 64m'
  const required = 'secret and ssh mounts have it, behind their type=: required, required=true or required=false'
  const fileOptions = 'cache, secret and ssh mounts have it'
  const octal = 'give octal digits, such as 0755'
  const number = 'give a number: names are not looked up'
  const commas = 'options are separated by commas; one with a comma in its value is quoted as a whole: "source=a,b"'
  it.each([
    ['type=cahce,target=/x', 'unsupported mount type "cahce"', 'did you mean cache?'],
    ['type=cache,sharing=lock', 'unsupported sharing value "lock"', 'a cache is shared, private or locked'],
    ['taget=/x', "unexpected key 'taget' in 'taget=/x'", 'did you mean target?'],
    ['target', "invalid field 'target' must be a key=value pair", 'write target=VALUE'],
    ['target=/x,ro=maybe', 'invalid value for ro: maybe', 'write ro, ro=true or ro=false'],
    ['target=/x,required', "unexpected key 'required' for mount type 'bind'", required],
    ['size=1m,type=tmpfs', "unexpected key 'size' for mount type 'bind'", size],
    ['type=tmpfs,size=1q', 'invalid value for size: 1q', size],
    ['type=tmpfs,target=/x,mode=755', 'mode not allowed for "tmpfs" type mounts', fileOptions],
    ['target=/x,uid=1', 'uid not allowed for "bind" type mounts', fileOptions],
    ['type=cache,mode=0o755', 'invalid value 0o755 for mode', octal],
    ['type=cache,mode=99', 'invalid value 99 for mode', octal],
    ['type=cache,uid=-1', 'invalid value -1 for uid', number],
    ['type=cache,gid=4294967296', 'invalid value 4294967296 for gid', number],
    ['type=secret', 'invalid secret mount. one of source, target required', 'add id=NAME'],
    ['type=secret,id=a,source=b', "both source and id can't be set", 'here they mean the same: leave one out'],
    [
      'type=secret,id=a,from=b',
      'secret mount should not have a from',
      'a secret comes from the command line: --secret id=NAME,src=FILE',
    ],
    ['type=secret,id=a,sharing=shared', 'secret mount should not define sharing', 'only cache mounts have it'],
    ['type=bind,sharing=shared', 'invalid cache sharing set for bind mount', 'only cache mounts have it'],
    ['', 'failed to parse csv mounts: the value is empty', commas],
  ])('refuses %s', (value, error, hint) => {
    expect(parseMount(value)).toEqual({ error, hint })
  })

  it('expands every value, so that an option can depend on a type from a variable', () => {
    const values: Record<string, string> = { $t: 'tmpfs', $s: '64m' }
    const result = parseMount('type=$t,target=/x,size=$s', (value) => ({ value: values[value] ?? value }))
    expect(result).toEqual({ mount: { type: 'tmpfs', target: '/x', size: 67108864, readOnly: false, required: false } })
  })

  it('passes on an error of the expansion', () => {
    expect(parseMount('target=${x', () => ({ error: 'bad' }))).toEqual({ error: 'bad' })
  })

  it('refuses a variable in from, whatever expands it', () => {
    const result = parseMount('from=$base,target=/x', (value) => ({ value }))
    expect('error' in result && result.error).toBe(
      "'from' doesn't support variable expansion, define alias stage instead",
    )
  })
})

describe('parseDevice', () => {
  it('reads the name with and without its key', () => {
    expect(parseDevice('vendor.com/gpu=all,required')).toEqual({
      device: { name: 'vendor.com/gpu=all', required: true },
    })
    expect(parseDevice('name=x,required=false')).toEqual({ device: { name: 'x', required: false } })
  })

  it('refuses a second name and an unknown key', () => {
    expect(parseDevice('a,name=b')).toEqual({ error: 'device name already set to a' })
    expect(parseDevice('a,requird=1')).toEqual({
      error: "unexpected key 'requird' in 'requird=1'",
      hint: 'did you mean required?',
    })
  })
})
