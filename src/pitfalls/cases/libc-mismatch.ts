import type { PitfallCase } from './pitfall-case.ts'

const goNet = {
  'go.mod': 'module example.com/a\n\ngo 1.25\n',
  'main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":1", nil) }\n',
}
const nodeFiles = (dependencies: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({ name: 'a', dependencies }),
})
const deps = (base: string, run: string): string =>
  `FROM ${base} AS deps\nWORKDIR /app\nCOPY package.json ./\nRUN npm install --omit=dev\n\nFROM ${run}\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCMD ["node", "a.js"]\n`
const wheels = (base: string, run: string, pip: string, copy: string): string =>
  `FROM ${base} AS build\nWORKDIR /app\nCOPY requirements.txt .\nRUN ${pip}\n\nFROM ${run}\n${copy}\nCMD ["python", "a.py"]\n`

export const cases: readonly PitfallCase[] = [
  {
    title: 'an addon of Debian on Alpine',
    dockerfile: deps('node:24-slim', 'node:24-alpine'),
    files: nodeFiles({ 'better-sqlite3': '11.0.0' }),
    finds: [8],
    says: '`better-sqlite3`',
  },
  {
    title: 'an addon of Alpine on distroless',
    dockerfile: deps('node:24-alpine', 'gcr.io/distroless/nodejs24-debian12'),
    files: nodeFiles({ sharp: '0.33.5' }),
    finds: [8],
    says: 'made for musl',
  },
  {
    title: 'an addon within the whole directory',
    dockerfile:
      'FROM node:24 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nFROM node:24-alpine\nCOPY --from=build /app /app\nCMD ["node", "/app/a.js"]\n',
    files: nodeFiles({ canvas: '3.0.0' }),
    finds: [6],
  },
  {
    title: 'wheels of Debian on Alpine',
    dockerfile: wheels(
      'python:3.13-slim',
      'python:3.13-alpine',
      'pip install --prefix=/install -r requirements.txt',
      'COPY --from=build /install /usr/local',
    ),
    files: { 'requirements.txt': 'numpy==2.2.1\n' },
    finds: [7],
    says: '`numpy`',
  },
  {
    title: 'a venv of Alpine on Debian',
    dockerfile: wheels(
      'python:3.13-alpine',
      'python:3.13-slim',
      'python -m venv /venv && /venv/bin/pip install -r requirements.txt',
      'COPY --from=build /venv /venv',
    ),
    files: { 'requirements.txt': 'cryptography==44.0.0\n' },
    finds: [7],
  },
  {
    title: 'a runtime that jlink made',
    dockerfile:
      'FROM eclipse-temurin:21-jdk AS jre\nRUN jlink --add-modules java.base --output /jre\nFROM alpine:3.22\nCOPY --from=jre /jre /jre\nCMD ["/jre/bin/java"]\n',
    finds: [4],
  },
  {
    title: 'cgo on Debian, run on Alpine',
    dockerfile:
      'FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /svc .\nFROM alpine:3.22\nCOPY --from=build /svc /svc\nCMD ["/svc"]\n',
    files: goNet,
    finds: [6],
  },
  {
    title: 'Rust of Debian on Alpine',
    dockerfile:
      'FROM rust:1.90 AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release && cp target/release/svc /out\nFROM alpine:3.22\nCOPY --from=build /out /usr/local/bin/svc\nCMD ["svc"]\n',
    files: { 'Cargo.toml': '[package]\nname = "svc"\n' },
    finds: [6],
    says: 'glibc',
  },
  {
    title: 'C by make',
    dockerfile:
      'FROM gcc:14 AS build\nWORKDIR /src\nCOPY . .\nRUN make\nFROM alpine:3.22\nCOPY --from=build /src/tool /usr/local/bin/tool\nCMD ["tool"]\n',
    files: { Makefile: 'tool: a.c\n\tcc -o tool a.c\n', 'a.c': 'int main(void) { return 0; }\n' },
    finds: [6],
  },
  {
    title: 'a program of another distribution',
    dockerfile: 'FROM alpine:3.22\nCOPY --from=node:24-slim /usr/local/bin/node /usr/local/bin/node\nCMD ["node"]\n',
    finds: [2],
  },
  {
    title: 'gems of Debian on Alpine',
    dockerfile:
      'FROM ruby:3.4 AS build\nWORKDIR /app\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install\nFROM ruby:3.4-alpine\nCOPY --from=build /usr/local/bundle /usr/local/bundle\nCMD ["ruby", "a.rb"]\n',
    files: { Gemfile: 'gem "puma"\n', 'Gemfile.lock': 'GEM\n  specs:\n    puma (6.0.0)\n' },
    finds: [6],
  },
  {
    title: 'an addon that brings both',
    dockerfile: deps('node:24-slim', 'node:24-alpine'),
    files: nodeFiles({ bcrypt: '6.0.0' }),
  },
  {
    title: 'packages without machine code',
    dockerfile: deps('node:24-slim', 'node:24-alpine'),
    files: nodeFiles({ express: '5.0.0' }),
  },
  {
    title: 'the same C library',
    dockerfile: deps('node:24-alpine', 'alpine:3.22'),
    files: nodeFiles({ sharp: '0.33.5' }),
  },
  {
    title: 'installed anew',
    dockerfile: deps('node:24-slim', 'node:24-alpine').replace('CMD', 'COPY package.json .\nRUN npm rebuild\nCMD'),
    files: nodeFiles({ sharp: '0.33.5' }),
  },
  {
    title: 'fetched for the other one',
    dockerfile: deps('node:24-slim', 'node:24-alpine').replace('--omit=dev', '--omit=dev --libc=musl'),
    files: nodeFiles({ sharp: '0.33.5' }),
  },
  {
    title: 'Go without cgo',
    dockerfile:
      'FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /svc .\nFROM alpine:3.22\nCOPY --from=build /svc /svc\n',
    files: goNet,
  },
  {
    title: 'Go without a compiler for C',
    dockerfile:
      'FROM golang:1.25-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /svc .\nFROM debian:trixie-slim\nCOPY --from=build /svc /svc\n',
    files: goNet,
  },
  {
    title: 'Rust for a musl target',
    dockerfile:
      'FROM rust:1.90 AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release --target x86_64-unknown-linux-musl\nFROM alpine:3.22\nCOPY --from=build /src/target/x86_64-unknown-linux-musl/release/svc /svc\n',
    files: { 'Cargo.toml': '[package]\nname = "svc"\n' },
  },
  {
    title: 'a layer for glibc on Alpine',
    dockerfile:
      'FROM eclipse-temurin:21-jdk AS jre\nRUN jlink --add-modules java.base --output /jre\nFROM alpine:3.22\nRUN apk add --no-cache gcompat\nCOPY --from=jre /jre /jre\n',
  },
  {
    title: 'a jar',
    dockerfile:
      'FROM maven:3-eclipse-temurin-21 AS build\nCOPY . .\nRUN mvn package\nFROM eclipse-temurin:21-jre-alpine\nCOPY --from=build /target/a.jar /a.jar\n',
  },
  {
    title: 'a page that was built',
    dockerfile:
      'FROM node:24 AS web\nWORKDIR /web\nCOPY . .\nRUN npm ci && npm run build\nFROM nginx:1.29-alpine\nCOPY --from=web /web/dist /usr/share/nginx/html\n',
    files: nodeFiles({ sharp: '0.33.5' }),
  },
  {
    title: 'wheels that run with musl',
    dockerfile: wheels(
      'python:3.13-slim',
      'python:3.13-alpine',
      'pip install --prefix=/install --only-binary=:all: --platform musllinux_1_2_x86_64 -r requirements.txt',
      'COPY --from=build /install /usr/local',
    ),
    files: { 'requirements.txt': 'numpy==2.2.1\n' },
  },
  {
    title: 'a bundler that nothing runs any more',
    dockerfile: deps('node:24-slim', 'node:24-alpine'),
    files: nodeFiles({ rollup: '4.30.0' }),
  },
]
