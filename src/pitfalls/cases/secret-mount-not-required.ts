import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'settings that npm does without',
    dockerfile: 'FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n',
    finds: [2],
    says: 'there is no `/root/.npmrc`, and the tool does without it',
  },
  {
    title: 'settings of pip and of Git, in flags on lines of their own',
    dockerfile: `FROM python:3.13
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \\
    --mount=type=secret,id=netrc,target=/root/.netrc \\
    pip install app
`,
    finds: [2, 3],
  },
  {
    title: 'a variable',
    dockerfile: 'FROM golang:1.25\nRUN --mount=type=secret,id=token,env=GITHUB_TOKEN go mod download\n',
    finds: [2],
    says: '`GITHUB_TOKEN` is not set',
  },
  {
    title: 'a substitution in front of a command, in export, and in an argument',
    dockerfile: `FROM node:22
RUN --mount=type=secret,id=t NPM_TOKEN=$(cat /run/secrets/t) npm ci
RUN --mount=type=secret,id=t export NPM_TOKEN="$(cat /run/secrets/t)" && npm ci
RUN --mount=type=secret,id=t curl -H "Authorization: Bearer $(cat /run/secrets/t)" https://a.example.com/f -o /f
`,
    finds: [2, 3, 4],
    says: 'its failure is lost in the substitution',
  },
  {
    title: 'required',
    dockerfile: `FROM node:22
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci
RUN --mount=type=secret,id=t,env=T,required ./fetch "$T"
`,
  },
  {
    title: 'a command that fails without the file',
    dockerfile: `FROM node:22
RUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc .npmrc && npm ci && rm .npmrc
RUN --mount=type=secret,id=t TOKEN=$(cat /run/secrets/t) && ./fetch "$TOKEN"
RUN --mount=type=secret,id=t set -e; TOKEN="$(cat /run/secrets/t)"; ./fetch "$TOKEN"
RUN --mount=type=secret,id=key ./deploy --key-file /run/secrets/key
`,
  },
  {
    title: 'a step that looks whether it is there',
    dockerfile: `FROM node:22
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc if [ -f /root/.npmrc ]; then npm ci; else npm ci --ignore-scripts; fi
RUN --mount=type=secret,id=t,env=T test -n "$T" && ./fetch
RUN --mount=type=secret,id=t,env=T ./fetch "\${T:?no token}"
RUN --mount=type=secret,id=t TOKEN=$(cat /run/secrets/t || true); ./fetch "$TOKEN"
`,
  },
  {
    title: 'other mounts, and stages that nobody builds',
    dockerfile: `FROM node:22 AS publish
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm publish

FROM node:22
RUN --mount=type=cache,target=/root/.npm --mount=type=ssh npm ci
`,
  },
]
