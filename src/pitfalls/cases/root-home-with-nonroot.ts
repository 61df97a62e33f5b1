import type { PitfallCase } from './pitfall-case.ts'

const build = 'FROM python:3.13 AS deps\nRUN pip install --user flask\n'

export const cases: readonly PitfallCase[] = [
  {
    title: 'packages of pip --user',
    dockerfile: `${build}FROM python:3.13-slim\nCOPY --from=deps /root/.local /root/.local\nUSER 1001\nCMD ["x"]\n`,
    finds: [4],
    says: '/root/.local',
  },
  {
    title: 'a runtime from a stage',
    dockerfile:
      'FROM debian:trixie AS get\nRUN curl -fsSL https://example.com/i.sh | sh\nFROM debian:trixie-slim\nCOPY --from=get /root/.bun /root/.bun\nUSER nobody\n',
    finds: [4],
  },
  {
    title: 'installed as root, run as another',
    dockerfile: 'FROM python:3.13-slim\nRUN pip install --user flask\nUSER 1001\n',
    finds: [2],
  },
  {
    title: 'browsers of root',
    dockerfile: 'FROM node:24\nRUN npx playwright install chromium\nUSER node\n',
    finds: [2],
  },
  {
    title: 'the application in /root',
    dockerfile: 'FROM alpine:3.22\nWORKDIR /root\nCOPY app .\nUSER nobody\nCMD ["./app"]\n',
    finds: [3],
  },
  {
    title: 'a search path into /root',
    dockerfile:
      'FROM debian:trixie\nRUN curl -fsSL https://example.com/i.sh | sh\nENV PATH=/root/.deno/bin:$PATH\nUSER 1\nCMD ["deno"]\n',
    finds: [3],
  },
  {
    title: 'root runs it',
    dockerfile: `${build}FROM python:3.13-slim\nCOPY --from=deps /root/.local /root/.local\nCMD ["x"]\n`,
  },
  {
    title: 'into the home of the user',
    dockerfile: `${build}FROM python:3.13-slim\nRUN useradd -m app\nCOPY --from=deps --chown=app /root/.local /home/app/.local\nUSER app\n`,
  },
  {
    title: 'installed by the user',
    dockerfile: 'FROM python:3.13-slim\nRUN useradd -m app\nUSER app\nRUN pip install --user flask\n',
  },
  {
    title: 'settings for the build',
    dockerfile: 'FROM node:24\nCOPY .npmrc /root/.npmrc\nRUN npm ci\nUSER node\n',
    files: { '.npmrc': 'audit=false\n' },
  },
  {
    title: 'an opened home',
    dockerfile: `${build}FROM python:3.13-slim\nCOPY --from=deps /root/.local /root/.local\nRUN chmod 755 /root\nUSER 1001\n`,
  },
  {
    title: 'a cache of root',
    dockerfile: 'FROM node:24\nRUN --mount=type=cache,target=/root/.npm npm ci\nUSER node\n',
  },
  {
    title: 'browsers at a place of their own',
    dockerfile: 'FROM node:24\nENV PLAYWRIGHT_BROWSERS_PATH=/opt/pw\nRUN npx playwright install chromium\nUSER node\n',
  },
  {
    title: 'a link into /root',
    dockerfile:
      'FROM debian:trixie\nRUN curl -fsSL https://example.com/i.sh | sh && ln -s /root/.local/bin/uv /usr/local/bin/uv\nUSER 1\nCMD ["uv"]\n',
    finds: [2],
  },
]
