import type { PitfallCase } from './pitfall-case.ts'

/** Stages with one and with two programs for downloads. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds both in two RUNs',
    dockerfile: 'FROM debian:12\nRUN wget https://e.test/a\nRUN curl -O https://e.test/b\n',
    finds: [3],
    says: 'line 2',
  },
  {
    title: 'finds both in one RUN',
    dockerfile: 'FROM debian:12\nRUN curl -O https://e.test/b \\\n && wget https://e.test/a\n',
    finds: [3],
  },
  { title: 'finds both as packages', dockerfile: 'FROM debian:12\nRUN apt-get install -y curl wget\n', finds: [2] },
  {
    title: 'finds one that is installed and one that is there',
    dockerfile: 'FROM alpine:3.22\nRUN apk add --no-cache curl\nRUN wget https://e.test/a\n',
    finds: [3],
  },
  {
    title: 'is content with one',
    dockerfile:
      'FROM debian:12\nRUN apt-get install -y curl\nRUN curl -O https://e.test/b && curl -O https://e.test/a\n',
  },
  {
    title: 'is content with one in each stage',
    dockerfile: 'FROM debian:12 AS a\nRUN wget https://e.test/a\nFROM debian:12\nRUN curl -O https://e.test/b\n',
  },
  {
    title: 'is not about libraries',
    dockerfile: 'FROM debian:12\nRUN apt-get install -y libcurl4 && wget https://e.test/a\n',
  },
  {
    title: 'is not about HEALTHCHECK',
    dockerfile: 'FROM debian:12\nRUN wget https://e.test/a\nHEALTHCHECK CMD curl -f http://localhost\n',
  },
]
