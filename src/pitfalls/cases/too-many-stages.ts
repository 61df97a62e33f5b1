import type { PitfallCase } from './pitfall-case.ts'

const stages = (count: number): string =>
  Array.from({ length: count }, (_, index) => `FROM alpine:3.22 AS s${index}\nRUN step-${index}\n`).join('')

/** Files with many stages, and with stages that do the same. */
export const cases: readonly PitfallCase[] = [
  { title: 'finds eleven', dockerfile: stages(11), finds: [21], says: 'the file has 11 stages: "s10" is the 11th' },
  { title: 'finds fifteen, once', dockerfile: stages(15), finds: [21], says: '15 stages' },
  {
    title: 'finds two that do the same',
    dockerfile: `FROM node:24 AS deps
WORKDIR /app
COPY package*.json ./
RUN npm ci
FROM node:24 AS test-deps
WORKDIR /app
COPY package*.json   ./
RUN npm ci
FROM node:24-slim
COPY --from=deps /app /a
COPY --from=test-deps /app /b
`,
    finds: [5],
    says: '"test-deps" does the same as "deps" (line 1): the same FROM, and the same 3 steps',
  },
  {
    title: 'finds three, and stages that continue another',
    dockerfile: `FROM golang:1.25 AS base
WORKDIR /src
FROM base AS a
RUN go build ./...
FROM base AS b
RUN go build ./...
FROM base as c
RUN go build ./...
`,
    finds: [5, 7],
    says: 'the same step',
  },
  { title: 'says nothing about ten', dockerfile: stages(10) },
  {
    title: 'says nothing about other bases and platforms',
    dockerfile: `FROM python:3.12 AS old
RUN make test
FROM python:3.13 AS new
RUN make test
FROM --platform=linux/arm64 python:3.13 AS arm
RUN make test
`,
  },
  {
    title: 'says nothing about one more step',
    dockerfile: `FROM node:24 AS a
RUN npm ci
FROM node:24 AS b
RUN npm ci
RUN npm test
`,
  },
  {
    title: 'says nothing about names for images',
    dockerfile: 'FROM node:24 AS build\nFROM node:24 AS run\nFROM run\nCMD ["node"]\n',
  },
  {
    title: 'says nothing about the same words on other places',
    dockerfile: 'FROM node:24 AS a\nWORKDIR /a\nRUN npm ci\nFROM node:24 AS b\nWORKDIR /b\nRUN npm ci\n',
  },
]
