import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../test/kit/pitfall-facts.ts'
import { applyEdits } from '../editing/index.ts'
import type { Pitfall } from './pitfall.ts'
import { copyIgnoredFile } from './rules/copy-ignored-file.ts'
import { dockerignoreGaps } from './rules/dockerignore-gaps.ts'
import { missingDockerignore } from './rules/missing-dockerignore.ts'
import { secretFileCopied } from './rules/secret-file-copied.ts'
import { secretFileInContext } from './rules/secret-file-in-context.ts'
import { secretInArg } from './rules/secret-in-arg.ts'
import { secretInRun } from './rules/secret-in-run.ts'
import { secretMountNotRequired } from './rules/secret-mount-not-required.ts'

type Files = Readonly<Record<string, string | number>>

/** The Dockerfile and the ignore file as the first fix of a rule leaves them, and whether the rule is content then. */
function repaired(
  rule: Pitfall,
  dockerfile: string,
  files: Files = {},
): { text: string; ignore: string; gone: boolean } | undefined {
  const fix = rule.find(pitfallFacts(dockerfile, files))[0]?.fixes?.[0]
  if (fix === undefined) return undefined
  const text = applyEdits(dockerfile, fix.edits)
  const after = { ...files, ...Object.fromEntries((fix.files ?? []).map((file) => [file.path, file.text])) }
  return { text, ignore: String(after['.dockerignore'] ?? ''), gone: rule.find(pitfallFacts(text, after)).length === 0 }
}

describe('an argument with a credential', () => {
  it('becomes a secret of the steps that use it', () => {
    const text = 'FROM node:22\nARG NPM_TOKEN\nRUN echo hello\nRUN ./fetch "$NPM_TOKEN"\nRUN npm ci\n'
    expect(repaired(secretInArg, text)).toMatchObject({
      text: 'FROM node:22\nRUN echo hello\nRUN --mount=type=secret,id=npm_token,env=NPM_TOKEN,required=true ./fetch "$NPM_TOKEN"\nRUN npm ci\n',
      gone: true,
    })
  })

  it('becomes one of the steps that install when none names it', () => {
    const text = 'FROM node:22\nARG NPM_TOKEN\nRUN npm ci\n'
    expect(repaired(secretInArg, text)?.text).toBe(
      'FROM node:22\nRUN --mount=type=secret,id=npm_token,env=NPM_TOKEN,required=true npm ci\n',
    )
  })

  it('leaves the other arguments of the line', () => {
    const text = 'FROM node:22\nARG VERSION=1 NPM_TOKEN\nRUN ./fetch $NPM_TOKEN $VERSION\n'
    expect(repaired(secretInArg, text)?.text).toContain('ARG VERSION=1\nRUN --mount')
  })

  it.each([
    ['ENV takes it', 'FROM node:22\nARG NPM_TOKEN\nENV T=$NPM_TOKEN\nRUN npm ci\n'],
    ['no step uses it', 'FROM node:22\nARG NPM_TOKEN\nRUN echo hello\n'],
  ])('stays when %s', (_, text) => expect(repaired(secretInArg, text)).toBeUndefined())
})

describe('a secret that is copied out of its mount', () => {
  it('is mounted where the copy went', () => {
    const text = 'FROM node:22\nWORKDIR /app\nRUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc .npmrc && npm ci\n'
    expect(repaired(secretInRun, text)).toMatchObject({
      text: 'FROM node:22\nWORKDIR /app\nRUN --mount=type=secret,id=npmrc,target=/app/.npmrc,required=true npm ci\n',
      gone: true,
    })
  })

  it('is left alone when other commands use the mount', () => {
    const text = 'FROM node:22\nRUN --mount=type=secret,id=a cp /run/secrets/a /root/.a && ./check /run/secrets/a\n'
    expect(repaired(secretInRun, text)).toBeUndefined()
  })
})

describe('a file with a credential', () => {
  const npmrc = {
    '.dockerignore': '.git\n',
    'package.json': '{}',
    '.npmrc': '//r.example.com/:_authToken=abcdefghijkl\n',
  }

  it('is mounted where it was copied to', () => {
    const text = 'FROM node:22\nWORKDIR /app\nCOPY package.json .npmrc ./\nRUN npm ci\n'
    expect(repaired(secretFileCopied, text, npmrc)).toMatchObject({
      text: 'FROM node:22\nWORKDIR /app\nCOPY package.json ./\nRUN --mount=type=secret,id=npmrc,target=/app/.npmrc,required=true npm ci\n',
      gone: true,
    })
  })

  it('is left alone when a step removes it: a mount cannot be removed', () => {
    const text = 'FROM node:22\nWORKDIR /app\nCOPY .npmrc ./\nRUN npm ci && rm .npmrc\n'
    expect(repaired(secretFileCopied, text, npmrc)).toBeUndefined()
  })

  it('is kept out of the context when it was swept along', () => {
    const text = 'FROM node:22\nCOPY . .\nRUN npm ci\n'
    for (const rule of [secretFileCopied, secretFileInContext])
      expect(repaired(rule, text, npmrc)).toMatchObject({ ignore: '.git\n.npmrc\n', gone: true, text })
  })
})

describe('an ignore file', () => {
  it('is written without what an instruction names', () => {
    const text = 'FROM node:22\nCOPY package.json README.md ./\nCOPY dist ./dist\nRUN npm ci && npm run build\n'
    const files = { 'package.json': '{}', 'README.md': '', 'dist/a.js': '' }
    const result = repaired(missingDockerignore, text, files)
    expect(result?.gone).toBe(true)
    const patterns = result?.ignore.split('\n') ?? []
    expect(patterns).toEqual(expect.arrayContaining(['.git', '**/node_modules', '**/.env']))
    expect(patterns).not.toContain('dist')
    expect(copyIgnoredFile.find(pitfallFacts(text, { ...files, '.dockerignore': result?.ignore ?? '' }))).toEqual([])
  })

  it('gets the patterns that it lacks, in its own line breaks', () => {
    const text = 'FROM node:22\nCOPY . .\nRUN npm ci\n'
    const files = { '.dockerignore': '.git\r\n.env', 'package.json': '{}', 'web/node_modules/a.js': 20, 'a.log': 10 }
    expect(repaired(dockerignoreGaps, text, files)).toMatchObject({
      ignore: '.git\r\n.env\r\n**/node_modules\r\n**/*.log\r\n',
      gone: true,
    })
  })

  it('lets in what an instruction names', () => {
    const text = 'FROM nginx:1.29\nCOPY docs/guide.md /site/\n'
    expect(repaired(copyIgnoredFile, text, { '.dockerignore': '**/*.md\n', 'docs/guide.md': '' })).toMatchObject({
      ignore: '**/*.md\n!docs/guide.md\n',
      gone: true,
    })
  })
})

describe('a secret mount', () => {
  it('becomes required, inside of quotes too', () => {
    const text = 'FROM node:22\nRUN --mount="type=secret,id=a,target=/root/.npmrc" npm ci\n'
    expect(repaired(secretMountNotRequired, text)).toMatchObject({
      text: 'FROM node:22\nRUN --mount="type=secret,id=a,target=/root/.npmrc,required=true" npm ci\n',
      gone: true,
    })
  })
})
