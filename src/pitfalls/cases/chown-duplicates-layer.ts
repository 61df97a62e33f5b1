import type { PitfallCase } from './pitfall-case.ts'

/** Owners and modes that are changed too late, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds chown -R of a work directory after COPY',
    dockerfile:
      'FROM python:3.13-slim\nWORKDIR /srv\nCOPY app ./app\nRUN useradd web && chown -R web:web /srv\nUSER web\n',
    files: { 'app/main.py': 'x' },
    finds: [4],
    says: 'line 3',
  },
  {
    title: 'finds chmod -R, and changes that change nothing',
    dockerfile: 'FROM debian:12\nCOPY models /srv/models\nRUN chmod -R a+rX /srv/models\n',
    files: { 'models/a.bin': 1000 },
    finds: [3],
  },
  {
    title: 'finds a relative path, chgrp, and options behind',
    dockerfile:
      'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN chown --recursive node .\nRUN chgrp -R 0 /app && chmod -R g=u /app\n',
    finds: [4, 5],
  },
  {
    title: 'finds a part of what was copied',
    dockerfile: 'FROM php:8.4-apache\nCOPY . /var/www/html\nRUN chown -R www-data:www-data /var/www/html/storage\n',
    files: { 'storage/logs/.gitkeep': '', 'index.php': 'x' },
    finds: [3],
  },
  {
    title: 'finds what an earlier RUN has installed',
    dockerfile: 'FROM node:24\nWORKDIR /app\nRUN npm install\nRUN chown -R node:node /app\n',
    finds: [4],
  },
  {
    title: 'finds a large file of another stage whose mode changes',
    dockerfile:
      'FROM golang:1.25 AS build\nRUN go build -o /out/svc .\nFROM debian:12\nCOPY --from=build /out/svc /usr/local/bin/svc\nRUN chmod +x /usr/local/bin/svc\n',
    finds: [5],
  },
  {
    title: 'finds it in the stage that the last one continues',
    dockerfile: 'FROM node:24 AS base\nCOPY src /app/src\nRUN chown -R node /app\nFROM base\nUSER node\n',
    finds: [3],
  },
  {
    title: 'is content with flags of COPY',
    dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY --chown=node:node . .\nCOPY --chmod=0755 run.sh /usr/local/bin/run\n',
  },
  {
    title: 'says nothing before anything is there',
    dockerfile: 'FROM node:24\nWORKDIR /app\nRUN chown -R node:node /app\nUSER node\nCOPY --chown=node . .\n',
  },
  {
    title: 'says nothing about directories that the RUN makes',
    dockerfile: [
      'FROM debian:12',
      'WORKDIR /app',
      'COPY app.py .',
      'RUN mkdir -p /app/data && chown -R 1000:1000 /app/data',
      'RUN mkdir /var/lib/app && chown -R 1000 /var/lib/app',
      'RUN install -d -o 1000 /app/logs',
      '',
    ].join('\n'),
    files: { 'app.py': 'x' },
  },
  {
    title: 'says nothing about small scripts, and about what the context does not bring',
    dockerfile: [
      'FROM debian:12',
      'COPY entrypoint.sh /entrypoint.sh',
      'RUN chmod +x /entrypoint.sh',
      'COPY . /app',
      'RUN chown -R 1000 /app/cache',
      '',
    ].join('\n'),
    files: { 'entrypoint.sh': 'x' },
  },
  {
    title: 'says nothing when the same RUN installs and changes',
    dockerfile: 'FROM node:24\nRUN mkdir /opt/app && cd /opt/app && npm install express@5 && chown -R node /opt/app\n',
  },
  {
    title: 'says nothing about builders, and about files of the base',
    dockerfile: [
      'FROM node:24 AS build',
      'COPY . /app',
      'RUN chown -R node /app',
      'FROM nginx:1.29',
      'RUN chown -R nginx:nginx /var/cache/nginx /etc/nginx',
      'COPY --from=build /app/dist /usr/share/nginx/html',
      '',
    ].join('\n'),
  },
]
