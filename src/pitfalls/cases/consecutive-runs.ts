import type { PitfallCase } from './pitfall-case.ts'

/** Rows of RUNs. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds two',
    dockerfile: 'FROM debian:12\nRUN mkdir /a\nRUN mkdir /b\n',
    finds: [3],
    says: '2 RUNs follow one another from line 2',
  },
  {
    title: 'finds three, once',
    dockerfile: 'FROM debian:12\nRUN mkdir /a\nRUN mkdir /b\nRUN ln -s /a /c\n',
    finds: [4],
    says: '3 RUNs',
  },
  {
    title: 'finds two rows',
    dockerfile: 'FROM debian:12\nRUN mkdir /a\nRUN mkdir /b\nENV A=1\nRUN touch /c\nRUN touch /d\n',
    finds: [3, 6],
  },
  {
    title: 'finds them in a stage that is continued',
    dockerfile: 'FROM debian:12 AS base\nRUN mkdir /a\nRUN mkdir /b\nFROM base\n',
    finds: [3],
  },
  {
    title: 'is content with one',
    dockerfile: 'FROM debian:12\nRUN mkdir /a && mkdir /b\nCOPY x /x\nRUN ln -s /a /c\n',
  },
  { title: 'keeps apart what takes long', dockerfile: 'FROM node:24\nRUN npm ci\nRUN npm run build\nRUN mkdir /a\n' },
  {
    title: 'keeps apart what is run with other flags',
    dockerfile: 'FROM debian:12\nRUN mkdir /a\nRUN --network=none mkdir /b\n',
  },
  {
    title: 'says nothing about builders',
    dockerfile: 'FROM debian:12 AS b\nRUN mkdir /a\nRUN mkdir /b\nFROM debian:12\nCOPY --from=b /a /a\n',
  },
]
