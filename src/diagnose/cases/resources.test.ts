import { describe, expect, test } from 'vitest'
import { explain } from '../testing/failed-step.ts'

describe('memory', () => {
  test('that the machine lacks', () => {
    expect(explain('Killed', { exitCode: 137, oomKilled: true })).toMatch(
      /^the kernel killed it because this machine ran out of memory\n/,
    )
    expect(explain('c++: fatal error: Killed signal terminated program cc1plus')).toMatch(
      /^cc1plus was killed, most likely by the kernel/,
    )
  })

  test('that a program does not allow itself', () => {
    expect(
      explain('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', { exitCode: 134 }),
    ).toMatch(/^node reached the limit .*\n.*--max-old-space-size/)
    expect(explain('java.lang.OutOfMemoryError: Java heap space')).toMatch(/^java reached the limit/)
  })

  test('is not blamed for every kill', () => {
    expect(explain('Killed', { exitCode: 137 })).toBeUndefined()
  })
})

describe('a full disk', () => {
  test('is that of the store', () => {
    expect(explain('tar: x: Cannot write: No space left on device')).toMatch(
      /^the disk that holds the store of Slipway is full/,
    )
  })

  test('may be a tmpfs, shared memory, or none at all', () => {
    const mounts = [{ type: 'tmpfs', target: '/scratch', readonly: false }]
    expect(explain('cp: /scratch/x: No space left on device', { mounts })).toMatch(/^the tmpfs at \/scratch is full/)
    expect(explain('/dev/shm/x: No space left on device')).toMatch(/--shm-size/)
    expect(explain('Error: ENOSPC: System limit for number of file watchers reached, watch')).toMatch(
      /max_user_watches/,
    )
  })
})

describe('a read-only file system', () => {
  const mounts = [{ type: 'bind', target: '/src', readonly: true }]

  test.each([
    "touch: cannot touch '/src/x': Read-only file system",
    "Error: EROFS: read-only file system, open '/src/x'",
    '/bin/sh: 1: cannot create /src/x: Read-only file system',
  ])('is that of a mount: %s', (output) => {
    expect(explain(output, { mounts })).toMatch(/^--mount=type=bind,target=\/src is read-only\nadd rw to the mount/)
  })

  test('that is no mount of the step is not explained', () => {
    expect(explain("touch: cannot touch '/proc/x': Read-only file system", { mounts })).toBeUndefined()
  })
})
