import type { PitfallCase } from './pitfall-case.ts'

/** Indexes that nothing is installed from in the same RUN, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds apt-get update in a RUN of its own, and names who uses it',
    dockerfile: 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n',
    finds: [2],
    says: 'line 3',
  },
  {
    title: 'finds it with what adds a repository before it',
    dockerfile:
      'FROM ubuntu:24.04\nRUN echo "deb [trusted=yes] http://e.test /" > /etc/apt/sources.list.d/e.list && apt-get -qq update\n',
    finds: [2],
  },
  { title: 'finds apk update', dockerfile: 'FROM alpine:3.22\nRUN apk update\nRUN apk add curl\n', finds: [2] },
  {
    title: 'finds dnf makecache and zypper refresh',
    dockerfile: 'FROM fedora:42\nRUN dnf makecache\nRUN zypper refresh\n',
    finds: [2, 3],
  },
  {
    title: 'finds it in a builder too, in exec form, and in front of something else',
    dockerfile:
      'FROM golang:1.25 AS build\nRUN ["apt-get", "update"]\nRUN apt-get update && mkdir -p /src\nFROM debian:12\nCOPY --from=build /a /a\n',
    finds: [2, 3],
  },
  {
    title: 'finds an update whose RUN cleans up at once',
    dockerfile: 'FROM debian:12\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\n',
    finds: [2],
  },
  {
    title: 'is content with an installation in the same RUN',
    dockerfile: [
      'FROM debian:12',
      'RUN apt-get update && apt-get install -y curl',
      'RUN apt-get update; apt-get install -y --no-install-recommends jq; apt-get clean',
      'RUN apt update -y && apt upgrade -y',
      'RUN apk add --update curl',
      'RUN if [ -n "$X" ]; then apt-get update; apt-get install -y git; fi',
      '',
    ].join('\n'),
  },
  {
    title: 'reads heredocs',
    dockerfile: 'FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y jq\nEOF\n',
  },
  {
    title: 'says nothing when a program that it does not know may install',
    dockerfile: [
      'FROM debian:12',
      'RUN apt-get update && ./install-packages.sh',
      'RUN apt-get update && npx playwright install-deps',
      'RUN apt-get update && apt-get build-dep -y python3',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing when the index lies in a mount',
    dockerfile: 'FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\n',
  },
  { title: 'is not about other updates', dockerfile: 'FROM node:24\nRUN npm update && git submodule update\n' },
]
