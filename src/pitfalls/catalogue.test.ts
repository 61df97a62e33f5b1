import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { articleProject } from '../../test/kit/article-projects.ts'
import { pitfallFacts } from '../../test/kit/pitfall-facts.ts'
import { findPitfalls, type PitfallFinding } from './find-pitfalls.ts'

// The Dockerfiles of the catalogue, as they are printed in five articles about builds of several stages. What is wrong with
// each of them is known, whatever its article says; where nothing is, nothing may be found.

const folder = join(import.meta.dirname, '../../test/corpus/catalogue')

/** The Dockerfile of the catalogue; with `upTo`, without what comes behind that stage. */
function dockerfileOf(id: string, upTo?: string): string {
  const text = readFileSync(join(folder, id, 'Dockerfile'), 'utf8')
  if (upTo === undefined) return text
  const [head = '', tail = ''] = text.split(new RegExp(`(?<= AS ${upTo}\n)`))
  return head + tail.replace(/^FROM [\s\S]*/m, '')
}

function findingsIn(id: string, text: string): readonly PitfallFinding[] {
  return findPitfalls(pitfallFacts(text, articleProject(id)), {
    level: 'context',
    enabled: ({ optIn }) => optIn !== true,
  })
}

/** What a file does wrong: ids of rules; `stage=` takes the file up to the end of that stage. */
const wrong: readonly (readonly [file: string, rules: string])[] = [
  ['D01', 'build-needs-dev-deps eol-base single-stage-build bloated-final-base root-user'],
  ['D03', 'secret-in-arg secret-in-run cleanup-in-later-layer'],
  ['D06a', 'update-alone apt-lists-not-removed cleanup-in-later-layer apt-recommends'],
  ['D07', 'build-needs-dev-deps floating-base-tag root-user eol-base'],
  ['D08 stage=single', 'single-stage-build build-tools-in-final apt-lists-not-removed copy-before-install'],
  ['D09 stage=several-runs', 'build-tools-in-final cleanup-in-later-layer apt-lists-not-removed'],
  ['D10', 'cleanup-in-later-layer apt-lists-not-removed'],
  [
    'D12',
    'single-stage-build copy-before-install dev-dependencies-in-final package-cache-kept root-user bloated-final-base',
  ],
  ['D13', 'dev-dependencies-in-final'],
  ['D14', 'eol-base copy-source-not-produced'],
  ['D15', 'unnamed-stage-reference copy-source-not-produced'],
  ['D19', 'go-cache-defeated eol-base'],
  ['D20', 'missing-runtime-lib chown-duplicates-layer'],
  ['D21', 'stale-dummy-build eol-base'],
  ['D22 stage=wrong', 'copy-whole-stage copy-before-install dev-dependencies-in-final'],
  // The comment behind the instruction is none: its words are taken for files.
  ['D22', 'copy-several-needs-slash dev-dependencies-in-final'],
  ['D23 stage=wrong', 'secret-in-arg'],
  ['D23', 'secret-in-env'],
  ['D26', 'build-needs-dev-deps eol-base'],
  ['D27', 'copy-before-install'],
  ['D28', 'single-stage-build context-copied-to-final'],
  ['D29', 'copy-before-install eol-base unstripped-binary'],
  ['D30', 'global-arg-not-redeclared copy-before-install'],
  ['D32', 'command-not-in-base copy-before-install bloated-final-base'],
  ['D33', 'copy-before-install'],
  ['D36', 'single-stage-build copy-before-install dev-dependencies-in-final bloated-final-base root-user'],
  ['D37', 'dev-dependencies-in-final root-user'],
  ['D38', 'go-cache-defeated root-user'],
  ['D39', 'copy-before-install cache-mount-missing root-user'],
  ['D40', 'unknown-stage-reference'],
  ['D41', 'context-copied-to-final root-user'],
  ['D42', 'dynamic-binary-in-static-base copy-before-install'],
  ['D43', 'eol-base unpinned-base'],
  ['D47', 'cache-mount-ineffective cache-mount-sharing'],
  ['D49', 'dev-dependencies-in-final dead-stage-output'],
  ['D50', 'eol-base unpinned-base root-user'],
  ['D51', 'eol-base unpinned-base'],
]

describe('the Dockerfiles of the articles that do something wrong', () => {
  it.each(wrong)('%s', (file, rules) => {
    const [id = '', upTo] = file.split(' stage=')
    const found = new Set(findingsIn(id, dockerfileOf(id, upTo)).map(({ code }) => code))
    expect(rules.split(' ').filter((rule) => !found.has(rule))).toEqual([])
  })
})

const ended = 'the base has been without support since its article was written'
const asRoot = 'no USER, and the base starts as root'
const wholeImage = 'as a file of its own, it ships all that its only stage has'

/** Files and parts of files that their articles rightly show as good, with all that is to be said against them. */
const good: readonly (readonly [id: string, truly: Readonly<Record<string, string>>])[] = [
  ['D04', { 'eol-base': ended, 'root-user': asRoot }],
  [
    'D05',
    {
      'eol-base': ended,
      'root-user': asRoot,
      'bloated-final-base': wholeImage,
      'context-copied-to-final': wholeImage,
      'dev-dependencies-in-final': wholeImage,
      'package-cache-kept': 'the cache of npm stays in its layer',
    },
  ],
  ['D06b', { 'root-user': asRoot }],
  ['D17', { 'eol-base': ended }],
  ['D18', { 'eol-base': ended }],
  [
    'D24',
    {
      'eol-base': ended,
      'root-user': asRoot,
      'bloated-final-base': wholeImage,
      'dev-dependencies-in-final': wholeImage,
      'package-cache-kept': 'the cache of npm stays in its layer',
      'single-stage-build': wholeImage,
    },
  ],
  ['D25', { 'root-user': asRoot }],
  [
    'D34',
    {
      'eol-base': ended,
      'root-user': asRoot,
      'bloated-final-base': 'node:20 where node:20-slim would do',
      'context-copied-to-final': 'COPY . . into the image that is shipped',
      'package-cache-kept': 'the cache of npm stays in its layer',
      'unlocked-dependencies': 'npm install changes the lock file where it does not fit',
    },
  ],
  ['D44', { 'root-user': asRoot }],
  [
    'D45',
    {
      'eol-base': ended,
      'root-user': asRoot,
      'context-copied-to-final': wholeImage,
      'dev-dependencies-in-final': wholeImage,
      'single-stage-build': wholeImage,
    },
  ],
  ['D46', { 'root-user': asRoot }],
  [
    'D48',
    {
      'eol-base': ended,
      'root-user': asRoot,
      'dev-dependencies-in-final': wholeImage,
      'package-cache-kept': 'the secret is mounted, the cache is not',
    },
  ],
]

describe('the Dockerfiles of the articles that are good', () => {
  it.each(good)('%s has no fault but those that are named here', (id, truly) => {
    const found = findingsIn(id, dockerfileOf(id)).filter(({ severity }) => severity !== 'info')
    expect([...new Set(found.map(({ code }) => code))].sort()).toEqual(Object.keys(truly).sort())
  })

  const runtime = `FROM node:20-alpine
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /app/dist ./dist
USER node
CMD ["node", "dist/server.js"]
`

  it.each(['D24', 'D45'])('%s is clean but for its old bases when a stage to run in follows it', (id) => {
    const text = dockerfileOf(id).replace(/^FROM (\S+)$/m, 'FROM $1 AS build')
    const found = findingsIn(id, `${text.trimEnd()}\n${runtime}`).filter(({ severity }) => severity !== 'info')
    expect(found.map(({ code }) => code)).toEqual(['eol-base', 'eol-base'])
  })

  it.each(['D02', 'D48'])('%s leaves no credential anywhere', (id) => {
    const found = findingsIn(id, dockerfileOf(id)).filter(({ code }) => code.startsWith('secret-'))
    expect(found.filter(({ severity }) => severity !== 'info')).toEqual([])
  })

  it('D09 in one RUN keeps nothing of the compiler', () => {
    const found = findingsIn('D09', dockerfileOf('D09', 'one-run')).map(({ code }) => code)
    expect(found.filter((code) => /^(?:build-tools|single-stage|cleanup|apt-lists)/.test(code))).toEqual([])
  })

  it('D11 has a common stage, and each image that is built of it is wanted', () => {
    expect(findingsIn('D11', dockerfileOf('D11')).filter(({ code }) => code === 'unused-stage')).toEqual([])
  })
})

/** What needs no second stage: a script, files that are served, an image that has everything already. */
const simple: readonly (readonly [what: string, dockerfile: string, files: Readonly<Record<string, string>>])[] = [
  [
    'a script with the standard library only',
    'FROM python:3.14-alpine\nCOPY job.py /job.py\nUSER nobody\nCMD ["python", "/job.py"]\n',
    { 'job.py': 'import json\n' },
  ],
  [
    'a script of the shell',
    'FROM alpine:3.22\nRUN apk add --no-cache curl jq\nCOPY sync.sh /sync.sh\nUSER nobody\nENTRYPOINT ["sh", "/sync.sh"]\n',
    { 'sync.sh': 'curl -s https://a.example | jq .\n' },
  ],
  [
    'a server of node without packages to build with',
    'FROM node:24-alpine\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY server.js ./\nUSER node\nCMD ["node", "server.js"]\n',
    {
      'package.json': '{ "dependencies": { "express": "5" } }',
      'package-lock.json': '{}',
      'server.js': "require('express')\n",
    },
  ],
  [
    'files that are served as they are',
    'FROM nginxinc/nginx-unprivileged:1.30-alpine\nCOPY site /usr/share/nginx/html\n',
    { 'site/index.html': '<p>hello</p>' },
  ],
  [
    'another tag of an image that has everything',
    'FROM postgres:18\nCOPY init.sql /docker-entrypoint-initdb.d/\n',
    { 'init.sql': 'select 1;' },
  ],
  [
    'packages of Python that are wheels',
    'FROM python:3.14-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY app.py .\nUSER 10001\nCMD ["python", "app.py"]\n',
    { 'requirements.txt': 'flask==3.1.2\n', 'app.py': 'import flask\n' },
  ],
]

describe('where one stage is enough', () => {
  it.each(simple)('%s', (_, dockerfile, files) => {
    const facts = pitfallFacts(dockerfile, { ...files, '.dockerignore': '.git\n' })
    const found = findPitfalls(facts, { level: 'context', enabled: ({ optIn }) => optIn !== true })
    expect(
      found.filter(({ severity }) => severity !== 'info').map(({ code, message }) => `${code}: ${message}`),
    ).toEqual([])
  })
})
