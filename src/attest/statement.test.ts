import { describe, expect, test } from 'vitest'
import { digestOf } from '../core/index.ts'
import { assembleReferrer } from './referrer.ts'
import { checkStatement } from './check-statement.ts'
import { decodeStatement, encodeStatement, imageUrl, manifestSubjects } from './statement.ts'

const amd64 = { os: 'linux', architecture: 'amd64' }
const manifest = digestOf('manifest')
const subjects = manifestSubjects(manifest, { names: [], platform: amd64 })
const provenance = {
  buildDefinition: { buildType: 'x', externalParameters: {} },
  runDetails: { builder: { id: 'me' } },
}
const spdx = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'a',
  dataLicense: 'b',
  documentNamespace: 'c',
  name: 'd',
  creationInfo: {},
}
const slsa = 'https://slsa.dev/provenance/v1'

describe('imageUrl', () => {
  // The names and results are those that BuildKit has for them.
  test.each([
    ['alpine', 'pkg:docker/alpine@latest'],
    ['alpine:3.15', 'pkg:docker/alpine@3.15'],
    ['docker.io/library/alpine:latest', 'pkg:docker/alpine@latest'],
    ['user/test:v2', 'pkg:docker/user/test@v2'],
    ['ghcr.io/foo/bar:v2', 'pkg:docker/ghcr.io/foo/bar@v2'],
    [`alpine@${manifest}`, `pkg:docker/alpine?digest=${manifest}`],
    ['127.0.0.1:5000/a:1', 'pkg:docker/127.0.0.1%3A5000/a@1'],
  ])('of %s is %s', (name, url) => {
    expect(imageUrl(name)).toBe(url)
  })

  test('names the platform', () => {
    expect(imageUrl('busybox', { os: 'linux', architecture: 'arm', variant: 'v7' })).toBe(
      'pkg:docker/busybox@latest?platform=linux%2Farm%2Fv7',
    )
  })
})

describe('a statement', () => {
  test('comes back as it was written, and equal ones have equal bytes', () => {
    const bytes = encodeStatement({ type: slsa, value: { b: 1, a: 2 } }, subjects)
    expect(bytes).toEqual(encodeStatement({ type: slsa, value: { a: 2, b: 1 } }, subjects))
    expect(decodeStatement(bytes)).toEqual({ predicateType: slsa, predicate: { a: 2, b: 1 }, subject: subjects })
  })

  test.each([
    ['no JSON', 'x', 'it is not JSON'],
    ['a list', '[]', 'it is not a JSON object'],
    ['another type', '{"_type":"https://in-toto.io/Statement/v2"}', 'its _type is "https://in-toto.io/Statement/v2"'],
    ['no predicate', '{"_type":"https://in-toto.io/Statement/v1","predicateType":"x"}', 'its predicate is not'],
    ['no type', '{"_type":"https://in-toto.io/Statement/v1","predicate":{}}', 'it has no predicateType'],
    [
      'no subject',
      '{"_type":"https://in-toto.io/Statement/v1","predicateType":"x","predicate":{},"subject":[]}',
      'it has no subject',
    ],
    [
      'a subject without a digest',
      '{"_type":"https://in-toto.io/Statement/v1","predicateType":"x","predicate":{},"subject":[{"name":"a"}]}',
      'it has a subject without a digest',
    ],
  ])('with %s is refused with the reason', (_, text, reason) => {
    expect(decodeStatement(Buffer.from(text))).toEqual({ error: expect.stringContaining(reason) })
  })
})

describe('checkStatement', () => {
  const layer = (type: string) => ({
    mediaType: 'application/vnd.in-toto+json',
    digest: digestOf(''),
    size: 0,
    annotations: { 'in-toto.io/predicate-type': type },
  })
  const check = (type: string, value: object, more: { readonly announced?: string; readonly about?: string } = {}) =>
    checkStatement(
      encodeStatement({ type, value: value as never }, subjects),
      layer(more.announced ?? type),
      more.about === undefined ? manifest : digestOf(more.about),
    )

  test.each([
    [slsa, provenance, true, 'SLSA provenance v1 by me'],
    ['https://spdx.dev/Document', { ...spdx, packages: [{}, {}] }, true, 'SPDX document, 1 packages'],
    ['https://example.com/x', {}, true, 'https://example.com/x, a claim that is not known here'],
    [slsa, {}, false, 'is no SLSA provenance v1: it has no buildDefinition'],
    [slsa, { ...provenance, runDetails: {} }, false, 'is no SLSA provenance v1: its runDetails have no builder'],
    ['https://slsa.dev/provenance/v0.2', {}, false, 'is no SLSA provenance v0.2: it has no buildType'],
    ['https://spdx.dev/Document', {}, false, 'is no SPDX document: it has no spdxVersion SPDX-2.x'],
    ['https://spdx.dev/Document', { ...spdx, name: 1 }, false, 'is no SPDX document: it has no name'],
  ])('reads %s %j', (type, value, ok, says) => {
    expect(check(type, value)).toMatchObject({ ok, says })
  })

  test('holds it to the type and the manifest that lead to it', () => {
    expect(check(slsa, provenance, { announced: 'y' })).toMatchObject({
      ok: false,
      says: `says ${slsa}, its descriptor y`,
    })
    const other = check(slsa, provenance, { about: 'other' })
    expect(other).toMatchObject({ ok: false, says: `is about ${manifest} and not about ${digestOf('other')}` })
  })
})

describe('assembleReferrer', () => {
  test('makes an artifact of the image spec 1.1, with every blob that it names', () => {
    const subject = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: manifest, size: 8 }
    const { bytes, blobs, descriptor } = assembleReferrer(subject, [
      { predicateType: slsa, bytes: Buffer.from('{}\n') },
    ])
    const document = JSON.parse(Buffer.from(bytes).toString())
    expect(document).toMatchObject({ schemaVersion: 2, subject, artifactType: 'application/vnd.in-toto+json' })
    expect(document.config).toEqual({
      mediaType: 'application/vnd.oci.empty.v1+json',
      digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      size: 2,
      data: 'e30=',
    })
    expect(descriptor).toMatchObject({
      digest: digestOf(bytes),
      size: bytes.length,
      artifactType: document.artifactType,
    })
    const named = [document.config.digest, ...document.layers.map(({ digest }: { digest: string }) => digest)]
    expect(blobs.map((blob) => digestOf(blob.bytes))).toEqual(named)
  })
})
