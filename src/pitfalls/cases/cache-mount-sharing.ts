import type { PitfallCase } from './pitfall-case.ts'

/** Caches of apt that two builds may use at once. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds archives and lists',
    dockerfile:
      'FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y curl\n',
    finds: [2],
    says: '/var/cache/apt and /var/lib/apt',
  },
  {
    title: 'finds the lists alone',
    dockerfile:
      'FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y curl\n',
    finds: [2],
  },
  {
    title: 'finds a mount that says shared, with apt',
    dockerfile: 'FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt,sharing=shared apt install -y curl\n',
    finds: [2],
  },
  {
    title: 'finds the directory of archives, on a line of its own',
    dockerfile:
      'FROM debian:12\nRUN \\\n  --mount=type=cache,target=/var/cache/apt/archives \\\n  apt-get install -y curl\n',
    finds: [3],
  },
  {
    title: 'says nothing about locked and private',
    dockerfile:
      'FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=private apt-get install -y curl\n',
  },
  {
    title: 'says nothing about caches of others',
    dockerfile: 'FROM node:24\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
  },
  {
    title: 'says nothing about other mounts beside apt',
    dockerfile:
      'FROM python:3.13\nRUN --mount=type=cache,target=/root/.cache/pip apt-get update && apt-get install -y gcc && pip install uwsgi\n',
  },
  {
    title: 'says nothing when apt does not run',
    dockerfile: 'FROM alpine:3.22\nRUN --mount=type=cache,target=/var/cache/apt ls /var/cache/apt\n',
  },
]
