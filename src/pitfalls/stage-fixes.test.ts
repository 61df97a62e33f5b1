import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../test/kit/pitfall-facts.ts'
import { applyEdits } from '../editing/index.ts'
import { stages } from './families/stages.ts'

describe('fixes of stages', () => {
  const manifest = '{ "devDependencies": { "typescript": "5" } }'
  it.each([
    {
      rule: 'unnamed-stage-reference',
      before: 'FROM node:24\nRUN make\nFROM nginx:1.29\nCOPY --from=0 /a /a\n',
      after: 'FROM node:24 AS build\nRUN make\nFROM nginx:1.29\nCOPY --from=build /a /a\n',
    },
    {
      rule: 'unknown-stage-reference',
      before: 'FROM node:24 AS builder\nRUN make\nFROM nginx:1.29\nCOPY --from=bulder /a /a\n',
      after: 'FROM node:24 AS builder\nRUN make\nFROM nginx:1.29\nCOPY --from=builder /a /a\n',
    },
    {
      rule: 'bloated-final-base',
      before: 'FROM --platform=$TARGETPLATFORM node:24 AS run\nCMD ["node"]\n',
      after: 'FROM --platform=$TARGETPLATFORM node:24-slim AS run\nCMD ["node"]\n',
    },
    {
      rule: 'unstripped-binary',
      before:
        'FROM golang:1.25 AS b\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n',
      after:
        'FROM golang:1.25 AS b\nCOPY . .\nRUN CGO_ENABLED=0 go build -ldflags="-s -w" -o /a .\nFROM scratch\nCOPY --from=b /a /a\n',
    },
    {
      rule: 'dev-dependencies-in-final',
      before:
        'FROM node:24 AS b\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npx tsc\nFROM node:24-slim\nCOPY --from=b /app/node_modules /m\n',
      after:
        'FROM node:24 AS b\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npx tsc \\\n    && npm prune --omit=dev\nFROM node:24-slim\nCOPY --from=b /app/node_modules /m\n',
    },
    {
      rule: 'go-cache-defeated',
      before: 'FROM golang:1.25\nRUN go build -a -installsuffix cgo -o /a .\n',
      after: 'FROM golang:1.25\nRUN go build -o /a .\n',
    },
    {
      rule: 'global-arg-not-redeclared',
      before: 'ARG V=1\nFROM alpine:3.22\n# the version\nRUN echo $V > /v\n',
      after: 'ARG V=1\nFROM alpine:3.22\nARG V\n# the version\nRUN echo $V > /v\n',
    },
  ])('write what a person would: $rule', ({ rule, before, after }) => {
    const own = stages.find(({ id }) => id === rule)
    const [hit] = own?.find(pitfallFacts(before, { 'package.json': manifest })) ?? []
    expect(applyEdits(before, hit?.fixes?.[0]?.edits ?? [])).toBe(after)
  })
})
