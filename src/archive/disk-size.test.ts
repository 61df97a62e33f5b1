import { expect, it } from 'vitest'
import { diskSize } from './disk-size.ts'

it('counts files once and the targets of links, in bytes', () => {
  expect(
    diskSize([
      { kind: 'dir', size: 0 },
      { kind: 'file', size: 1000 },
      { kind: 'hardlink', size: 0, linkname: 'a/b' },
      { kind: 'symlink', size: 0, linkname: 'é' },
      { kind: 'char', size: 0 },
      { kind: 'whiteout', size: 0 },
    ]),
  ).toBe(1002)
})
