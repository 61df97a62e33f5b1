import type { PitfallCase } from './pitfall-case.ts'

/** Mounts that stay empty, and mounts that fill. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds the home of root in a step of another',
    dockerfile: 'FROM node:24\nUSER node\nRUN --mount=type=cache,target=/root/.npm,uid=1000 npm ci\n',
    finds: [3],
    says: '/home/node/.npm',
  },
  {
    title: 'finds the hook of Debian that deletes packages',
    dockerfile:
      'FROM python:3.13-slim\nRUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt \\\n  apt-get update && apt-get install -y libpq5\n',
    finds: [2],
    says: 'docker-clean',
  },
  {
    title: 'finds pip told to keep nothing, by a flag and by a variable',
    dockerfile:
      'FROM python:3.13\nENV PIP_NO_CACHE_DIR=1\nRUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.1.0\nFROM python:3.13\nCOPY --from=0 /x /x\nRUN --mount=type=cache,target=/root/.cache/pip python -m pip install --no-cache-dir flask==3.1.0\n',
    finds: [3, 6],
  },
  {
    title: 'finds apk told to keep nothing',
    dockerfile: 'FROM alpine:3.22\nRUN --mount=type=cache,target=/var/cache/apk apk add --no-cache curl\n',
    finds: [2],
  },
  {
    title: 'finds a cache that is cleaned behind the installation',
    dockerfile: 'FROM node:24\nRUN --mount=type=cache,target=/root/.npm npm ci && npm cache clean --force\n',
    finds: [2],
  },
  {
    title: 'finds a mount that rm empties',
    dockerfile: 'FROM golang:1.25\nRUN --mount=type=cache,target=/go/pkg/mod go mod download && rm -rf /go/pkg/mod\n',
    finds: [2],
  },
  {
    title: 'finds the cache of another manager',
    dockerfile: 'FROM node:24\nRUN --mount=type=cache,target=/root/.npm yarn install --frozen-lockfile\n',
    finds: [2],
    says: 'yarn',
  },
  {
    title: 'finds a variable that has moved the cache',
    dockerfile: 'FROM golang:1.25\nENV GOMODCACHE=/mods\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\n',
    finds: [3],
    says: '/mods',
  },
  {
    title: 'says nothing where the tool keeps its cache',
    dockerfile:
      'FROM node:24\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci\nFROM python:3.13\nRUN --mount=type=cache,target=/root/.cache pip install flask==3.1.0\nCOPY --from=0 /x /x\n',
  },
  {
    title: 'says nothing when the hook is gone',
    dockerfile:
      'FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y curl\n',
  },
  {
    title: 'says nothing when the hook goes in the same step',
    dockerfile:
      'FROM ubuntu:24.04\nRUN --mount=type=cache,target=/var/cache/apt rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y curl\n',
  },
  {
    title: 'says nothing about go and cargo in their images',
    dockerfile:
      'FROM golang:1.25\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /x .\nFROM rust:1.90\nRUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/target cargo build\nCOPY --from=0 /x /x\n',
  },
  {
    title: 'says nothing when a flag is that of another program',
    dockerfile:
      'FROM python:3.13-alpine\nRUN --mount=type=cache,target=/root/.cache/pip apk add --no-cache gcc && pip install flask==3.1.0\n',
  },
  {
    title: 'says nothing about directories that no known tool uses',
    dockerfile: 'FROM node:24\nRUN --mount=type=cache,target=/a/.next/cache npm run build\n',
  },
  {
    title: 'says nothing when settings move the store',
    dockerfile:
      'FROM node:24\nRUN --mount=type=cache,target=/pnpm/store pnpm config set store-dir /pnpm/store && pnpm install --frozen-lockfile\n',
  },
]
