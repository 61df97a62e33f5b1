import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds COPY . .',
    dockerfile: `FROM python:3.13-slim
WORKDIR /srv
COPY . .
CMD ["python", "app.py"]
`,
    finds: [3],
    says: '/srv',
  },
  {
    title: 'finds it in a stage that the last one continues',
    dockerfile: `FROM node:24 AS base
COPY ./ /app/
FROM base AS production
CMD ["node", "/app/a.js"]
`,
    finds: [2],
    says: '"base"',
  },
  {
    title: 'finds ADD, owners and the exec form',
    dockerfile: `FROM php:8.4-apache
ADD --chown=www-data:www-data [".", "/var/www/html"]
`,
    finds: [2],
  },
  {
    title: 'finds the wildcard of all',
    dockerfile: `FROM nginx:1.29
COPY * /usr/share/nginx/html/
`,
    finds: [2],
  },
  {
    title: 'finds an absolute dot',
    dockerfile: `FROM ruby:3.4-slim
COPY / /app
`,
    finds: [2],
  },
  {
    title: 'says nothing about builders',
    dockerfile: `FROM golang:1.25 AS build
COPY . .
RUN go build -o /out/app
FROM scratch
COPY --from=build /out/app /app
`,
  },
  {
    title: 'says nothing about directories',
    dockerfile: `FROM nginx:1.29
COPY site /usr/share/nginx/html
COPY ./conf/ /etc/nginx/conf.d/
`,
  },
  {
    title: 'says nothing about all of a stage',
    dockerfile: `FROM alpine:3.22 AS files
FROM scratch
COPY --from=files . /x
`,
  },
  {
    title: 'says nothing about files of one kind',
    dockerfile: `FROM python:3.13-slim
COPY *.py ./
`,
  },
  {
    title: 'says nothing when the ignore file names what may come',
    dockerfile: `FROM python:3.13-slim
COPY . .
`,
    files: {
      '.dockerignore': `*
!src
!requirements.txt
`,
      'src/app.py': `
`,
      'requirements.txt': `
`,
    },
  },
  {
    title: 'does not mind other exceptions of the ignore file',
    dockerfile: `FROM python:3.13-slim
COPY . .
`,
    files: {
      '.dockerignore': `*.md
!README.md
`,
      'app.py': `
`,
    },
    finds: [2],
  },
]
