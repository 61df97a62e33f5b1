import type { PitfallCase } from './pitfall-case.ts'

const files = { 'app.py': '', 'src/a.c': '', 'packages.txt': 'curl', 'default.conf': '' }

/** Packages of the distribution behind the source, and before it. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds apt behind the whole context',
    dockerfile:
      'FROM debian:12\nCOPY . /a\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n',
    files,
    finds: [3],
    says: 'line 2',
  },
  {
    title: 'finds apk behind one file of source',
    dockerfile: 'FROM python:3.13-alpine\nCOPY app.py .\nRUN apk add --no-cache libpq\n',
    files,
    finds: [3],
  },
  {
    title: 'finds dnf, and options of the shell',
    dockerfile: 'FROM fedora:43\nCOPY src /src\nRUN set -eux; dnf install -y gcc; dnf clean all\n',
    files,
    finds: [3],
  },
  {
    title: 'finds it behind the source of the stage that it continues',
    dockerfile: 'FROM debian:12 AS base\nADD . /a\nFROM base\nRUN apt-get install -y curl\n',
    files,
    finds: [4],
  },
  {
    title: 'says nothing when packages come first',
    dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nCOPY . /a\n',
    files,
  },
  {
    title: 'says nothing behind settings and results of other stages',
    dockerfile:
      'FROM debian:12 AS b\nRUN true\nFROM debian:12\nCOPY default.conf /etc/\nCOPY --from=b /x /x\nRUN apt-get install -y curl\n',
    files,
  },
  {
    title: 'says nothing when the step builds as well',
    dockerfile:
      'FROM debian:12\nCOPY . /a\nRUN apt-get update && apt-get install -y gcc && gcc -o /x /a/src/a.c && apt-get purge -y gcc\n',
    files,
  },
  {
    title: 'says nothing when names come from a file',
    dockerfile:
      'FROM debian:12\nCOPY . /a\nRUN apt-get install -y $(cat /a/packages.txt)\nRUN xargs apt-get install -y < /a/packages.txt\n',
    files,
  },
  {
    title: 'says nothing about packages of the language',
    dockerfile: 'FROM python:3.13\nCOPY . /a\nRUN pip install flask==3.1.0\n',
    files,
  },
]
