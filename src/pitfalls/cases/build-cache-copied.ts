import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds the module cache of Go',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN go build -o /go/bin/a .
FROM alpine:3.22
COPY --from=b /go /go
`,
    finds: [6],
    says: '/go',
  },
  {
    title: 'finds the directory of Maven',
    dockerfile: `FROM maven:3.9-eclipse-temurin-21 AS b
WORKDIR /app
COPY . .
RUN mvn -B package
FROM eclipse-temurin:21-jre
COPY --from=b /app/target /app/target
`,
    finds: [6],
    says: 'maven',
  },
  {
    title: 'finds the directory of Gradle',
    dockerfile: `FROM eclipse-temurin:21-jdk AS b
WORKDIR /app
COPY . .
RUN ./gradlew bootJar
FROM eclipse-temurin:21-jre
COPY --from=b /app/build/ ./
COPY --from=b /app/.gradle /cache
`,
    finds: [6, 7],
  },
  {
    title: 'finds the directory of Cargo',
    dockerfile: `FROM rust:1.90 AS b
WORKDIR /app
COPY . .
RUN cargo build --release
FROM debian:trixie-slim
COPY --from=b /app/target/release /app
COPY --from=b /app/target /t
`,
    finds: [6, 7],
  },
  {
    title: 'finds caches of a home',
    dockerfile: `FROM python:3.13 AS b
RUN pip install flask
FROM python:3.13-slim
COPY --from=b /root/.cache /root/.cache
COPY --from=b /root/.m2 /root/.m2
`,
    finds: [4, 5],
  },
  {
    title: 'finds the build cache of Next',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci && npx next build
FROM node:24-slim
COPY --from=b /app/.next ./.next
`,
    finds: [6],
    says: '/app/.next',
  },
  {
    title: 'finds the registry of cargo',
    dockerfile: `FROM rust:1.90 AS b
RUN cargo install ripgrep
FROM debian:trixie-slim
COPY --from=b /usr/local/cargo /usr/local/cargo
`,
    finds: [4],
  },
  {
    title: 'says nothing about results',
    dockerfile: `FROM maven:3.9 AS b
WORKDIR /app
COPY . .
RUN mvn package
FROM eclipse-temurin:21-jre
COPY --from=b /app/target/a.jar /a.jar
COPY --from=b /app/target/*.jar /jars/
`,
  },
  {
    title: 'says nothing about a build directory of a bundler',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm run build
FROM node:24-slim
COPY --from=b /app/build ./build
COPY --from=b /app/.next/standalone ./
`,
  },
  {
    title: 'says nothing about programs of Go and Cargo',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN go install .
FROM alpine:3.22
COPY --from=b /go/bin /usr/local/bin
COPY --from=b /src/target/release/a /a
`,
  },
  {
    title: 'says nothing about mounted caches',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod go build -o /go/bin/a .
FROM alpine:3.22
COPY --from=b /go /go
`,
  },
  {
    title: 'says nothing about a mounted cache of Next',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/app/.next/cache npx next build
FROM node:24-slim
COPY --from=b /app/.next ./.next
`,
  },
  {
    title: 'says nothing about browsers and other files in a cache directory',
    dockerfile: `FROM node:24 AS b
RUN npx playwright install chromium
FROM node:24-slim
COPY --from=b /root/.cache/ms-playwright /browsers
`,
  },
  {
    title: 'says nothing about stages that are not shipped',
    dockerfile: `FROM rust:1.90 AS deps
WORKDIR /app
COPY . .
RUN cargo build --release
FROM rust:1.90 AS b
COPY --from=deps /app/target /app/target
RUN cargo build --release
FROM scratch
COPY --from=b /app/target/release/a /a
`,
  },
]
