import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a slip of the pen',
    dockerfile: `FROM node:24 AS builder
RUN echo
FROM nginx:1.29
COPY --from=bulder /app/dist /srv
`,
    finds: [4],
    says: '"bulder"',
  },
  {
    title: 'finds a word for a stage that is missing',
    dockerfile: `FROM debian:trixie-slim
COPY --from=build /jre /opt/jre
`,
    finds: [2],
  },
  {
    title: 'finds a stage that begins further down',
    dockerfile: `FROM alpine:3.22 AS final
COPY --from=assets /a /a
FROM alpine:3.22 AS assets
RUN echo
FROM final
`,
    finds: [2],
    says: 'further down',
  },
  {
    title: 'finds a stage that copies from itself',
    dockerfile: `FROM alpine:3.22 AS app
COPY --from=app /a /b
`,
    finds: [2],
    says: 'itself',
  },
  {
    title: 'finds a number that no stage has',
    dockerfile: `FROM node:24 AS build
RUN echo
FROM nginx:1.29
COPY --from=2 /app /srv
`,
    finds: [4],
    says: 'no stage 2',
  },
  {
    title: 'finds it in a mount',
    dockerfile: `FROM golang:1.25 AS tools
RUN echo
FROM alpine:3.22
RUN --mount=from=tolls,target=/t cp /t/x /x
`,
    finds: [4],
  },
  {
    title: 'finds the number of a stage in a mount, where names count only',
    dockerfile: `FROM golang:1.25 AS tools
RUN echo
FROM alpine:3.22
RUN --mount=from=0,target=/t cp /t/x /x
`,
    finds: [4],
    says: 'by name only',
  },
  {
    title: 'says nothing whatever the case of a name',
    dockerfile: `FROM golang:1.25 AS Build
FROM scratch
COPY --from=build /a /a
COPY --from=BUILD /b /b
`,
  },
  {
    title: 'says nothing about images with a tag',
    dockerfile: `FROM scratch
COPY --from=busybox:1.37.0-musl /bin/busybox /probe
`,
  },
  {
    title: 'says nothing about images that are known by name',
    dockerfile: `FROM php:8.4-cli
COPY --from=composer /usr/bin/composer /usr/local/bin/composer
`,
  },
  {
    title: 'says nothing about images of a registry',
    dockerfile: `FROM python:3.13-slim
COPY --from=ghcr.io/astral-sh/uv /uv /bin/uv
`,
  },
  {
    title: 'says nothing about images with a digest',
    dockerfile: `FROM scratch
COPY --from=tools@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa /a /a
`,
  },
]
