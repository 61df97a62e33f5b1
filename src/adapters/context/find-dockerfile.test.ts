import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDockerfile } from './index.ts'
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts'

interface Wanted {
  readonly file?: string
  readonly remote?: boolean
  readonly context?: string
  readonly stdin?: string
}

function find(cwd: string, { file, remote = false, context = '', stdin }: Wanted = {}) {
  return findDockerfile({
    cwd,
    context: join(cwd, context),
    remote,
    ...(file === undefined ? {} : { file }),
    ...(stdin === undefined ? {} : { stdin: async () => Buffer.from(stdin) }),
  })
}

describe('the Dockerfile', () => {
  it('is Dockerfile in the context, else dockerfile', async () => {
    const both = temporaryDirectory({ 'c/Dockerfile': 'FROM a', 'c/dockerfile': 'FROM b' })
    expect(await find(both, { context: 'c' })).toEqual({ source: { path: 'c/Dockerfile', text: 'FROM a' } })
    const lower = temporaryDirectory({ dockerfile: 'FROM b' })
    expect((await find(lower)).source).toEqual({ path: 'dockerfile', text: 'FROM b' })
  })

  it('is what -f names, from the working directory, also outside the context and behind a link', async () => {
    const root = temporaryDirectory({ 'build/prod.Dockerfile': 'FROM p', 'app/x': '' })
    symlinkSync('build/prod.Dockerfile', join(root, 'lnk'))
    expect((await find(root, { context: 'app', file: 'build/prod.Dockerfile' })).source).toEqual({
      path: 'build/prod.Dockerfile',
      text: 'FROM p',
    })
    expect((await find(root, { context: 'app', file: join(root, 'lnk') })).source.text).toBe('FROM p')
  })

  it('may come from standard input', async () => {
    expect((await find(temporaryDirectory(), { file: '-', stdin: 'FROM s' })).source).toEqual({
      path: '-',
      text: 'FROM s',
    })
  })

  it('that is missing names what is near', async () => {
    const root = temporaryDirectory({ 'Dockerfile.prod': '', Containerfile: '', 'Dockerfile.prod.dockerignore': '' })
    await expect(find(root)).rejects.toMatchObject({
      code: 'dockerfile-missing',
      message: 'there is no Dockerfile',
      hint: 'there is Containerfile, Dockerfile.prod; name it with -f',
    })
    await expect(find(root, { file: 'Dockerfile.pord' })).rejects.toMatchObject({
      hint: expect.stringContaining('Dockerfile.prod'),
    })
    await expect(find(temporaryDirectory())).rejects.toMatchObject({ hint: expect.stringContaining('last argument') })
  })

  it('in a foreign context is a path in it and cannot lead out', async () => {
    const root = temporaryDirectory({ 'c/sub/Dockerfile': 'FROM s', outside: 'secret', 'c/.dockerignore': '*' })
    symlinkSync('../../outside', join(root, 'c/sub/evil'))
    symlinkSync('/sub/Dockerfile', join(root, 'c/inside'))
    expect(await find(root, { context: 'c', remote: true, file: 'sub/Dockerfile' })).toEqual({
      source: { path: 'sub/Dockerfile', text: 'FROM s' },
    })
    expect((await find(root, { context: 'c', remote: true, file: 'inside' })).source.text).toBe('FROM s')
    await expect(find(root, { context: 'c', remote: true, file: 'sub/evil' })).rejects.toMatchObject({
      code: 'dockerfile-missing',
    })
  })
})

describe('the ignore file', () => {
  it('of the Dockerfile replaces that of the context, even when empty', async () => {
    const root = temporaryDirectory({ Dockerfile: '', '.dockerignore': 'a', 'Dockerfile.dockerignore': '' })
    expect((await find(root)).ignoreFile).toEqual({ path: 'Dockerfile.dockerignore', text: '' })
  })

  it('stands next to a Dockerfile outside the context', async () => {
    const root = temporaryDirectory({ 'f/D': '', 'f/D.dockerignore': 'x', 'c/.dockerignore': 'y' })
    expect((await find(root, { context: 'c', file: 'f/D' })).ignoreFile?.text).toBe('x')
  })

  it('is that of the context for a Dockerfile on standard input', async () => {
    const root = temporaryDirectory({ '.dockerignore': 'a' })
    expect((await find(root, { file: '-', stdin: '' })).ignoreFile).toEqual({ path: '.dockerignore', text: 'a' })
  })
})
