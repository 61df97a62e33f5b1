const magic = Buffer.from('glibc-ld.so.cache1.1', 'latin1')
const sizes = { header: 48, entry: 24 } as const
const most = 100_000

/**
 * The names and paths of /etc/ld.so.cache, which glibc's loader reads instead of /etc/ld.so.conf: what lies in the directories of
 * the latter is found only after `ldconfig`. Empty when it is no such file. Little-endian, as all platforms of images but s390x.
 */
export function readLoaderCache(file: Buffer): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  // An older format may come first; offsets count from the newer one.
  const start = file.indexOf(magic)
  if (start < 0 || start + sizes.header > file.length) return found
  const cache = file.subarray(start)
  const count = Math.min(cache.readUInt32LE(20), most)
  for (let index = 0; index < count; index += 1) {
    const at = sizes.header + index * sizes.entry
    if (at + sizes.entry > cache.length) break
    const name = textAt(cache, cache.readUInt32LE(at + 4))
    const path = textAt(cache, cache.readUInt32LE(at + 8))
    if (name !== '' && path !== '') found.set(name, [...(found.get(name) ?? []), path])
  }
  return found
}

function textAt(cache: Buffer, at: number): string {
  const end = cache.indexOf(0, at)
  return end < 0 ? '' : cache.toString('latin1', at, end)
}
