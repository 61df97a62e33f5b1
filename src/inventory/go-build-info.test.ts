import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataProgram } from '../../test/kit/data-program.ts'
import { memoryTree } from '../fileset/index.ts'
import { readGoBuildInfo } from './go-build-info.ts'
import { listPackages } from './index.ts'

const mark = '0123456789abcdef'

function text(value: string): Buffer {
  const length = Buffer.byteLength(value)
  return Buffer.concat([Buffer.from([(length & 0x7f) | 0x80, length >> 7]), Buffer.from(value)])
}

/** The block that Go's linker writes since 1.18. */
function block(version: string, modules: string): Buffer {
  const header = Buffer.alloc(32)
  header.write('\xff Go buildinf:', 'latin1')
  header[14] = 8
  header[15] = 2
  return Buffer.concat([header, text(version), text(mark + modules + mark)])
}

const modules = [
  'path\texample.org/cmd/tool',
  'mod\texample.org/tool\t(devel)\t',
  'dep\tGithub.com/Some/Thing/v2\tv2.1.0\th1:abc=',
  'dep\texample.org/old\tv1.0.0',
  '=>\texample.org/fork\tv1.0.1-0.20240101000000-abcdef123456\th1:def=',
  'dep\texample.org/local\tv1.0.0',
  '=>\t../local\t',
  'build\t-compiler=gc',
  '',
].join('\n')

describe('readGoBuildInfo', () => {
  it('reads modules with their replacements, and the toolchain as the standard library', () => {
    expect(readGoBuildInfo(Buffer.concat([Buffer.alloc(48), block('go1.22.5', modules)]))).toEqual([
      { type: 'golang', name: 'stdlib', version: '1.22.5' },
      { type: 'golang', name: 'Github.com/Some/Thing/v2', version: 'v2.1.0' },
      { type: 'golang', name: 'example.org/fork', version: 'v1.0.1-0.20240101000000-abcdef123456' },
    ])
  })

  it('finds nothing without a block, in a cut one and in one of Go before 1.18', () => {
    const whole = block('go1.22', modules)
    const old = Buffer.from(whole)
    old[15] = 0
    for (const bytes of [Buffer.alloc(100), old, whole.subarray(0, 20), whole.subarray(0, 33)])
      expect(readGoBuildInfo(bytes)).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array(), (rest) => void readGoBuildInfo(Buffer.concat([whole.subarray(0, 32), rest]))),
    )
  })

  it('is found in the first writable segment of large enough programs', () => {
    const info = block('go1.22.5', modules)
    const file = dataProgram(300_000, { offset: 200_000, length: 50_000 })
    info.copy(file, 200_016)
    const names = (mode: number, bytes: Uint8Array) => {
      const view = memoryTree({ 'usr/bin/tool': { content: bytes, mode } })
      const { packages } = listPackages(view, (path, part) =>
        view.read(path).subarray(part.offset, part.offset + part.length),
      )
      return packages.map(({ purl }) => purl)
    }
    expect(names(0o755, file)).toEqual([
      'pkg:golang/github.com/some/thing/v2@v2.1.0',
      'pkg:golang/example.org/fork@v1.0.1-0.20240101000000-abcdef123456',
      'pkg:golang/stdlib@1.22.5',
    ])
    expect(names(0o644, file)).toEqual([])
    expect(names(0o755, file.subarray(0, 250_000))).toEqual([])
  })
})
