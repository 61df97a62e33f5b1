import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeTree } from '../../../test/kit/file-tree.ts'
import { discoverFiles } from './discover-files.ts'
import type { DiscoveryOptions } from './discovery.ts'

const root = mkdtempSync(path.join(tmpdir(), 'slipway-discover-'))
afterAll(() => rmSync(root, { recursive: true }))

writeTree(root, {
  'api/Dockerfile': 'FROM api\n',
  'api/node_modules/x/Dockerfile': 'FROM no\n',
  'web/docker/web.Dockerfile': 'FROM web\n',
  'web/Dockerfile.tmpl': 'no',
  'web/Dockerfile.dockerignore': 'no',
  'web/Containerfile': 'FROM old\n',
  'jobs/Dockerfile.cron': 'FROM cron\n',
  'jobs/dockerfile.md': 'no',
  '.devcontainer/Dockerfile': 'FROM dev\n',
  'compose.yaml': [
    'services:',
    '  api: { build: ./api }',
    '  api-test: { build: { context: api, target: test } }',
    '  web:',
    '    build:',
    '      context: ${WHERE:-web}',
    '      dockerfile: docker/web.Dockerfile',
    '  inline: { build: { dockerfile_inline: "FROM x" } }',
    '  remote: { build: "https://example.com/x.git" }',
    '  gone: { build: nowhere }',
    '  db: { image: postgres }',
  ].join('\n'),
  'docker-bake.json': '{"target":{"cron":{"context":"jobs","dockerfile":"Dockerfile.cron","target":"run"}}}',
  'docker-bake.hcl': 'variable "WHERE" { default = "web" }',
  'docker-bake.override.hcl': [
    'target "_base" { args = { A = "1" } }',
    'target "web" {',
    '  inherits = ["_base"]',
    '  context = WHERE',
    '  args = { B = "2" }',
    '}',
    'target "inline" { dockerfile-inline = "FROM y" }',
    'target "remote" { context = "https://example.com/y.git" }',
    'target "lost" { inherits = ["nobody"] }',
  ].join('\n'),
  'docker-bake.ci.hcl': 'target "ci" { context = "${WHERE}/../api" }',
  'docker-bake.alone.hcl': 'target "alone" { context = "api" }',
  'broken.hcl': 'target "x" {',
  'nested/docker-bake.hcl': 'target "top" {\n  context = "jobs"\n  dockerfile = "Dockerfile.cron"\n}',
  'broken.yaml': 'services: [',
})

async function found(paths: readonly string[], more: Partial<DiscoveryOptions> = {}) {
  const options = { cwd: root, recursive: false, stdin: async () => 'FROM stdin\n', ...more }
  const { files, problems, notes } = await discoverFiles(paths, options)
  const shown = (place?: string): string => (place === undefined ? '-' : path.relative(root, place) || '.')
  return {
    files: files.map(({ path: file, context, targets }) =>
      [shown(file), ...(context === undefined ? [] : [`in ${shown(context)}`]), ...targets].join(' '),
    ),
    problems: problems.map(({ path: name, error }) => `${name} ${error.code}: ${error.message}`),
    notes,
  }
}

describe('paths to check', () => {
  it('are directories, which are contexts, and files, whose contexts nobody has named', async () => {
    const { files, problems } = await found(['api', 'web', 'jobs/Dockerfile.cron', '-'])
    expect([files, problems]).toEqual([
      ['api/Dockerfile in api', 'web/Containerfile in web', 'jobs/Dockerfile.cron', '-'],
      [],
    ])
  })

  it('take the file that is named for a context', async () => {
    const { files } = await found(['web'], { file: 'web/docker/web.Dockerfile' })
    expect(files).toEqual(['web/docker/web.Dockerfile in web'])
  })

  it('are compose files: contexts, files and targets of their services, each file once', async () => {
    const { files, problems, notes } = await found(['compose.yaml'])
    expect(files).toEqual(['api/Dockerfile in api test', 'web/docker/web.Dockerfile in web', 'compose.yaml in .'])
    expect(problems).toEqual(['nowhere/Dockerfile dockerfile-missing: there is no nowhere/Dockerfile'])
    expect(notes).toEqual(['compose.yaml: remote is not checked: its context is https://example.com/x.git'])
  })

  it('are bake files: those that buildx reads when none is named count as one', async () => {
    const whole = {
      files: ['jobs/Dockerfile.cron in jobs run', 'web/Containerfile in web', 'docker-bake.override.hcl in .'],
      problems: ['docker-bake.override.hcl config-invalid: there is no target nobody'],
      notes: ['docker-bake.override.hcl: remote is not checked: its context is https://example.com/y.git'],
    }
    expect(await found(['docker-bake.json'])).toEqual(whole)
    expect(await found(['docker-bake.hcl', 'docker-bake.override.hcl'])).toEqual(whole)
  })

  it('are other bake files, alone if they can be read so, and else after those', async () => {
    expect(await found(['docker-bake.alone.hcl'])).toEqual({
      files: ['api/Dockerfile in api'],
      problems: [],
      notes: [],
    })
    const { files, notes } = await found(['docker-bake.ci.hcl'])
    expect(files).toContain('api/Dockerfile in api')
    expect(notes[0]).toBe(
      'docker-bake.ci.hcl is read after docker-bake.json, docker-bake.hcl, docker-bake.override.hcl: it cannot be read alone',
    )
  })

  it('count contexts of bake files from the working directory where they hold nothing beside the file', async () => {
    expect((await found(['nested/docker-bake.hcl'])).files).toEqual(['jobs/Dockerfile.cron in jobs'])
  })

  it('take variables of bake files from the environment, and know how each Dockerfile is built', async () => {
    const options = { cwd: root, recursive: false, stdin: async () => '', environment: { WHERE: 'api' } }
    const { files } = await discoverFiles(['docker-bake.hcl'], options)
    const api = files.find(({ path: file }) => file === path.join(root, 'api/Dockerfile'))
    expect(api?.builds).toEqual([{ args: { A: '1', B: '2' } }])
  })

  it('are directories with all that is below, but for what is installed there', async () => {
    expect((await found(['.'], { recursive: true })).files).toEqual([
      '.devcontainer/Dockerfile',
      'api/Dockerfile in api test',
      'compose.yaml in .',
      'docker-bake.override.hcl in .',
      'jobs/Dockerfile.cron in jobs run',
      'web/Containerfile in web',
      'web/docker/web.Dockerfile in web',
    ])
  })

  it.each([
    ['nope', 'nope dockerfile-missing: there is no nope'],
    ['.devcontainer/..', '.devcontainer/.. dockerfile-missing: there is no Dockerfile'],
    ['broken.hcl', 'broken.hcl config-invalid: } is missing after the block target of line 1: found the end'],
    [
      'https://example.com/x.git',
      'https://example.com/x.git unsupported: https://example.com/x.git is not on this machine',
    ],
    [
      'broken.yaml',
      'broken.yaml config-invalid: broken.yaml: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 12:',
    ],
  ])('that cannot be used are told, and the others used: %s', async (name, problem) => {
    const { files, problems } = await found([name, 'api'])
    expect([problems, files]).toEqual([[problem], ['api/Dockerfile in api']])
  })
})
