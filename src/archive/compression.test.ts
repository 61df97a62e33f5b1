import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decompress, detectCompression, gzip, sniffCompression } from './index.ts'

/** Text that compresses a little, the same on every run. */
function sample(length: number): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at * 64 < length; at += 1)
    parts.push(Buffer.from(createHash('sha256').update(String(at)).digest('hex')))
  return Buffer.concat(parts).subarray(0, length)
}

async function* chunked(data: Uint8Array, step: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < data.length; at += step) yield data.subarray(at, at + step)
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

describe('gzip', () => {
  test.each([0, 1, 100_000, 1 << 20, (1 << 20) + 1, 5_000_000])(
    '%i bytes come back from gzip -d and from gunzip',
    async (length) => {
      const data = sample(length)
      const packed = await collect(gzip(chunked(data, 70_001)))
      const native = spawnSync('gzip', ['-dc'], { input: packed, encoding: 'buffer', maxBuffer: 1 << 28 })
      expect(native.status).toBe(0)
      expect(native.stdout.equals(data)).toBe(true)
      expect((await collect(decompress(chunked(packed, 1000), 'gzip'))).equals(data)).toBe(true)
    },
  )

  test('the bytes depend on neither chunking nor concurrency, but on the level', async () => {
    const data = sample(4_000_000)
    const a = await collect(gzip(chunked(data, 1 << 16), { concurrency: 1 }))
    const b = await collect(gzip(chunked(data, 999_983), { concurrency: 8 }))
    const c = await collect(gzip(chunked(data, 1 << 20)))
    const other = await collect(gzip(chunked(data, 1 << 16), { level: 1 }))
    expect([b, c].map((packed) => packed.equals(a))).toEqual([true, true])
    expect(a.equals(other)).toBe(false)
  })

  test('level 0 is a gzip file of the bytes as they are', async () => {
    const data = sample(2_500_000)
    const packed = await collect(gzip(chunked(data, 1 << 16), { level: 0 }))
    expect(packed.length).toBeGreaterThan(data.length)
    expect(gunzipSync(packed).equals(data)).toBe(true)
  })

  test('costs less than two percent over one serial stream', async () => {
    const data = sample(4_000_000)
    const packed = await collect(gzip(chunked(data, 1 << 16)))
    expect(packed.length).toBeLessThan(gzipSync(data).length * 1.02)
  })

  test('takes no more input than its blocks in flight need', async () => {
    let taken = 0
    const source = (async function* () {
      for (let at = 0; at < 64; at += 1) {
        taken += 1
        yield sample(1 << 20)
      }
    })()
    const packing = gzip(source, { concurrency: 2 })
    await packing.next()
    await packing.next()
    expect(taken).toBeLessThanOrEqual(5)
    await packing.return()
  })
})

describe('decompress', () => {
  test('reads all members of a gzip stream', async () => {
    const both = Buffer.concat([gzipSync('one '), gzipSync('two')])
    expect((await collect(decompress(chunked(both, 5), 'gzip'))).toString()).toBe('one two')
  })

  test.each(['gzip', 'zstd'] as const)('reports truncated %s data as a bad archive', async (name) => {
    if (name === 'zstd' && !has('zstd')) return console.log('skipped: the zstd command is not installed')
    const packed =
      name === 'gzip' ? gzipSync(sample(300_000)) : spawnSync('zstd', ['-c'], { input: sample(300_000) }).stdout
    for (const length of [packed.length - 9, 2000, 12]) {
      const cut = collect(decompress(chunked(packed.subarray(0, length), 4096), name))
      await expect(cut, `cut to ${length}`).rejects.toMatchObject({ code: 'bad-archive' })
    }
  })

  test('reports damaged gzip data as a bad archive', async () => {
    const damaged = gzipSync(sample(300_000))
    damaged.fill(0xff, 2000, 2100)
    await expect(collect(decompress(chunked(damaged, 4096), 'gzip'))).rejects.toMatchObject({ code: 'bad-archive' })
  })

  test('passes on the error of its source', async () => {
    const failing = (async function* () {
      yield gzipSync(sample(1000)).subarray(0, 100)
      throw new Error('the line went dead')
    })()
    await expect(collect(decompress(failing, 'gzip'))).rejects.toThrow('the line went dead')
  })

  test('reads what zstd writes, frames and long windows included', async () => {
    if (!has('zstd')) return console.log('skipped: the zstd command is not installed')
    const data = sample(3_000_000)
    const frame = (flags: string[], input: Buffer) =>
      spawnSync('zstd', [...flags, '-c'], { input, maxBuffer: 1 << 28 }).stdout
    const packed = Buffer.concat([
      frame(['-3'], data.subarray(0, 1_000_000)),
      frame(['-19', '--long=27'], data.subarray(1_000_000)),
    ])
    expect((await collect(decompress(chunked(packed, 65_536), 'zstd'))).equals(data)).toBe(true)
  })
})

describe('detectCompression', () => {
  test.each([
    ['gzip', 'gzip -c'],
    ['bzip2', 'bzip2 -c'],
    ['xz', 'xz -c'],
    ['zstd', 'zstd -c'],
    ['none', 'cat'],
  ] as const)('knows %s by its first bytes', (expected, command) => {
    if (!has(command.split(' ')[0] as string)) return console.log(`skipped: ${command} is not installed`)
    const packed = spawnSync('sh', ['-c', command], { input: 'hello' }).stdout
    expect(detectCompression(packed.subarray(0, 6))).toBe(expected)
  })

  test('sniffing hands back the whole stream, even one shorter than a magic', async () => {
    for (const text of ['', 'ab', 'abcdefghijk']) {
      const { compression, chunks } = await sniffCompression(chunked(Buffer.from(text), 1))
      expect([compression, (await collect(chunks)).toString()]).toEqual(['none', text])
    }
  })
})
