import type { PitfallCase } from './pitfall-case.ts'

/** Steps that change their directory. */
export const cases: readonly PitfallCase[] = [
  { title: 'finds cd in front', dockerfile: 'FROM node:24\nRUN cd /app && npm ci\n', finds: [2], says: 'cd /app' },
  { title: 'finds it after set', dockerfile: 'FROM node:24\nRUN set -eux; cd /app; npm ci\n', finds: [2] },
  {
    title: 'finds relative paths',
    dockerfile: 'FROM golang:1.25\nWORKDIR /src\nRUN cd cmd/app && go build\n',
    finds: [3],
  },
  { title: 'finds it in heredocs', dockerfile: 'FROM node:24\nRUN <<EOF\ncd /app\nnpm ci\nEOF\n', finds: [2] },
  { title: 'is content with WORKDIR', dockerfile: 'FROM node:24\nWORKDIR /app\nRUN npm ci\n' },
  { title: 'says nothing about one in the middle', dockerfile: 'FROM node:24\nRUN mkdir /x && cd /x && make\n' },
  {
    title: 'says nothing about a way there and back',
    dockerfile: 'FROM node:24\nRUN cd /a && make && cd /b && make\n',
  },
  { title: 'says nothing about a subshell of the exec form', dockerfile: 'FROM node:24\nRUN ["npm", "ci"]\n' },
]
