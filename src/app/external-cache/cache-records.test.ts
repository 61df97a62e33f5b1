import { describe, expect, test } from 'vitest'
import { digestOf } from '../../core/index.ts'
import { mediaTypes } from '../../oci/index.ts'
import type { TracedStep } from '../../why/index.ts'
import { decodeRecords, encodeRecords, type WrittenRecord } from './cache-records.ts'

const key = digestOf('key')
const diffId = digestOf('diff')
const content = digestOf('content')
const chosen = digestOf('chosen')
const layer = { mediaType: mediaTypes.ociLayerGzip, digest: digestOf('blob'), size: 7 }
const record: WrittenRecord = { key, created: 5, diffId, content, size: 9, blob: 0 }
const step: TracedStep = {
  stage: 'build',
  platform: 'linux/amd64',
  text: 'RUN make',
  line: 3,
  key,
  parts: { kind: 'exec', 'mount 0': '{"type":"bind"}' },
  content,
  base: 'debian@sha256:0',
  outcome: 'built',
}
const all = { started: 4, steps: [step], selections: new Map([[chosen, content]]) }
const written = (changes: Partial<WrittenRecord> = {}): unknown =>
  JSON.parse(JSON.stringify(encodeRecords({ ...all, records: [{ ...record, ...changes }] })))

describe('decodeRecords', () => {
  test('reads what was written, and takes blobs from the layers of the manifest', () => {
    const decoded = decodeRecords(written(), [{ ...layer, annotations: { a: 'b' } }])
    expect(decoded).toEqual({ ...all, records: [{ key, created: 5, diffId, content, size: 9, blob: layer }] })
  })

  test('knows steps without a blob', () => {
    const { blob: _, ...bare } = record
    const text = JSON.stringify(encodeRecords({ ...all, records: [bare] }))
    expect(decodeRecords(JSON.parse(text), [])?.records).toEqual([bare])
  })

  test('takes control characters out of what will be shown', () => {
    const shown = { ...step, text: 'RUN \u001b[2Jmake\u009b', parts: { 'a\u0007': '\u001b]0;x\u0007' } }
    const decoded = decodeRecords(
      JSON.parse(JSON.stringify({ version: 1, ...all, steps: [shown], records: [], selections: {} })),
      [],
    )
    expect(decoded?.steps[0]).toMatchObject({ text: 'RUN [2Jmake', parts: { a: ']0;x' } })
  })

  test.each([
    ['nothing', undefined],
    ['a list', []],
    ['another version', { ...(written() as object), version: 2 }],
    ['a layer that the manifest does not have', written({ blob: 1 })],
    ['a fraction of a layer', written({ blob: 0.5 })],
    ['a time beyond all dates', written({ created: 1e17 })],
    ['a negative size', written({ size: -1 })],
    ['the content of a pulled layer', written({ content: diffId })],
    ['a digest that is none', written({ key: 'sha256:x' as never })],
    ['a mount that is no JSON', { ...(written() as object), steps: [{ ...step, parts: { 'mount 0': 'x' } }] }],
    ['a mount that is no object', { ...(written() as object), steps: [{ ...step, parts: { 'mount 0': 'null' } }] }],
    ['a part that is no text', { ...(written() as object), steps: [{ ...step, parts: { kind: 1 } }] }],
    ['a selection that is no digest', { ...(written() as object), selections: { [chosen]: 'x' } }],
    ['too much', { ...(written() as object), records: Array.from({ length: 20_001 }, () => record) }],
  ])('takes nothing when there is %s', (_, value) => {
    expect(decodeRecords(value, [layer])).toBeUndefined()
  })
})
