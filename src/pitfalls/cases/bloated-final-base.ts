import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a whole Ubuntu',
    dockerfile: `FROM golang:1.25 AS b
RUN echo
FROM ubuntu:24.04
COPY --from=b /a /a
`,
    finds: [3],
    says: 'ubuntu:24.04',
  },
  {
    title: 'finds a whole Debian',
    dockerfile: `FROM rust:1.90 AS b
RUN echo
FROM debian:bookworm
COPY --from=b /a /a
`,
    finds: [3],
    says: 'debian:bookworm',
  },
  {
    title: 'finds the full image of a language',
    dockerfile: `FROM node:24
COPY src /src
CMD ["node", "/src/a.js"]
`,
    finds: [1],
    says: 'node:24',
  },
  {
    title: 'finds it through a stage in between',
    dockerfile: `FROM python:3.13-bookworm AS base
RUN pip install flask
FROM base
CMD ["python"]
`,
    finds: [1],
  },
  {
    title: 'says nothing about slim and alpine',
    dockerfile: `FROM node:24-slim AS a
RUN echo
FROM python:3.13-alpine AS b
RUN echo
FROM debian:trixie-slim
COPY --from=a /x /x
COPY --from=b /x /y
`,
  },
  {
    title: 'says nothing about distroless and scratch',
    dockerfile: `FROM debian:trixie AS b
RUN echo
FROM gcr.io/distroless/base-debian13
COPY --from=b /a /a
`,
  },
  {
    title: 'says nothing about builders',
    dockerfile: `FROM ubuntu:24.04 AS b
RUN echo
FROM alpine:3.22
COPY --from=b /a /a
`,
  },
  {
    title: 'says nothing about servers',
    dockerfile: `FROM nginx:1.29
COPY site /usr/share/nginx/html
`,
  },
  {
    title: 'says nothing about images that nobody knows',
    dockerfile: `FROM registry.example.com/team/base:4
CMD ["/app"]
`,
  },
  {
    title: 'leaves kits to another rule',
    dockerfile: `FROM golang:1.25
COPY . .
RUN go build -o /a .
CMD ["/a"]
`,
  },
]
