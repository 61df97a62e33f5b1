import type { PitfallCase } from './pitfall-case.ts'

/** Several sources, with and without a slash. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds two files and a name',
    dockerfile: 'FROM node:24\nCOPY package.json package-lock.json /app\n',
    finds: [2],
    says: '2 sources and /app',
  },
  { title: 'finds ADD', dockerfile: 'FROM node:24\nADD a.txt b.txt /data\n', finds: [2] },
  {
    title: 'finds flags and JSON',
    dockerfile: 'FROM node:24\nCOPY --chown=node a b /app\nCOPY ["a b", "c", "/dest"]\n',
    finds: [2, 3],
  },
  {
    title: 'finds files of a stage',
    dockerfile: 'FROM node:24 AS b\nFROM node:24\nCOPY --from=b /x /y /opt/app\n',
    finds: [3],
  },
  {
    title: 'finds comments that are none, wherever they end',
    dockerfile: 'FROM node:24\nCOPY a /b # the file\nCOPY --chown=node c ./ # see docs/\n',
    finds: [2, 3],
    says: 'only at the start of a line',
  },
  {
    title: 'is content with a slash',
    dockerfile: 'FROM node:24\nCOPY a b /app/\nCOPY a b ./\nCOPY ["a", "b", "/app/"]\n',
  },
  {
    title: 'is content with the work directory',
    dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY a b .\nCOPY a b /app\nCOPY c d ..\n',
  },
  {
    title: 'is content with directories that steps have made',
    dockerfile: 'FROM node:24\nRUN mkdir -p /data\nCOPY a b /data\nCOPY x /srv/\nCOPY a b /srv\n',
  },
  {
    title: 'says nothing about one source, and about variables',
    dockerfile: 'FROM node:24\nARG D\nCOPY a /app\nCOPY a b $D\n',
  },
]
