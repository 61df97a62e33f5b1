import type { PitfallCase } from './pitfall-case.ts'

/** What is removed too late, and what is not. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds the lists of apt removed by a RUN of their own',
    dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install -y jq\nRUN rm -rf /var/lib/apt/lists/*\n',
    finds: [3],
    says: 'line 2',
  },
  {
    title: 'finds an archive that an earlier RUN has fetched',
    dockerfile: [
      'FROM debian:12',
      'RUN curl -fsSLo /tmp/tool.tar.xz https://example.com/tool.tar.xz',
      'RUN tar -xJf /tmp/tool.tar.xz -C /opt && rm -f /tmp/tool.tar.xz',
      '',
    ].join('\n'),
    finds: [3],
    says: '/tmp/tool.tar.xz',
  },
  {
    title: 'finds caches that are cleaned late, of npm, pip, yarn, apk, apt and dnf',
    dockerfile: [
      'FROM node:24',
      'RUN npm ci',
      'RUN npm cache clean --force',
      'RUN pip install flask==3.1.0',
      'RUN rm -rf /root/.cache/pip',
      'RUN yarn install --frozen-lockfile',
      'RUN yarn cache clean',
      'RUN apk add --update jq',
      'RUN rm -rf /var/cache/apk/*',
      'RUN apt-get update && apt-get install -y jq && rm -rf /var/lib/apt/lists/*',
      'RUN rm -rf /var/cache/apt',
      'RUN dnf install -y jq',
      'RUN dnf clean all',
      '',
    ].join('\n'),
    finds: [3, 5, 7, 9, 11, 13],
  },
  {
    title: 'finds packages that a later RUN uninstalls',
    dockerfile: [
      'FROM python:3.13-slim',
      'RUN apt-get update && apt-get install -y gcc libpq-dev && rm -rf /var/lib/apt/lists/*',
      'RUN pip install --no-cache-dir -r requirements.txt',
      'RUN apt-get purge -y --auto-remove gcc',
      '',
    ].join('\n'),
    finds: [4],
    says: 'the package gcc (line 2)',
  },
  {
    title: 'finds a virtual package of apk that goes too late',
    dockerfile: 'FROM alpine:3.22\nRUN apk add --no-cache --virtual .deps gcc\nRUN make\nRUN apk del .deps\n',
    finds: [4],
    says: '.deps',
  },
  {
    title: 'finds copied files that go, by name and by directory',
    dockerfile:
      'FROM debian:12\nWORKDIR /app\nCOPY . .\nCOPY key.pem /etc/key.pem\nRUN rm -rf tests docs\nRUN rm /etc/key.pem\n',
    files: { 'tests/a.py': 'x', 'key.pem': 'x' },
    finds: [5, 6],
    says: '/app/tests (line 3)',
  },
  {
    title: 'finds what a tool has built or installed before',
    dockerfile: [
      'FROM rust:1.90',
      'WORKDIR /src',
      'RUN cargo build --release && cp target/release/app /usr/local/bin/app',
      'RUN rm -rf target',
      'RUN npm ci && npm cache clean --force',
      'RUN rm -rf node_modules',
      'RUN git clone https://example.com/x.git /opt/x',
      'RUN rm -rf /opt/x/.git',
      '',
    ].join('\n'),
    finds: [4, 6, 8],
  },
  {
    title: 'finds packages for development that are pruned late',
    dockerfile: 'FROM node:24-slim\nRUN npm ci && npm cache clean --force\nRUN npm run build && npm prune --omit=dev\n',
    finds: [3],
    says: 'packages for development (line 2)',
  },
  {
    title: 'finds it across the stages that the last one continues',
    dockerfile:
      'FROM debian:12 AS base\nADD https://example.com/x.zip /tmp/x.zip\nFROM base\nRUN unzip /tmp/x.zip && rm /tmp/x.zip\n',
    finds: [4],
  },
  {
    title: 'finds sources that the RUN which builds them deletes, and caches of tools',
    dockerfile: [
      'FROM rust:1.90',
      'COPY . /src',
      'RUN cd /src && cargo build --release && cp target/release/a /usr/local/bin/a && rm -rf /src',
      'RUN rm -rf /usr/local/cargo/registry',
      'RUN mvn package',
      'RUN rm -rf ~/.m2',
      '',
    ].join('\n'),
    finds: [3, 4, 6],
  },
  {
    title: 'finds compiled files of pip, and manuals of packages',
    dockerfile: [
      'FROM python:3.13',
      'RUN pip install --no-cache-dir flask==3.1.0',
      "RUN find /usr/local -type d -name __pycache__ -exec rm -rf '{}' +",
      'RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*',
      'RUN rm -rf /usr/share/doc/* /usr/share/man/*',
      '',
    ].join('\n'),
    finds: [3, 5],
  },
  {
    title: 'is content when everything happens in one RUN',
    dockerfile: [
      'FROM python:3.13-alpine',
      'RUN apk add --no-cache --virtual .deps gcc && pip install --no-cache-dir flask && apk del .deps',
      'RUN wget -O /tmp/x.tgz https://example.com/x.tgz && tar xzf /tmp/x.tgz -C /opt && rm /tmp/x.tgz',
      'RUN npm ci && npm run build && npm prune --omit=dev && npm cache clean --force',
      'RUN mkdir src && echo "fn main(){}" > src/main.rs && cargo build --release && rm -rf src',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing about what the RUN itself has made below a copied directory',
    dockerfile: [
      'FROM rust:1.90',
      'WORKDIR /src',
      'COPY . .',
      'RUN cargo build --release && cp target/release/a /usr/local/bin/a && rm -rf target /usr/local/cargo/registry',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing about files of the base',
    dockerfile:
      'FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN rm -rf /usr/share/doc /usr/share/man /etc/nginx/conf.d/default.conf\n',
  },
  {
    title: 'says nothing about stages that only hand files on',
    dockerfile:
      'FROM node:24 AS build\nRUN npm ci\nRUN npm run build\nRUN npm prune --omit=dev\nFROM node:24-slim\nCOPY --from=build /a /a\n',
  },
  {
    title: 'says nothing when each RUN cleans up after itself',
    dockerfile: [
      'FROM debian:12',
      'RUN apt-get update && apt-get install -y jq && rm -rf /var/lib/apt/lists/*',
      'RUN apt-get update && apt-get install -y git && apt-get clean && rm -rf /var/lib/apt/lists/* /tmp/* /var/tmp/*',
      'RUN npm ci && npm cache clean --force',
      'RUN npm ci && npm cache clean --force',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing about what lies in a mount',
    dockerfile: [
      'FROM node:24',
      'RUN --mount=type=cache,target=/root/.npm npm ci',
      'RUN --mount=type=cache,target=/root/.npm npm cache clean --force',
      'RUN --mount=type=bind,source=package.json,target=/tmp/package.json rm -rf /tmp/other',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing about what the context does not have, and about what variables name',
    dockerfile: 'FROM debian:12\nWORKDIR /app\nCOPY . .\nARG X\nRUN make && rm -rf obj\nRUN rm -rf "$X" "/app/$X"\n',
    files: { Makefile: 'x' },
  },
  {
    title: 'finds tests of packages of Python that go in a later layer',
    dockerfile:
      'FROM python:3.13-slim\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nRUN find /usr/local/lib/python3.13 -type d -name tests -prune -exec rm -rf {} +\n',
    finds: [4],
  },
  {
    title: 'says nothing when the same RUN takes them away',
    dockerfile:
      'FROM python:3.13-slim\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt && find /usr/local/lib/python3.13 -type d -name tests -prune -exec rm -rf {} +\n',
  },
  {
    title: 'says nothing about the pip of the base',
    dockerfile:
      'FROM python:3.13-slim\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nRUN rm -rf /usr/local/lib/python3.13/site-packages/pip /usr/local/bin/pip*\n',
  },
]
