import type { PitfallCase } from './pitfall-case.ts'

/** Where the index of apt stays, and where it does not. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds an update and an installation in one RUN that end there',
    dockerfile: 'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends tini\n',
    finds: [2],
    says: '/var/lib/apt/lists',
  },
  {
    title: 'finds an update alone, and names the line that removes the lists too late',
    dockerfile: 'FROM ubuntu:24.04\nRUN apt-get update\nRUN apt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*\n',
    finds: [2],
    says: 'line 4',
  },
  {
    title: 'finds it with apt, options in front and lines that go on, at the instruction',
    dockerfile: 'FROM python:3.13-slim\nRUN set -eux; \\\n    apt -qq update; \\\n    apt install -y libpq5\n',
    finds: [2],
  },
  {
    title: 'finds it in a heredoc, at the command',
    dockerfile: 'FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y jq\nEOF\n',
    finds: [4],
  },
  {
    title: 'finds it in a stage that the last one continues',
    dockerfile: 'FROM debian:12 AS base\nRUN apt-get update && apt-get install -y jq\nFROM base\nCMD ["jq"]\n',
    finds: [2],
  },
  {
    title: 'finds lists that are deleted before they are fetched',
    dockerfile:
      'FROM debian:12\nRUN rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y jq && apt-get clean\n',
    finds: [2],
  },
  {
    title: 'finds it where another cache is mounted',
    dockerfile:
      'FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y jq\n',
    finds: [2],
  },
  {
    title: 'finds it under sudo',
    dockerfile: 'FROM cimg/base:2025.01\nRUN sudo apt-get update && sudo apt-get install -y jq\n',
    finds: [2],
  },
  {
    title: 'is content when the same RUN removes them',
    dockerfile:
      'FROM debian:12\nRUN apt-get update \\\n && apt-get install -y jq \\\n && rm -rf /var/lib/apt/lists/* /tmp/*\n',
  },
  {
    title: 'takes other ways of removing them for the same',
    dockerfile: [
      'FROM debian:12',
      'RUN apt-get update && apt-get install -y jq; rm -r /var/lib/apt/lists/',
      'RUN apt-get update && apt-get install -y jq && cd /var/lib/apt/lists && rm -rf ./*',
      'RUN apt-get update && apt-get install -y jq && find /var/lib/apt/lists -type f -delete',
      'RUN apt-get update && apt-get install -y jq && rm -rf /var/lib/apt',
      'RUN apt-get update && apt-get install -y jq && apt-get distclean',
      'RUN apt-get update && apt-get install -y jq && rm -rf /var/lib/{apt,cache,log}/',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing about a stage that only hands files on',
    dockerfile:
      'FROM debian:12 AS build\nRUN apt-get update && apt-get install -y gcc\nFROM debian:12\nCOPY --from=build /a /a\n',
  },
  {
    title: 'says nothing when a mount takes the lists',
    dockerfile: [
      'FROM debian:12',
      'RUN --mount=type=cache,target=/var/lib/apt,sharing=locked --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y jq',
      'RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update && apt-get install -y curl',
      '',
    ].join('\n'),
  },
  {
    title: 'knows a heredoc that removes them',
    dockerfile:
      'FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y jq\nrm -rf /var/lib/apt/lists/*\nEOF\n',
  },
  { title: 'has nothing to say about apk', dockerfile: 'FROM alpine:3.22\nRUN apk update && apk add jq\n' },
]
