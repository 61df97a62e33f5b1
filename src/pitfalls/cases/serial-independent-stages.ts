import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a frontend that continues the backend',
    dockerfile: `FROM node:24-alpine AS backend
WORKDIR /srv
COPY server/package*.json ./
RUN npm ci
COPY server .
RUN npm run build
FROM backend AS frontend
WORKDIR /web
COPY web/package*.json ./
RUN npm ci
COPY web .
RUN npm run build
FROM nginx:1.29
COPY --from=frontend /web/dist /usr/share/nginx/html
COPY --from=backend /srv/dist /srv
`,
    finds: [7],
    says: '"frontend" continues "backend"',
  },
  {
    title: 'finds it across languages',
    dockerfile: `FROM python:3.13 AS api
WORKDIR /api
COPY api/requirements.txt .
RUN pip install --target /libs -r requirements.txt
FROM api AS docs
WORKDIR /docs
COPY docs/requirements.txt .
RUN pip install -r requirements.txt && mkdocs build
FROM nginx:1.29
COPY --from=docs /docs/site /a
COPY --from=api /libs /libs
`,
    finds: [5],
  },
  {
    title: 'finds a file that is only passed on',
    dockerfile: `FROM golang:1.25 AS api
WORKDIR /api
COPY backend/ .
RUN go build -o /out/api
FROM node:24 AS web
COPY --from=api /out/api /usr/local/bin/api
WORKDIR /web
COPY web/package*.json ./
RUN npm ci
COPY web .
RUN npm run build
FROM alpine:3.22
COPY --from=web /usr/local/bin/api /api
COPY --from=web /web/dist /srv
`,
    finds: [6],
    says: 'pass on',
  },
  {
    title: 'finds a passed on directory',
    dockerfile: `FROM maven:3.9 AS jar
WORKDIR /j
COPY java .
RUN mvn package
FROM node:24 AS web
COPY --from=jar /j/target/a.jar /jars/
WORKDIR /web
COPY web/package*.json ./
RUN npm ci
COPY web .
RUN npm run build
FROM eclipse-temurin:21-jre
COPY --from=web /jars /jars
COPY --from=web /web/dist /srv
`,
    finds: [6],
  },
  {
    title: 'finds two projects in one stage',
    dockerfile: `FROM node:24 AS build
WORKDIR /api
COPY api/package*.json ./
RUN npm ci
COPY api .
RUN npm run build
WORKDIR /web
COPY web/package*.json ./
RUN npm ci
COPY web .
RUN npm run build
FROM node:24-slim
COPY --from=build /api/dist /api
COPY --from=build /web/dist /web
`,
    finds: [8],
    says: '/web',
  },
  {
    title: 'finds two languages in one stage, though they come in one COPY',
    dockerfile: `FROM debian:trixie AS build
WORKDIR /src
COPY . .
RUN cd web && npm ci && npm run build
RUN cd api && go build -o /out/api
FROM debian:trixie-slim
COPY --from=build /out/api /api
COPY --from=build /src/web/dist /web
`,
    finds: [5],
  },
  {
    title: 'says nothing about parallel stages',
    dockerfile: `FROM node:24-alpine AS backend
WORKDIR /srv
COPY server/package*.json ./
RUN npm ci
COPY server .
RUN npm run build
FROM node:24-alpine AS frontend
WORKDIR /web
COPY web/package*.json ./
RUN npm ci
COPY web .
RUN npm run build
FROM nginx:1.29
COPY --from=frontend /web/dist /usr/share/nginx/html
COPY --from=backend /srv/dist /srv
`,
  },
  {
    title: 'says nothing when a file is used',
    dockerfile: `FROM golang:1.25 AS api
WORKDIR /api
COPY backend/ .
RUN go run ./openapi > /out.json
FROM node:24 AS web
WORKDIR /web
COPY --from=api /out.json ./src/openapi.json
COPY web/ .
RUN npm ci && npm run build
FROM nginx:1.29
COPY --from=web /web/dist /a
`,
  },
  {
    title: 'says nothing when a command names the other directory',
    dockerfile: `FROM node:24-alpine AS backend
WORKDIR /srv
COPY server/package*.json ./
RUN npm ci
COPY server .
RUN npm run build
FROM backend AS frontend
WORKDIR /web
COPY web .
RUN npm ci && cp -r /srv/types . && npm run build
FROM nginx:1.29
COPY --from=frontend /web/dist /usr/share/nginx/html
COPY --from=backend /srv/dist /srv
`,
  },
  {
    title: 'says nothing about common bases',
    dockerfile: `FROM node:24 AS base
RUN corepack enable
FROM base AS frontend
WORKDIR /web
COPY web/package*.json ./
RUN npm ci
COPY web .
RUN npm run build
FROM base AS backend
WORKDIR /srv
COPY server .
RUN npm ci && npm run build
FROM nginx:1.29
COPY --from=frontend /web/dist /usr/share/nginx/html
COPY --from=backend /srv/dist /srv
`,
  },
  {
    title: 'says nothing about a stage that goes on in the same directory',
    dockerfile: `FROM node:24 AS deps
WORKDIR /app
COPY package.json .
RUN npm ci
FROM deps AS build
COPY src ./src
RUN npm run build
FROM node:24-slim
COPY --from=build /app/dist ./dist
`,
  },
  {
    title: 'says nothing about a tool that is used and shipped',
    dockerfile: `FROM golang:1.25 AS tool
WORKDIR /t
COPY tool .
RUN go build -o /gen
FROM node:24 AS web
COPY --from=tool /gen /usr/local/bin/gen
WORKDIR /web
COPY web .
RUN npm ci && gen && npm run build
FROM nginx:1.29
COPY --from=web /usr/local/bin/gen /gen
COPY --from=web /web/dist /a
`,
  },
  {
    title: 'says nothing when the earlier stage brings programs',
    dockerfile: `FROM debian:trixie AS backend
RUN apt-get update && apt-get install -y nodejs npm golang
WORKDIR /srv
COPY server .
RUN go mod download && go build -o /out/a
FROM backend AS frontend
WORKDIR /web
COPY web/package*.json ./
RUN npm ci
COPY web .
RUN npm run build
FROM nginx:1.29
COPY --from=frontend /web/dist /usr/share/nginx/html
COPY --from=backend /srv/dist /srv
`,
  },
  {
    title: 'says nothing about workspaces of one repository',
    dockerfile: `FROM node:24 AS build
WORKDIR /repo
COPY . .
RUN npm ci
WORKDIR /repo/web
RUN npm run build
FROM nginx:1.29
COPY --from=build /repo/web/dist /a
`,
  },
  {
    title: 'finds Python of one directory and JavaScript of another in one stage',
    dockerfile: `FROM python:3.13-slim AS build
RUN python -m venv /venv
WORKDIR /w
COPY backend/requirements.txt backend/
RUN /venv/bin/pip install -r backend/requirements.txt
COPY frontend/package.json frontend/package-lock.json frontend/
RUN cd frontend && npm ci
COPY frontend frontend
RUN cd frontend && npm run build
FROM python:3.13-slim
COPY --from=build /venv /venv
COPY --from=build /w/frontend/dist /static
`,
    finds: [6],
    says: '/w/backend',
  },
  {
    title: 'finds a file that only makes a stage wait',
    dockerfile: `FROM node:24 AS web
WORKDIR /web
COPY web .
RUN npm ci && npm run build && touch .done
FROM golang:1.25 AS api
COPY --from=web /web/.done /tmp/.done
WORKDIR /api
COPY api .
RUN go build -o /out/api .
FROM scratch
COPY --from=api /out/api /api
COPY --from=web /web/dist /public
`,
    finds: [6],
    says: '/tmp/.done',
  },
  {
    title: 'says nothing about a file below /tmp that a command reads',
    dockerfile: `FROM node:24 AS web
WORKDIR /web
COPY web .
RUN npm ci && npm run build && sha256sum dist/* > /sums
FROM golang:1.25 AS api
COPY --from=web /sums /tmp/sums
WORKDIR /api
COPY api .
RUN go build -ldflags "-X main.sums=$(cat /tmp/sums)" -o /out/api .
FROM scratch
COPY --from=api /out/api /api
COPY --from=web /web/dist /public
`,
  },
  {
    title: 'says nothing about files below /tmp that a pattern finds',
    dockerfile: `FROM python:3.13 AS wheels
WORKDIR /lib
COPY lib .
RUN pip wheel -w /wheels -r requirements.txt
FROM python:3.13 AS app
COPY --from=wheels /wheels/a.whl /tmp/a.whl
WORKDIR /app
COPY app .
RUN pip install -r requirements.txt && pip install /tmp/*.whl
FROM python:3.13-slim
COPY --from=app /usr/local /usr/local
`,
  },
]
