import type { PitfallCase } from './pitfall-case.ts'

/** Accounts with large numbers, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a large number',
    dockerfile: 'FROM debian:12\nRUN useradd -u 1000000 app\n',
    finds: [2],
    says: '292 MB',
  },
  {
    title: 'finds the long option',
    dockerfile: 'FROM fedora:42\nRUN useradd --uid=1234567 --create-home app\n',
    finds: [2],
  },
  {
    title: 'finds it among others, at its line',
    dockerfile: 'FROM debian:12\nRUN groupadd app \\\n && useradd -g app -u 2000000000 -m app\n',
    finds: [3],
  },
  {
    title: 'finds a number from an argument',
    dockerfile: 'FROM debian:12\nARG ID=1000650000\nRUN useradd -u $ID app\n',
    finds: [3],
  },
  {
    title: 'is content with the option',
    dockerfile:
      'FROM debian:12\nRUN useradd -l -u 1000000 app && useradd --no-log-init -u 1000001 b && useradd -lm -u 1000002 c\n',
  },
  { title: 'is content with small numbers', dockerfile: 'FROM debian:12\nRUN useradd -u 10001 app && useradd b\n' },
  { title: 'is not about adduser', dockerfile: 'FROM alpine:3.22\nRUN adduser -D -u 1000000 app\n' },
  {
    title: 'says nothing about numbers that it does not know',
    dockerfile: 'FROM debian:12\nARG ID\nRUN useradd -u $ID app\n',
  },
]
