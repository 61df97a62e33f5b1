import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'a constant',
    dockerfile: 'FROM --platform=linux/amd64 node:24\n',
    finds: [1],
    says: '--platform=linux/amd64',
  },
  {
    title: 'the final stage',
    dockerfile: 'FROM golang:1.25 AS b\nFROM --platform=linux/arm64 alpine:3.22\nCOPY --from=b /a /a\n',
    finds: [2],
  },
  { title: 'an architecture alone', dockerfile: 'FROM --platform=amd64 debian:trixie-slim\n', finds: [1] },
  { title: 'in quotes', dockerfile: 'FROM --platform="linux/amd64" python:3.13\n', finds: [1] },
  { title: 'the platform of the machine', dockerfile: 'FROM --platform=$BUILDPLATFORM golang:1.25\n' },
  { title: 'the platform of the target', dockerfile: 'FROM --platform=${TARGETPLATFORM} golang:1.25\n' },
  { title: 'an argument', dockerfile: 'ARG P=linux/amd64\nFROM --platform=$P golang:1.25\n' },
  { title: 'none', dockerfile: 'FROM golang:1.25\n' },
]
