import { describe, expect, test } from 'vitest'
import { memoryTree } from '../fileset/index.ts'
import { elfFile } from './testing/elf-file.ts'
import { failedStep } from './testing/failed-step.ts'
import { unstartable } from './unstartable.ts'

const { machine } = failedStep('')
const loader = '/lib64/ld-linux-x86-64.so.2'
const dynamic = { content: elfFile(0x3e, loader), mode: 0o755 }
const files = {
  app: dynamic,
  'usr/bin/tool': dynamic,
  'srv/foreign': { content: elfFile(0xb7), mode: 0o755 },
  'bin/static': elfFile(0x3e),
}

function reason(
  argv: readonly string[],
  { cwd = '/', beside = [] as readonly string[], more = {} } = {},
): string | undefined {
  return unstartable({ argv, env: [], cwd, beside }, memoryTree({ ...files, ...more }), machine)?.reason
}

describe('a command that is known not to start', () => {
  test('has no loader, whichever way it is named', () => {
    expect(reason(['/app'])).toMatch(/^\/app is there, but it was linked dynamically against glibc/)
    expect(reason(['./app'])).toMatch(/^\/.*app is there/)
    expect(reason(['tool'])).toMatch(/^\/usr\/bin\/tool is there/)
  })

  test('is for another machine', () => {
    expect(reason(['./foreign'], { cwd: '/srv' })).toMatch(/^\/srv\/foreign was made for arm64/)
  })
})

describe('a command that is tried', () => {
  test.each([
    ['is static', ['static'], {}],
    ['has its loader', ['/app'], { more: { [loader.slice(1)]: 'x' } }],
    ['is not there: the runtime says so well enough', ['/gone'], {}],
    ['may come with a mount', ['/app'], { beside: ['/app'] }],
    ['may get its loader from a mount', ['/app'], { beside: ['/lib64'] }],
    ['may be hidden by a mount in PATH', ['tool'], { beside: ['/usr/local/bin'] }],
  ])('%s', (_, argv, options) => {
    expect(reason(argv, options)).toBeUndefined()
  })
})
