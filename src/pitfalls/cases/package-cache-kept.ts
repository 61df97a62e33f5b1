import type { PitfallCase } from './pitfall-case.ts'

const debian = 'FROM debian:trixie-slim\n'
const docker = 'RUN rm -f /etc/apt/apt.conf.d/docker-clean\n'
const installs = 'RUN apt-get update && apt-get install -y jq && rm -rf /var/lib/apt/lists/*'

/** Where downloads stay, and where they do not. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds npm ci',
    dockerfile: 'FROM node:24-alpine\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n',
    finds: [4],
    says: '/root/.npm',
    advises: 'npm cache clean',
  },
  {
    title: 'finds packages that npm installs for everybody',
    dockerfile: 'FROM node:24-slim\nRUN npm install -g serve@14\n',
    finds: [2],
  },
  {
    title: 'finds yarn 1',
    dockerfile: 'FROM node:24\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile --production\n',
    finds: [3],
    says: '/usr/local/share/.cache/yarn',
    advises: 'yarn cache clean',
  },
  {
    title: 'finds pip, also as a module',
    dockerfile:
      'FROM python:3.13-slim\nRUN pip install -r requirements.txt\nRUN python3 -m pip install gunicorn==23.0\n',
    finds: [2, 3],
    says: '/root/.cache/pip',
  },
  {
    title: 'finds a mount at the home of another user',
    dockerfile: 'FROM node:24-slim\nUSER node\nRUN --mount=type=cache,target=/root/.npm,uid=1000 npm ci\n',
    finds: [3],
    says: '/home/node/.npm',
  },
  {
    title: 'finds apk without --no-cache, however the index came',
    dockerfile:
      'FROM alpine:3.22\nRUN apk update && apk add curl\nRUN apk add --update jq\nRUN apk update && apk add --no-cache git\n',
    finds: [2, 3, 4],
    says: '/var/cache/apk',
  },
  {
    title: 'finds dnf, yum, microdnf and zypper without a clean',
    dockerfile: [
      'FROM fedora:42',
      'RUN dnf install -y git',
      'RUN yum -y install jq',
      'RUN microdnf install -y tar',
      'RUN zypper --non-interactive install tar',
      '',
    ].join('\n'),
    finds: [2, 3, 4, 5],
    advises: 'zypper clean --all',
  },
  {
    title: 'finds the archives of apt once docker-clean is gone',
    dockerfile: `${debian}${docker}${installs}\n`,
    finds: [3],
    says: '/var/cache/apt/archives',
    advises: 'apt-get clean',
  },
  {
    title: 'finds a cache that a later RUN cleans',
    dockerfile: 'FROM node:24\nRUN npm ci\nRUN npm cache clean --force\n',
    finds: [2],
  },
  {
    title: 'is content when the same RUN cleans',
    dockerfile: [
      'FROM node:24',
      'RUN npm ci && npm cache clean --force',
      'RUN npm ci && rm -rf ~/.npm',
      'RUN npm ci; rm -rf /root/.npm/_cacache /tmp/*',
      'RUN yarn install --frozen-lockfile && yarn cache clean',
      'RUN pip install flask==3.1.0 && rm -rf /root/.cache',
      'RUN pip install flask==3.1.0 && pip cache purge',
      'RUN apk update && apk add jq && rm -rf /var/cache/apk/*',
      'RUN dnf install -y jq && dnf clean all && rm -rf /var/cache/dnf',
      'RUN yum install -y jq && rm -rf /var/cache/yum',
      '',
    ].join('\n'),
  },
  {
    title: 'is content with a mount where the cache is',
    dockerfile: [
      'FROM node:24-slim',
      'RUN --mount=type=cache,target=/root/.npm npm ci',
      'RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install',
      'RUN --mount=type=cache,target=/root/.cache pip install flask==3.1.0',
      'RUN --mount=type=cache,target=/var/cache/apk apk add jq',
      'RUN --mount=type=cache,target=/var/cache/dnf dnf install -y jq',
      'RUN --mount=type=tmpfs,target=/root/.npm npm ci',
      'RUN --mount=type=cache,target=/npm npm ci --cache /npm',
      'ENV NPM_CONFIG_CACHE=/cache/npm',
      'RUN --mount=type=cache,target=/cache npm ci',
      '',
    ].join('\n'),
  },
  {
    title: 'knows flags and variables that keep no cache',
    dockerfile: [
      'FROM python:3.13-alpine',
      'RUN pip install --no-cache-dir flask==3.1.0',
      'RUN apk add --no-cache jq',
      'ENV PIP_NO_CACHE_DIR=1 POETRY_NO_CACHE=1',
      'RUN pip install poetry==2.0.0 && poetry install --only main',
      '',
    ].join('\n'),
  },
  {
    title: 'knows settings of pip, and wheels that are there',
    dockerfile: [
      'FROM python:3.13-slim',
      'RUN pip install --no-index --find-links=/wheels flask',
      'RUN pip config set global.no-cache-dir true',
      'RUN pip install flask==3.1.0',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing about stages that only hand files on',
    dockerfile: 'FROM node:24 AS deps\nRUN npm ci\nFROM node:24-slim\nCOPY --from=deps /node_modules /node_modules\n',
  },
  {
    title: 'says nothing about apt, whose archives Debian deletes',
    dockerfile: `${debian}${installs}\n`,
  },
  {
    title: 'says nothing about caches whose files the installation shares, or that nobody knows',
    dockerfile: [
      'FROM node:24',
      'RUN pnpm install --frozen-lockfile',
      'RUN uv sync --frozen',
      'RUN yarn install --immutable',
      'USER 10001',
      'RUN pip install flask==3.1.0',
      '',
    ].join('\n'),
  },
  {
    title: 'finds the cache of a modern Yarn that links node_modules',
    dockerfile: [
      'FROM node:24-alpine',
      'RUN yarn install --immutable',
      'RUN yarn workspaces focus --production',
      '',
    ].join('\n'),
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\n', 'package.json': '{ "packageManager": "yarn@4.5.3" }' },
    finds: [2, 3],
    says: '/root/.yarn/berry/cache',
  },
  {
    title: 'knows modern Yarns that run from their cache, keep it in the project or clean it',
    dockerfile: [
      'FROM node:24-alpine',
      'RUN --mount=type=cache,target=/root/.yarn yarn install --immutable',
      'RUN yarn install --immutable && yarn cache clean --all',
      '',
    ].join('\n'),
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\n' },
  },
]
