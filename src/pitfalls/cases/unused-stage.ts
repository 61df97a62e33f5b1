import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a stage that nothing takes from',
    dockerfile: `FROM alpine:3.22 AS fonts
RUN apk add --no-cache font-dejavu
FROM alpine:3.22 AS certs
RUN apk add ca-certificates
FROM scratch
COPY --from=certs /etc/ssl/certs /etc/ssl/certs
`,
    finds: [1],
    says: '"fonts"',
  },
  {
    title: 'finds a stage without a name',
    dockerfile: `FROM node:24
RUN npm ci
FROM node:24-slim
CMD ["node"]
`,
    finds: [1],
  },
  {
    title: 'finds a chain that leads nowhere',
    dockerfile: `FROM python:3.13 AS old
RUN echo 1
FROM old AS older
RUN echo 2
FROM python:3.13-slim AS app
CMD ["python"]
`,
    finds: [1, 3],
  },
  {
    title: 'finds a builder that was replaced',
    dockerfile: `FROM rust:1.80 AS build-old
RUN cargo build
FROM rust:1.90 AS build
RUN cargo build
FROM scratch
COPY --from=build /app /app
`,
    finds: [1],
  },
  {
    title: 'finds a stage between others',
    dockerfile: `FROM node:24 AS build
RUN echo
FROM build AS storybook
RUN npm run storybook
FROM nginx:1.29
COPY --from=build /app /app
`,
    finds: [3],
  },
  {
    title: 'says nothing about tests, lint and debugging',
    dockerfile: `FROM node:24 AS build
RUN echo
FROM build AS test
RUN npm test
FROM build AS lint
RUN npm run lint
FROM build AS debug
CMD ["sh"]
FROM build AS unit-tests
RUN npm test
FROM nginx:1.29
COPY --from=build /app /app
`,
  },
  {
    title: 'says nothing about what a test stage needs',
    dockerfile: `FROM node:24 AS dev-deps
RUN npm ci
FROM node:24 AS browsers
RUN npx playwright install
FROM dev-deps AS e2e
COPY --from=browsers /root/.cache/ms-playwright /browsers
RUN npm test
FROM node:24-slim
CMD ["node"]
`,
  },
  {
    title: 'says nothing about targets of a compose file',
    dockerfile: `FROM node:24 AS worker
CMD ["node", "worker.js"]
FROM node:24 AS web
CMD ["node", "web.js"]
`,
    files: {
      'compose.yaml': `services:
  worker:
    build:
      context: .
      target: worker
  web:
    build:
      context: .
      target: web
`,
    },
  },
  {
    title: 'says nothing about targets of bake files and Makefiles',
    dockerfile: `FROM node:24 AS worker
CMD ["node", "worker.js"]
FROM node:24 AS jobs
CMD ["node", "jobs.js"]
FROM node:24 AS web
CMD ["node", "web.js"]
`,
    files: {
      'docker-bake.hcl': `target "worker" {
  target = "worker"
}
`,
      Makefile: `jobs:
	docker build --target jobs .
`,
    },
  },
  {
    title: 'says nothing about the image of another service',
    dockerfile: `FROM node:24 AS deps
RUN npm ci
FROM deps AS api-build
RUN npm run build -w api
FROM node:24-slim AS api
COPY --from=api-build /app/api/dist /app
CMD ["node", "/app/server.js"]
FROM node:24-slim AS worker
COPY --from=deps /app/worker /app
CMD ["node", "/app/worker.js"]
`,
  },
  {
    title: 'finds an image that has nothing in common with the final one',
    dockerfile: `FROM alpine:3.22 AS old
CMD ["sleep", "60"]
FROM node:24-slim
CMD ["node", "/app/worker.js"]
`,
    finds: [1],
  },
  {
    title: 'says nothing about stages that only a mount uses',
    dockerfile: `FROM golang:1.25 AS build
RUN echo
FROM alpine:3.22
RUN --mount=from=build,target=/b cp /b/x /x
`,
  },
  {
    title: 'says nothing about the stage that a misspelt line means',
    dockerfile: `FROM node:24 AS builder
RUN echo
FROM nginx:1.29
COPY --from=bulder /app/dist /srv
`,
  },
  {
    title: 'says nothing when the last stage is for debugging',
    dockerfile: `FROM python:3.13 AS base
RUN echo
FROM base AS production
CMD ["python"]
FROM base AS debug
CMD ["python", "-m", "pdb"]
`,
  },
  {
    title: 'says nothing about files to be taken out',
    dockerfile: `FROM golang:1.25 AS build
RUN echo
FROM scratch AS artifacts
COPY --from=build /out /
FROM alpine:3.22
COPY --from=build /out/x /x
`,
  },
  {
    title: 'finds a stage of documentation that nobody builds',
    dockerfile: `FROM eclipse-temurin:21-jdk AS docs
RUN javadoc -d /docs App.java
FROM eclipse-temurin:21-jre
CMD ["java"]
`,
    finds: [1],
  },
]
