import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../../test/kit/pitfall-facts.ts'
import { applyEdits } from '../../editing/index.ts'
import { allPitfalls } from '../all-pitfalls.ts'

type Files = Readonly<Record<string, string>>

const net: Files = { 'go.mod': 'module a\n\ngo 1.25\n', 'main.go': 'package main\n\nimport "net/http"\n' }
const cgo: Files = { ...net, 'main.go': 'package main\n\nimport "C"\nimport "net/http"\n' }
const addon: Files = { 'package.json': '{"dependencies":{"better-sqlite3":"11.0.0"}}' }
const go = (run: string, base = 'alpine:3.22'): string =>
  `FROM golang:1.25 AS b\nWORKDIR /s\nCOPY . .\nRUN ${run}\nFROM ${base}\nCOPY --from=b /svc /svc\nCMD ["/svc"]\n`
const node = (from: string, base: string, run = 'npm ci'): string =>
  `FROM ${from} AS deps\nWORKDIR /app\nCOPY package.json ./\nRUN ${run}\nFROM ${base}\nCOPY --from=deps /app/node_modules /app/node_modules\nCMD ["node", "/a.js"]\n`

/** With the first fix of a rule, and how many findings of it are left. */
function repaired(id: string, text: string, files: Files): readonly [string | undefined, number] {
  const find = (one: string) => allPitfalls.find((rule) => rule.id === id)?.find(pitfallFacts(one, files)) ?? []
  const found = find(text)
  expect(found.length, 'there is something to repair').toBe(1)
  const fix = found[0]?.fixes?.[0]
  if (fix === undefined) return [undefined, 1]
  expect(fix.safety).toBe('proof')
  const after = applyEdits(text, fix.edits)
  return [after, find(after).length]
}

const build = 'go vet . && go build -o /svc .'
const without = 'go vet . && CGO_ENABLED=0 go build -o /svc .'

describe('the fix for another C library', () => {
  it.each<[string, string, string, Files, string]>([
    ['builds Go without C for musl', 'libc-mismatch', go(build), net, go(without)],
    ['and for no library', 'dynamic-binary-in-static-base', go(build, 'scratch'), net, go(without, 'scratch')],
    [
      'installs packages in the image that is shipped',
      'libc-mismatch',
      node('--platform=linux/amd64 node:24-slim', 'node:24-alpine'),
      addon,
      node('--platform=linux/amd64 node:24-alpine', 'node:24-alpine'),
    ],
  ])('%s', (_, id, before, files, after) => {
    expect(repaired(id, before, files)).toEqual([after, 0])
  })

  it.each<[string, string, Files]>([
    ['the program uses C', go(build), cgo],
    ['C is asked for', go(`CGO_ENABLED=1 ${build.replace('go vet . && ', '')}`), net],
    ['another repository is shipped', node('node:24-slim', 'alpine:3.22'), addon],
    [
      'the stage installs packages of its system',
      node('node:24-slim', 'node:24-alpine', 'apt-get update && apt-get install -y g++ && npm ci'),
      addon,
    ],
    ['the stage has a script for bash', node('node:24-slim', 'node:24-alpine', 'npm ci && bash -c "a"'), addon],
    ['the tag is a variable', `ARG V=24-slim\n${node('node:$V', 'node:24-alpine')}`, addon],
  ])('is not there when %s', (_, dockerfile, files) => {
    expect(repaired('libc-mismatch', dockerfile, files)).toEqual([undefined, 1])
  })
})
