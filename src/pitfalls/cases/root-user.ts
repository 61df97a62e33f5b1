import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'a base that starts as root',
    dockerfile: 'FROM node:24-slim\nCMD ["node", "a.js"]\n',
    finds: [1],
    says: 'node:24-slim',
    advises: 'node:24-slim has an account for that: USER node',
  },
  {
    title: 'an empty base',
    dockerfile: 'FROM scratch\nCOPY app /app\nCMD ["/app"]\n',
    finds: [1],
    advises: 'a number needs no /etc/passwd',
  },
  {
    title: 'a server whose master is root',
    dockerfile: 'FROM nginx:1.29-alpine\nCOPY site /usr/share/nginx/html\n',
    finds: [1],
    advises: 'nginxinc/nginx-unprivileged',
  },
  {
    title: 'a distroless image without nonroot',
    dockerfile: 'FROM gcr.io/distroless/static-debian12\nCOPY app /app\nCMD ["/app"]\n',
    finds: [1],
  },
  {
    title: 'root again at the end',
    dockerfile: 'FROM debian:trixie\nUSER app\nRUN id\nUSER root\nCMD ["x"]\n',
    finds: [4],
  },
  { title: 'root by its number', dockerfile: 'FROM debian:trixie\nUSER 0:0\nCMD ["x"]\n', finds: [2] },
  {
    title: 'root of a stage that is continued',
    dockerfile: 'FROM alpine:3.22 AS base\nUSER root\nFROM base\nCMD ["x"]\n',
    finds: [2],
  },
  {
    title: 'an account that was created',
    dockerfile: 'FROM debian:trixie\nRUN useradd -r svc\nCMD ["x"]\n',
    finds: [1],
    advises: 'the image has an account for that: USER svc',
  },
  ...(
    [
      ['builds from another directory', 'build: other\n    user: "1000"'],
      ['builds another file', 'build: { context: ., dockerfile: b.Dockerfile }\n    user: "1000"'],
      ['builds another stage', 'build: { context: ., target: base }\n    user: "1000"'],
      ['says root', 'build: .\n    user: "0:0"'],
      ['says nothing of one service', 'build: .\n    user: "1000"\n  b:\n    build: .'],
      ['runs other images', 'image: redis:8\n    user: "1000"'],
    ] as const
  ).map(([what, service]) => ({
    title: `a compose file that ${what}`,
    dockerfile: 'FROM alpine:3.22 AS base\nFROM base\nCMD ["x"]\n',
    files: { 'compose.yaml': `services:\n  a:\n    ${service}\n` },
    finds: [2],
  })),
  { title: 'an account without rights', dockerfile: 'FROM node:24\nUSER node\nCMD ["x"]\n' },
  { title: 'a number', dockerfile: 'FROM scratch\nCOPY a /a\nUSER 10001\nCMD ["/a"]\n' },
  {
    title: 'a base that starts as somebody else',
    dockerfile: 'FROM gcr.io/distroless/static-debian12:nonroot\nCMD ["/a"]\n',
  },
  { title: 'a server that needs no root', dockerfile: 'FROM nginxinc/nginx-unprivileged:1.29-alpine\nCOPY s /s\n' },
  {
    title: 'a database that steps down itself',
    dockerfile: 'FROM postgres:17\nCOPY init.sql /docker-entrypoint-initdb.d/\n',
  },
  { title: 'a base that nobody knows', dockerfile: 'FROM registry.example.com/base:1\nCMD ["x"]\n' },
  { title: 'a user that an argument names', dockerfile: 'FROM debian:trixie\nARG APP\nUSER $APP\nCMD ["x"]\n' },
  {
    title: 'root in the builder',
    dockerfile:
      'FROM golang:1.25 AS build\nUSER root\nRUN go build -o /a\nFROM scratch\nCOPY --from=build /a /a\nUSER 1\nCMD ["/a"]\n',
  },
  {
    title: 'files to take out of the build',
    dockerfile: 'FROM golang:1.25 AS build\nRUN go build -o /a\nFROM scratch\nCOPY --from=build /a /\n',
  },
  {
    title: 'an entrypoint that steps down',
    dockerfile: 'FROM debian:trixie\nRUN apt-get install -y gosu\nENTRYPOINT ["gosu", "app", "svc"]\n',
  },
  {
    title: 'an entrypoint script that steps down',
    dockerfile: 'FROM alpine:3.22\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
    files: { 'start.sh': '#!/bin/sh\nchown app /data\nexec su-exec app "$@"\n' },
  },
  {
    title: 'a compose file that says the user',
    dockerfile: 'FROM alpine:3.22\nCMD ["x"]\n',
    files: { 'compose.yaml': 'services:\n  a:\n    build: .\n    user: "1000:1000"\n' },
  },
]
