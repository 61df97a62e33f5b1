import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a stage without a name among others',
    dockerfile: `FROM node:24 AS build
FROM node:24
FROM nginx:1.29
COPY --from=build /a /a
`,
    finds: [2],
  },
  {
    title: 'finds another way of writing',
    dockerfile: `FROM node:24 AS api-build
FROM node:24 AS web-build
FROM node:24 AS doc_build
FROM nginx:1.29
`,
    finds: [3],
    says: 'doc_build',
  },
  {
    title: 'finds several without a name',
    dockerfile: `FROM a AS x
FROM b
FROM c
FROM d
`,
    finds: [2, 3],
  },
  {
    title: 'finds dots among dashes',
    dockerfile: `FROM a AS x-y
FROM b AS x-z
FROM c AS x.w
FROM d
`,
    finds: [3],
  },
  {
    title: 'says nothing about the last stage',
    dockerfile: `FROM node:24 AS build
FROM nginx:1.29
COPY --from=build /a /a
`,
  },
  {
    title: 'says nothing when no stage has a name',
    dockerfile: `FROM node:24
FROM nginx:1.29
COPY --from=0 /a /a
`,
  },
  {
    title: 'says nothing about one stage',
    dockerfile: `FROM node:24 AS build_it
`,
  },
  {
    title: 'says nothing about single words',
    dockerfile: `FROM a AS build
FROM b AS test
FROM c AS web-build
FROM d AS final
`,
  },
]
