import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a number',
    dockerfile: `FROM golang:1.25 AS build
RUN echo
FROM scratch
COPY --from=0 /out /out
`,
    finds: [4],
    says: '"build"',
  },
  {
    title: 'finds the number of a stage without a name',
    dockerfile: `FROM rust:1.90
RUN cargo build --release
FROM debian:trixie-slim
COPY --from=0 /target/release/app /app
`,
    finds: [4],
    says: 'without a name',
  },
  {
    title: 'finds it in lower case instructions',
    dockerfile: `from maven:3.9 as jar
run mvn package
from eclipse-temurin:21-jre
copy --chown=1000 --from=0 /a.jar /a.jar
`,
    finds: [4],
  },
  {
    title: 'finds each of several',
    dockerfile: `FROM node:24 AS a
RUN echo
FROM python:3.13 AS b
RUN echo
FROM nginx:1.29
COPY --from=0 /x /x
COPY --from="1" /y /y
`,
    finds: [6, 7],
  },
  {
    title: 'says nothing about names',
    dockerfile: `FROM golang:1.25 AS build
FROM scratch
COPY --from=build /out /out
`,
  },
  {
    title: 'says nothing about images',
    dockerfile: `FROM scratch
COPY --from=busybox:1.37 /bin/busybox /bin/busybox
`,
  },
  {
    title: 'says nothing about names that begin with a number',
    dockerfile: `FROM alpine:3.22 AS 1st
FROM scratch
COPY --from=1st /etc/os-release /
`,
  },
  {
    title: 'leaves a number that no stage has to another rule',
    dockerfile: `FROM alpine:3.22
COPY --from=7 /x /x
`,
  },
  {
    title: 'says nothing about files of the context',
    dockerfile: `FROM alpine:3.22
COPY 0 /0
`,
  },
]
