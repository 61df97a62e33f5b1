import { mkdtempSync, rmSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { digestOf } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import { openBlobStore } from './blob-store.ts'

const root = mkdtempSync('/var/tmp/slipway-referrers-')
const store = openBlobStore(root)
const subject = digestOf('image')

afterAll(() => {
  store.close()
  rmSync(root, { recursive: true, force: true })
})

async function stored(text: string, artifactType: string): Promise<Descriptor> {
  return { mediaType: 'm', artifactType, ...(await store.write([Buffer.from(text)])) }
}

describe('referrers of a store', () => {
  test('are listed by subject, one of an artifact type, as long as they are there', async () => {
    expect(await store.referrers.list(subject)).toEqual([])
    const [old, other, young] = [await stored('a', 'x'), await stored('b', 'y'), await stored('c', 'x')]
    for (const one of [old, other, young]) await store.referrers.put(subject, one)
    expect(await store.referrers.list(subject)).toEqual([other, young])
    expect(await store.referrers.list(digestOf('other'))).toEqual([])
    await store.remove(other.digest)
    expect(await store.referrers.list(subject)).toEqual([young])
  })
})
