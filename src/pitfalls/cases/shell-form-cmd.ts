import type { PitfallCase } from './pitfall-case.ts'

/** What the final image starts, with and without a shell. */
export const cases: readonly PitfallCase[] = [
  { title: 'finds CMD', dockerfile: 'FROM node:24\nCMD npm start\n', finds: [2], says: 'stands before npm' },
  {
    title: 'finds ENTRYPOINT with variables',
    dockerfile: 'FROM eclipse-temurin:21-jre\nENTRYPOINT java $JAVA_OPTS -jar /app.jar\n',
    finds: [2],
  },
  {
    title: 'finds the CMD behind an ENTRYPOINT, which becomes an argument',
    dockerfile: 'FROM python:3.13\nENTRYPOINT ["python"]\nCMD app.py\n',
    finds: [3],
    says: '/bin/sh -c as its arguments',
  },
  {
    title: 'finds exec, which leaves arguments out',
    dockerfile: 'FROM python:3.13\nENTRYPOINT exec gunicorn app:app\n',
    finds: [2],
  },
  { title: 'finds broken JSON', dockerfile: "FROM node:24\nCMD ['node', 'a.js']\n", finds: [2], says: 'no JSON' },
  { title: 'finds the last of two', dockerfile: 'FROM node:24\nCMD ["node"]\nCMD node a.js\n', finds: [3] },
  {
    title: 'finds what the final stage inherits',
    dockerfile: 'FROM node:24 AS base\nCMD node a.js\nFROM base\nUSER node\n',
    finds: [2],
  },
  { title: 'is content with JSON', dockerfile: 'FROM node:24\nENTRYPOINT ["node"]\nCMD ["a.js"]\n' },
  {
    title: 'is content with a shell that is asked for',
    dockerfile: 'FROM node:24\nCMD ["sh", "-c", "exec node $FILE"]\n',
  },
  { title: 'looks at what counts', dockerfile: 'FROM node:24\nCMD node a.js\nCMD ["node", "a.js"]\n' },
  {
    title: 'says nothing about other stages',
    dockerfile: 'FROM node:24 AS dev\nCMD npm run dev\nFROM node:24\nCOPY --from=dev /a /a\nCMD ["node", "a.js"]\n',
  },
  {
    title: 'knows that ENTRYPOINT takes an inherited CMD away',
    dockerfile: 'FROM node:24 AS base\nCMD node a.js\nFROM base\nENTRYPOINT ["node", "a.js"]\n',
  },
  {
    title: 'is not about HEALTHCHECK and RUN',
    dockerfile: 'FROM nginx:1.29\nRUN echo a\nHEALTHCHECK CMD curl -f http://localhost\n',
  },
  { title: 'says nothing about what takes away the ENTRYPOINT of the base', dockerfile: 'FROM node:24\nENTRYPOINT\n' },
]
