import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds npm on a distribution',
    dockerfile: `FROM ubuntu:24.04
COPY package.json .
RUN npm ci
`,
    finds: [3],
    says: 'npm is not in ubuntu:24.04',
    advises: 'node:24-slim',
  },
  {
    title: 'finds the package manager of another distribution',
    dockerfile: `FROM alpine:3.22
RUN apt-get update && apt-get install -y curl
`,
    finds: [2],
    says: 'apt-get',
    advises: 'is apk',
  },
  {
    title: 'finds curl on a slim image',
    dockerfile: `FROM debian:trixie-slim
WORKDIR /x
RUN curl -fsSL https://example.com/x -o /x/x
`,
    finds: [3],
    says: 'curl',
    advises: 'install curl before',
  },
  {
    title: 'finds apk on Debian',
    dockerfile: `FROM python:3.13-slim
RUN apk add --no-cache gcc
`,
    finds: [2],
  },
  {
    title: 'says nothing when it was installed',
    dockerfile: `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y npm
RUN npm ci
`,
  },
  {
    title: 'says nothing when a script may have brought it',
    dockerfile: `FROM ubuntu:24.04
COPY setup.sh /
RUN /setup.sh
RUN npm ci
`,
  },
  {
    title: 'says nothing when it is copied from an image',
    dockerfile: `FROM debian:trixie-slim
COPY --from=node:24-slim /usr/local/bin/node /usr/local/bin/node
RUN node --version
`,
  },
  {
    title: 'says nothing about images that nobody knows',
    dockerfile: `FROM example.com/base:1
RUN npm ci
`,
  },
  {
    title: 'says nothing about what may fail',
    dockerfile: `FROM debian:trixie-slim
RUN curl --version || true
RUN if true; then git --version; fi
`,
  },
  {
    title: 'says nothing about programs that are there',
    dockerfile: `FROM node:24-slim
RUN npm ci && node -e 1
RUN apt-get update
`,
  },
]
