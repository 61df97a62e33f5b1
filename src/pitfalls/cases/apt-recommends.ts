import type { PitfallCase } from './pitfall-case.ts'

/** Installations with and without recommended packages. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds an installation, and names its packages',
    dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl git\n',
    finds: [2],
    says: 'curl, git',
  },
  { title: 'finds apt', dockerfile: 'FROM ubuntu:24.04\nRUN apt update && apt -y install nginx\n', finds: [2] },
  {
    title: 'finds the second one of two',
    dockerfile:
      'FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends a && apt-get install -y b\n',
    finds: [2],
    says: 'of b',
  },
  {
    title: 'finds it in a heredoc, at the command',
    dockerfile: 'FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y jq\nEOF\n',
    finds: [4],
  },
  {
    title: 'finds suggestions left out where recommendations are not',
    dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-suggests jq\n',
    finds: [2],
  },
  {
    title: 'is content with the flag, wherever it stands, and with the option',
    dockerfile: [
      'FROM debian:12',
      'RUN apt-get update && apt-get install -y --no-install-recommends jq',
      'RUN apt-get update && apt-get --no-install-recommends install -y jq',
      'RUN apt-get update && apt-get -o APT::Install-Recommends=false install -y jq',
      '',
    ].join('\n'),
  },
  {
    title: 'knows settings that an earlier step has written',
    dockerfile: [
      'FROM debian:12',
      'RUN echo \'APT::Install-Recommends "0";\' > /etc/apt/apt.conf.d/99local',
      'RUN apt-get update && apt-get install -y jq',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing below settings that it cannot read',
    dockerfile: 'FROM debian:12\nCOPY 99local /etc/apt/apt.conf.d/\nRUN apt-get update && apt-get install -y jq\n',
    files: { '99local': 'x' },
  },
  {
    title: 'says nothing about builders',
    dockerfile:
      'FROM debian:12 AS b\nRUN apt-get update && apt-get install -y gcc\nFROM debian:12\nCOPY --from=b /a /a\n',
  },
  { title: 'is not about apk', dockerfile: 'FROM alpine:3.22\nRUN apk add --no-cache jq\n' },
]
