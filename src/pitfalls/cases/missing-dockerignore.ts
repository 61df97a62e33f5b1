import type { PitfallCase } from './pitfall-case.ts'

const node = { 'package.json': '{}', 'src/app.js': '' }

export const cases: readonly PitfallCase[] = [
  {
    title: 'a wide COPY',
    dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY . .\n',
    files: node,
    finds: [3],
    says: 'COPY takes whatever lies in the context',
  },
  {
    title: 'narrow copies: the directory is the context all the same',
    dockerfile:
      'FROM golang:1.25 AS build\nCOPY go.mod go.sum ./\nCOPY cmd ./cmd\n\nFROM scratch\nCOPY --from=build /app /app\n',
    files: { 'go.mod': 'module a\n', 'cmd/main.go': 'package main\n' },
    finds: [2],
    says: 'the whole directory is the context',
  },
  {
    title: 'ADD',
    dockerfile: 'FROM python:3.13\nADD . /srv\n',
    files: { 'app.py': '' },
    finds: [2],
    says: 'ADD takes',
  },
  {
    title: 'a mount of the context',
    dockerfile: 'FROM rust:1.90\nRUN --mount=type=bind,target=/src cargo build --release\n',
    files: { 'Cargo.toml': '' },
    finds: [2],
  },
  {
    title: 'an ignore file of comments',
    dockerfile: 'FROM alpine\nCOPY site /site\n',
    files: { 'site/index.html': '', '.dockerignore': '# nothing yet\n\n' },
    finds: [2],
    says: 'holds no pattern',
  },
  {
    title: 'an ignore file',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: { ...node, '.dockerignore': 'node_modules\n' },
  },
  {
    title: 'an ignore file of this Dockerfile alone',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: { ...node, 'Dockerfile.dockerignore': '*\n!src\n' },
  },
  {
    title: 'a context that nothing uses',
    dockerfile: `FROM debian:trixie-slim AS tools
RUN apt-get update

FROM debian:trixie-slim
COPY --from=tools /usr/bin/objdump /usr/bin/
COPY --from=busybox:1.37 /bin/busybox /bin/
ADD https://example.com/tool.tgz /opt/
COPY <<EOF /etc/motd
hello
EOF
`,
    files: { 'notes.txt': '' },
  },
  {
    title: 'a mount of another stage',
    dockerfile: 'FROM alpine AS a\nRUN true\n\nFROM alpine\nRUN --mount=type=bind,from=a,target=/a true\n',
  },
  {
    title: 'ADD of a repository',
    dockerfile: 'FROM alpine\nADD https://github.com/example/app.git#v1 /src\n',
  },
]
