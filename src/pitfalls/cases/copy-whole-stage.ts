import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds the work tree',
    dockerfile: `FROM node:24 AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:24-slim
WORKDIR /srv
COPY --from=build /app .
`,
    finds: [7],
    says: '/app',
  },
  {
    title: 'finds the work tree with a slash or a wildcard',
    dockerfile: `FROM python:3.13 AS build
WORKDIR /code
COPY src /code/src
RUN pip install --target /code/lib flask
FROM python:3.13-slim
COPY --from=build /code/ /code/
COPY --from=build /code/* /code2/
`,
    finds: [6, 7],
  },
  {
    title: 'finds a directory above the work tree',
    dockerfile: `FROM maven:3.9 AS build
WORKDIR /workspace/app
COPY . .
RUN mvn package
FROM eclipse-temurin:21-jre
COPY --from=build /workspace /workspace
`,
    finds: [6],
  },
  {
    title: 'finds the root',
    dockerfile: `FROM alpine:3.22 AS build
RUN apk add curl
FROM scratch
COPY --from=build / /
`,
    finds: [4],
    says: 'whole file system',
  },
  {
    title: 'leaves images alone that are made to be copied as a whole',
    dockerfile: `FROM tonistiigi/xx:1.6.1 AS xx
FROM scratch AS files
COPY a /a
FROM alpine:3.22
RUN echo
COPY --from=xx / /
COPY --from=files / /
COPY --from=example/tools / /
`,
  },
  {
    title: 'finds directories of the system',
    dockerfile: `FROM debian:trixie AS b
RUN apt-get install -y x
FROM gcr.io/distroless/base-debian13
COPY --from=b /usr/lib /usr/lib
COPY --from=b /lib/x86_64-linux-gnu/ /lib/x86_64-linux-gnu/
COPY --from=b /usr/local/bin /usr/local/bin
`,
    finds: [4, 5, 6],
  },
  {
    title: 'finds where the context went without WORKDIR',
    dockerfile: `FROM golang:1.25 AS b
COPY . /src
RUN go build -C /src
FROM alpine:3.22
COPY --from=b /src /app
`,
    finds: [5],
  },
  {
    title: 'says nothing about results',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN go build -o /out/ ./... && go build -o svc
FROM scratch
COPY --from=b /out /
COPY --from=b /src/svc /svc
`,
  },
  {
    title: 'says nothing about prefixes, venvs and runtimes',
    dockerfile: `FROM python:3.13 AS b
WORKDIR /app
COPY requirements.txt .
RUN pip install --prefix=/install -r requirements.txt
FROM python:3.13-slim
COPY --from=b /install /usr/local
COPY --from=b /opt/venv /opt/venv
COPY --from=b /jre /opt/jre
`,
  },
  {
    title: 'says nothing about parts of the work tree',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm run build
FROM node:24-slim
COPY --from=b /app/.next/standalone ./
COPY --from=b /app/node_modules ./node_modules
`,
  },
  {
    title: 'says nothing about libraries by name',
    dockerfile: `FROM debian:trixie AS b
RUN apt-get install -y libpq5
FROM gcr.io/distroless/base-debian13
COPY --from=b /usr/lib/x86_64-linux-gnu/libpq.so.5 /usr/lib/x86_64-linux-gnu/
COPY --from=b /etc/ssl/certs /etc/ssl/certs
`,
  },
  {
    title: 'says nothing about a directory with what was downloaded',
    dockerfile: `FROM alpine:3.22 AS fetch
WORKDIR /tool
RUN wget -O- https://example.com/t.tgz | tar xz
FROM alpine:3.22
COPY --from=fetch /tool /opt/tool
`,
  },
  {
    title: 'says nothing about stages that are not shipped',
    dockerfile: `FROM node:24 AS deps
WORKDIR /app
COPY package.json .
RUN npm ci
FROM node:24 AS build
WORKDIR /app
COPY --from=deps /app .
RUN npm run build
FROM nginx:1.29
COPY --from=build /app/dist /usr/share/nginx/html
`,
  },
]
