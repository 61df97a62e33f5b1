import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'curl on a slim base',
    dockerfile: 'FROM node:24-slim\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n',
    finds: [2],
    says: '`curl`',
  },
  {
    title: 'curl on Alpine',
    dockerfile: 'FROM alpine:3.22\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/"]\n',
    finds: [2],
  },
  {
    title: 'wget on distroless',
    dockerfile:
      'FROM gcr.io/distroless/static-debian12\nCOPY svc /svc\nHEALTHCHECK CMD ["/usr/bin/wget", "-q", "http://localhost"]\n',
    finds: [3],
  },
  {
    title: 'a tool of the builder',
    dockerfile:
      'FROM debian:trixie AS b\nRUN apt-get update && apt-get install -y curl\nFROM debian:trixie-slim\nHEALTHCHECK CMD curl -f localhost\n',
    finds: [4],
  },
  {
    title: 'node where nothing of it is',
    dockerfile: 'FROM nginx:1.29-alpine\nHEALTHCHECK CMD node check.js\n',
    finds: [2],
  },
  {
    title: 'installed and removed again',
    dockerfile:
      'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y curl && apt-get purge -y curl\nHEALTHCHECK CMD curl -f localhost\n',
    finds: [3],
  },
  {
    title: 'a script that calls it',
    dockerfile: 'FROM python:3.13-slim\nCOPY check.sh /check.sh\nHEALTHCHECK CMD ["/check.sh"]\n',
    files: { 'check.sh': '#!/bin/sh\ncurl -fs http://localhost/health\n' },
    finds: [3],
  },
  {
    title: 'wget of busybox',
    dockerfile: 'FROM node:24-alpine\nHEALTHCHECK CMD wget -qO- http://localhost || exit 1\n',
  },
  {
    title: 'installed',
    dockerfile:
      'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nHEALTHCHECK CMD curl -f localhost\n',
  },
  {
    title: 'installed in the stage that is continued',
    dockerfile: 'FROM alpine:3.22 AS base\nRUN apk add --no-cache curl\nFROM base\nHEALTHCHECK CMD curl -f localhost\n',
  },
  {
    title: 'the program of the image',
    dockerfile: 'FROM scratch\nCOPY --from=b /out/svc /svc\nHEALTHCHECK CMD ["/svc", "--health"]\n',
  },
  { title: 'the language of the image', dockerfile: 'FROM python:3.13-slim\nHEALTHCHECK CMD python -c "print(1)"\n' },
  {
    title: 'copied from an image',
    dockerfile:
      'FROM gcr.io/distroless/static-debian12\nCOPY --from=ghcr.io/grpc-ecosystem/grpc-health-probe:v0.4.38 /ko-app/grpc-health-probe /bin/grpc_health_probe\nHEALTHCHECK CMD ["/bin/grpc_health_probe", "-addr=:1"]\n',
  },
  {
    title: 'a base that nobody knows',
    dockerfile: 'FROM registry.example.com/base:1\nHEALTHCHECK CMD curl localhost\n',
  },
  { title: 'a tool of the full image', dockerfile: 'FROM node:24\nHEALTHCHECK CMD curl -f localhost\n' },
]
