import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runSlipway } from '../kit/slipway.ts'

const root = mkdtempSync(path.join(tmpdir(), 'slipway-odd-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

type Make = (directory: string) => void
const file =
  (content: string | Buffer): Make =>
  (directory) =>
    writeFileSync(path.join(directory, 'Dockerfile'), content)

const cases: readonly (readonly [title: string, make: Make, code: number, says: string])[] = [
  ['no Dockerfile', () => {}, 2, 'there is no DIR/Dockerfile'],
  ['an empty file', file(''), 1, 'the Dockerfile cannot be empty'],
  [
    'a program',
    file(Buffer.from('7f454c4602010100', 'hex')),
    2,
    'DIR/Dockerfile has a NUL byte in line 1: it is no text',
  ],
  ['a NUL byte in a command', file('FROM alpine:3.22\nRUN echo a\0b\n'), 2, 'has a NUL byte in line 2'],
  ['UTF-16', file(Buffer.from('\ufeffFROM scratch\n', 'utf16le')), 2, 'DIR/Dockerfile is UTF-16'],
  ['five megabytes', file(`FROM scratch\n${'# filler\n'.repeat(600_000)}`), 2, 'has 5.4 MB'],
  [
    'a link that leads to itself',
    (at) => symlinkSync('Dockerfile', path.join(at, 'Dockerfile')),
    2,
    'lead in a circle',
  ],
  ['a link to nothing', (at) => symlinkSync('gone', path.join(at, 'Dockerfile')), 2, 'there is no DIR/Dockerfile'],
  ['a directory of that name', (at) => mkdirSync(path.join(at, 'Dockerfile')), 2, 'DIR/Dockerfile is a directory'],
  [
    'a byte order mark and line ends of Windows',
    file('\ufeffFROM alpine:3.22\r\nRUN apk add curl\r\nUSER nobody\r\nCMD ["curl"]\r\n'),
    1,
    'DIR/Dockerfile:2:1',
  ],
  [
    'an error in one line',
    file('FROM scratch AS Tools\nRUNN true\nCMD run\n'),
    1,
    "until this is mended, only BuildKit's checks are asked",
  ],
]

let count = 0

describe('slipway check of files that are odd', () => {
  test.each(cases)('%s', async (_, make, code, says) => {
    count += 1
    const name = `odd-${count}`
    mkdirSync(path.join(root, name))
    make(path.join(root, name))
    const result = await runSlipway(['check', name], { root: path.join(root, 'store'), cwd: root })
    expect(`${result.stdout}${result.stderr}`).toContain(says.replace('DIR', name))
    expect(result.code).toBe(code)
    expect(result.stderr).not.toContain('mistake in Slipway')
  })

  test('a path that is gone costs the findings of that path alone', async () => {
    mkdirSync(path.join(root, 'there'))
    writeFileSync(path.join(root, 'there/Dockerfile'), 'FROM alpine:3.22\nCMD run\n')
    const result = await runSlipway(['check', 'there', 'gone/Dockerfile', 'gone'], {
      root: path.join(root, 'store'),
      cwd: root,
    })
    expect(result.stdout).toContain('there/Dockerfile:2')
    expect(result.stdout + result.stderr).toContain('there is no gone/Dockerfile')
    expect(result.code).toBe(2)
  })
})
