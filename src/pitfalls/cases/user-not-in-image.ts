import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'the account of another image',
    dockerfile: 'FROM python:3.13-slim\nUSER node\nCMD ["x"]\n',
    finds: [2],
    says: '`node`',
  },
  { title: 'a name in an empty image', dockerfile: 'FROM scratch\nCOPY a /a\nUSER nobody\nCMD ["/a"]\n', finds: [3] },
  {
    title: 'an account of the builder',
    dockerfile: 'FROM alpine:3.22 AS build\nRUN adduser -D app\nFROM alpine:3.22\nUSER app\nCMD ["x"]\n',
    finds: [4],
  },
  {
    title: 'a name on distroless',
    dockerfile: 'FROM gcr.io/distroless/static-debian12\nUSER app:app\nCMD ["/a"]\n',
    finds: [2],
  },
  {
    title: 'made too late',
    dockerfile: 'FROM debian:trixie\nUSER app\nRUN id\nUSER root\nRUN useradd app\nUSER 1\n',
    finds: [2],
  },
  {
    title: 'a passwd of a stage that has no such account',
    dockerfile:
      'FROM alpine:3.22 AS b\nRUN true\nFROM scratch\nCOPY --from=b /etc/passwd /etc/passwd\nUSER app\nCMD ["/a"]\n',
    finds: [5],
  },
  { title: 'an account of the base', dockerfile: 'FROM node:24-alpine\nUSER node\n' },
  { title: 'an account of the distribution', dockerfile: 'FROM alpine:3.22\nUSER nobody\n' },
  {
    title: 'an account that is made',
    dockerfile: 'FROM debian:trixie\nRUN groupadd -r app && useradd -r -g app app\nUSER app:app\n',
  },
  {
    title: 'an account of busybox',
    dockerfile: 'FROM alpine:3.22\nRUN addgroup -S app && adduser -S app -G app\nUSER app\n',
  },
  { title: 'a number', dockerfile: 'FROM scratch\nUSER 65532:65532\n' },
  { title: 'nonroot of distroless', dockerfile: 'FROM gcr.io/distroless/cc-debian12\nUSER nonroot\n' },
  {
    title: 'a passwd that comes along',
    dockerfile:
      'FROM alpine:3.22 AS b\nRUN adduser -D app\nFROM scratch\nCOPY --from=b /etc/passwd /etc/group /etc/\nUSER app\n',
  },
  {
    title: 'an account that a package makes',
    dockerfile: 'FROM debian:trixie\nRUN apt-get update && apt-get install -y postgresql\nUSER postgres\n',
  },
  { title: 'a script that may make it', dockerfile: 'FROM debian:trixie\nCOPY setup.sh /\nRUN /setup.sh\nUSER app\n' },
  {
    title: 'a line of its own in passwd',
    dockerfile: 'FROM alpine:3.22\nRUN echo "app:x:10:10::/:/bin/sh" >> /etc/passwd\nUSER app\n',
  },
  { title: 'a base that nobody knows', dockerfile: 'FROM registry.example.com/base:1\nUSER app\n' },
  { title: 'a name that only an argument knows', dockerfile: 'FROM scratch\nARG WHO\nUSER $WHO\n' },
  {
    title: 'a tree for an empty image, with a passwd that a step writes',
    dockerfile:
      'FROM alpine:3.22 AS b\nRUN mkdir -p /rootfs/etc && echo \'app:x:1000:1000::/:\' > /rootfs/etc/passwd\nFROM scratch\nCOPY --from=b /rootfs /\nUSER app\nCMD ["/a"]\n',
  },
  {
    title: 'all of /etc, of a stage that has the account',
    dockerfile:
      'FROM golang:1.25-alpine AS b\nRUN go build -o /out/a && adduser -D svc\nFROM scratch\nCOPY --from=b /etc/ /etc/\nCOPY --from=b /out/a /a\nUSER svc\nCMD ["/a"]\n',
  },
  {
    title: 'all of /etc, of a stage that has no such account',
    dockerfile: 'FROM alpine:3.22 AS b\nRUN true\nFROM scratch\nCOPY --from=b /etc /etc\nUSER svc\nCMD ["/a"]\n',
    finds: [5],
  },
  {
    title: 'an archive of a whole system',
    dockerfile: 'FROM scratch\nADD rootfs.tar.xz /\nUSER app\nCMD ["/a"]\n',
  },
  {
    title: 'a program that goes into the root directory',
    dockerfile:
      'FROM golang:1.25 AS b\nRUN go build -o /shop\nFROM scratch\nCOPY --from=b /shop /\nUSER app\nCMD ["/shop"]\n',
    finds: [5],
  },
  {
    title: 'a tree in which there is no passwd',
    dockerfile:
      'FROM alpine:3.22 AS b\nRUN mkdir -p /rootfs/srv\nFROM scratch\nCOPY --from=b /rootfs /\nUSER app\nCMD ["/a"]\n',
    finds: [5],
  },
]
