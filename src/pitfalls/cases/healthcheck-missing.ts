import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'a server with a port',
    dockerfile: 'FROM node:24\nEXPOSE 3000\nCMD ["node", "a.js"]\n',
    finds: [1],
    says: 'EXPOSE 3000',
  },
  {
    title: 'a port of the stage that is continued',
    dockerfile: 'FROM python:3.13-slim AS base\nEXPOSE 8000\nFROM base\nCMD ["x"]\n',
    finds: [3],
  },
  { title: 'a server of the base', dockerfile: 'FROM nginx:1.29\nEXPOSE 8080\n', finds: [1] },
  { title: 'a static program', dockerfile: 'FROM scratch\nCOPY a /a\nEXPOSE 80/tcp\nENTRYPOINT ["/a"]\n', finds: [1] },
  {
    title: 'a check',
    dockerfile: 'FROM node:24\nEXPOSE 3000\nHEALTHCHECK CMD ["node", "check.js"]\nCMD ["node", "a.js"]\n',
  },
  { title: 'a decision against one', dockerfile: 'FROM node:24\nEXPOSE 3000\nHEALTHCHECK NONE\nCMD ["x"]\n' },
  {
    title: 'a check of the stage that is continued',
    dockerfile: 'FROM node:24 AS base\nHEALTHCHECK CMD ["x"]\nFROM base\nEXPOSE 1\nCMD ["x"]\n',
  },
  { title: 'a tool without a port', dockerfile: 'FROM alpine:3.22\nENTRYPOINT ["jq"]\n' },
  { title: 'nothing that starts', dockerfile: 'FROM alpine:3.22\nEXPOSE 80\n' },
  {
    title: 'the compose file checks',
    dockerfile: 'FROM node:24\nEXPOSE 3000\nCMD ["x"]\n',
    files: { 'compose.yaml': 'services:\n  a:\n    build: .\n    healthcheck:\n      test: ["CMD", "x"]\n' },
  },
]
