import { describe, expect, it } from 'vitest'
import { SlipwayError } from '../../core/index.ts'
import { parseCsv } from './csv.ts'
import { parseOutputSpec } from './output-spec.ts'

function failure(text: string): string {
  try {
    return JSON.stringify(parseOutputSpec(text))
  } catch (error) {
    if (error instanceof SlipwayError) return `${error.code}: ${error.message} ${error.hint ?? ''}`
    throw error
  }
}

const image = { names: [], compression: 'gzip', forceCompression: false, annotations: [] }

describe('parseCsv', () => {
  it.each([
    ['a,b', ['a', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi""",', ['say "hi"', '']],
    ['', ['']],
    ['"open', undefined],
  ])('reads %s', (line, fields) => {
    expect(parseCsv(line)).toEqual(fields)
  })
})

describe('parseOutputSpec', () => {
  it('reads a directory and standard output in their short forms', () => {
    expect(parseOutputSpec('out')).toEqual({ kind: 'local', dest: 'out', mode: 'copy' })
    expect(parseOutputSpec('-')).toEqual({ kind: 'tar', dest: '-' })
  })

  it('reads an OCI archive with all options', () => {
    const text =
      'type=oci,dest=a=b.tar,tar=0,"name=x,y:1",compression=zstd,compression-level=19,force-compression=true,oci-mediatypes=false,' +
      'rewrite-timestamp=1,annotation.a=1,annotation-index.b=2,"annotation-manifest-descriptor[linux/arm64/v8].c.d=x,y"'
    expect(parseOutputSpec(text)).toEqual({
      kind: 'oci',
      dest: 'a=b.tar',
      tar: false,
      image: {
        names: ['x', 'y:1'],
        compression: 'zstd',
        compressionLevel: 19,
        forceCompression: true,
        ociMediaTypes: false,
        rewriteTimestamp: true,
        annotations: [
          { place: 'manifest', key: 'a', value: '1' },
          { place: 'index', key: 'b', value: '2' },
          { place: 'manifest-descriptor', platform: 'linux/arm64', key: 'c.d', value: 'x,y' },
        ],
      },
    })
  })

  it('reads the other kinds', () => {
    expect(parseOutputSpec('type=docker')).toEqual({ kind: 'docker', tar: true, image })
    expect(parseOutputSpec('type=docker,dest=-,context=lab')).toEqual({
      kind: 'docker',
      dest: '-',
      context: 'lab',
      tar: true,
      image,
    })
    expect(parseOutputSpec('type=registry,name=r/a')).toMatchObject({
      kind: 'image',
      push: true,
      image: { names: ['r/a'] },
    })
    expect(parseOutputSpec('type=image,push=true')).toMatchObject({ kind: 'image', push: true })
    expect(parseOutputSpec('type=local,dest=d,mode=delete,platform-split=false')).toEqual({
      kind: 'local',
      dest: 'd',
      mode: 'delete',
      platformSplit: false,
    })
    expect(parseOutputSpec('type=tar,dest=t.tar')).toEqual({ kind: 'tar', dest: 't.tar' })
    expect(parseOutputSpec('type=cacheonly')).toEqual({ kind: 'cacheonly' })
  })

  it.each([
    ['', 'it is empty'],
    ['dest=x', 'type=oci, docker'],
    ['type=ocj', 'there is no output type ocj did you mean oci?'],
    ['type=oci,dst=x', 'type=oci has no option dst did you mean dest?'],
    ['type=tar,annotation.a=b', 'has no option annotation.a'],
    ['type=oci,tar=yes', 'tar is true or false, not yes'],
    ['type=oci,tar=false', 'needs dest=DIRECTORY'],
    ['type=local', 'needs dest=DIRECTORY'],
    ['type=local,dest=d,mode=move', 'mode is copy or delete'],
    ['type=oci,compression=gzp', 'did you mean gzip?'],
    ['type=oci,compression-level=12', 'is 0 to 9, not 12'],
    ['type=oci,compression-level=', 'is 0 to 9, not '],
    ['type=oci,compression=zstd,compression-level=23', 'is 0 to 22, not 23'],
    ['type=oci,annotation-indx.a=b', 'is not annotation'],
    ['type=oci,"dest=x', 'a quotation mark is not closed'],
    ['type=oci,dest', '"dest" is not KEY=VALUE'],
  ])('refuses %s: %s', (text, reason) => {
    expect(failure(text)).toMatch(/^bad-option-value: /)
    expect(failure(text)).toContain(reason)
  })
})
