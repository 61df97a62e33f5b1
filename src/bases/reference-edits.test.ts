import { describe, expect, it } from 'vitest'
import { type Digest, parseDigest } from '../core/index.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import { applyEdits } from '../editing/index.ts'
import { resolveGraph } from '../graph/index.ts'
import { imageUses } from './image-uses.ts'
import { type NewName, referenceEdits, renamed, textAfter } from './reference-edits.ts'

const platform = { os: 'linux', architecture: 'amd64' }
const [old, made] = ['a', 'b'].map((digit) => parseDigest(`sha256:${digit.repeat(64)}`) as Digest) as [Digest, Digest]

/** The last image of the file under another name; or why not. */
function edited(text: string, next: NewName, buildArgs: Record<string, string> = {}): string {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  const graph = resolveGraph(file, { buildArgs, platform, buildPlatform: platform, allStages: true })
  const use = imageUses(file, graph).at(-1)
  if (use === undefined) throw new Error('the file names an image')
  const found = referenceEdits(use, next)
  if ('refused' in found) return `refused: ${found.refused}`
  expect(textAfter(use, found.edits)).toBe(renamed(use, next))
  return applyEdits(text, found.edits)
}

describe('another name for an image', () => {
  const rows: readonly (readonly [name: string, before: string, next: NewName, after: string])[] = [
    ['replaces the tag', 'FROM node:20-slim\n', { tag: '22-slim' }, 'FROM node:22-slim\n'],
    [
      'leaves spelling, blanks and comments alone',
      '# renovate: keep\nfrom   --platform=linux/amd64\tnode:20.1   as  Build\n',
      { tag: '20.2' },
      '# renovate: keep\nfrom   --platform=linux/amd64\tnode:20.2   as  Build\n',
    ],
    ['replaces the pin', `FROM node:20@${old}\n`, { tag: '20', digest: made }, `FROM node:20@${made}\n`],
    [
      'replaces both',
      `FROM a.b/c/node:20@${old} AS x\n`,
      { tag: '22', digest: made },
      `FROM a.b/c/node:22@${made} AS x\n`,
    ],
    ['adds a pin', 'FROM node:20 AS x\n', { tag: '20', digest: made }, `FROM node:20@${made} AS x\n`],
    ['adds tag and pin', 'FROM a:5000/node\n', { tag: 'latest', digest: made }, `FROM a:5000/node:latest@${made}\n`],
    ['keeps quotes', 'FROM "node:20"\n', { tag: '22', digest: made }, `FROM "node:22@${made}"\n`],
    [
      'edits the default of an ARG',
      'ARG V=20.11.1\nFROM node:${V}-slim\n',
      { tag: '20.19.5-slim' },
      'ARG V=20.19.5\nFROM node:${V}-slim\n',
    ],
    [
      'edits the ARG that another one takes its default from',
      'ARG V="20"\nARG T=$V-slim\nFROM node:$T\n',
      { tag: '22-slim' },
      'ARG V="22"\nARG T=$V-slim\nFROM node:$T\n',
    ],
    ['edits a default in braces', 'FROM node:${V:-20}-slim\n', { tag: '22-slim' }, 'FROM node:${V:-22}-slim\n'],
    [
      'edits two ARGs',
      'ARG A=3\nARG B=19\nFROM alpine:$A.$B\n',
      { tag: '4.0' },
      'ARG A=4\nARG B=0\nFROM alpine:$A.$B\n',
    ],
    [
      'edits the ARG for the version and the line for the pin',
      `ARG V=20\nFROM node:$V-slim@${old}\n`,
      { tag: '22-slim', digest: made },
      `ARG V=22\nFROM node:$V-slim@${made}\n`,
    ],
    [
      'edits a whole reference in an ARG',
      `ARG B=node:20@${old}\nFROM $B\n`,
      { tag: '22', digest: made },
      `ARG B=node:22@${made}\nFROM $B\n`,
    ],
    [
      'pins a whole reference in an ARG',
      'ARG B=node:20\nFROM $B\n',
      { tag: '20', digest: made },
      `ARG B=node:20@${made}\nFROM $B\n`,
    ],
    [
      'pins a tag that is an ARG in the ARG',
      'ARG V=20\nFROM node:$V\n',
      { tag: '20', digest: made },
      `ARG V=20@${made}\nFROM node:$V\n`,
    ],
    [
      'edits COPY --from',
      'FROM scratch\nCOPY --from=busybox:1.36 /a /b\n',
      { tag: '1.37' },
      'FROM scratch\nCOPY --from=busybox:1.37 /a /b\n',
    ],
    [
      'edits mounts behind a continuation',
      'FROM scratch\r\nRUN --mount=type=bind,target=/x,from=alpine:3.19 \\\r\n    ls\r\n',
      { tag: '3.20', digest: made },
      `FROM scratch\r\nRUN --mount=type=bind,target=/x,from=alpine:3.20@${made} \\\r\n    ls\r\n`,
    ],
    ['edits the syntax line', '# syntax=docker/dockerfile:1.6\n', { tag: '1.7' }, '# syntax=docker/dockerfile:1.7\n'],
  ]

  it.each(rows)('%s', (_, before, next, after) => {
    expect(edited(before, next)).toBe(after)
  })

  it.each([
    ['what --build-arg sets', 'ARG V=20\nFROM node:$V\n', { tag: '22' }, 'V is set by --build-arg', { V: '20' }],
    [
      'a pin that would win over an ARG',
      'ARG V=20\nFROM node:$V-slim\n',
      { tag: '20-slim', digest: made },
      'the tag comes partly from ARG V; a digest behind it would win over --build-arg V',
      {},
    ],
    ['a changed value', 'ARG V=v20\nFROM node:${V#v}\n', { tag: '22' }, '${V#v} changes the value of V', {}],
    [
      'a word of two ARGs',
      'ARG A=2\nARG B=0\nFROM node:$A$B\n',
      { tag: '22' },
      'what changes is put together from several variables',
      {},
    ],
    [
      'a name on two lines',
      'FROM scratch\nCOPY --from=busy\\\nbox:1.36 /a /b\n',
      { tag: '1.37' },
      'the name is quoted or runs over several lines',
      {},
    ],
  ] as const)('is refused for %s', (_, before, next, reason, buildArgs) => {
    expect(edited(before, next, buildArgs)).toBe(`refused: ${reason}`)
  })
})
