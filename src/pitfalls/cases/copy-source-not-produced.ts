import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds another output directory of a tsconfig',
    dockerfile: `FROM node:24-alpine AS b
WORKDIR /app
COPY package.json tsconfig.json ./
COPY src ./src
RUN npm ci && npm run build
FROM node:24-alpine
COPY --from=b /app/dist ./dist
`,
    files: {
      'package.json': '{ "scripts": { "build": "tsc -p ." } }\n',
      'tsconfig.json': '{ "compilerOptions": { "outDir": "build" } }\n',
      'src/a.ts': '\n',
    },
    finds: [7],
    says: '/app/build',
  },
  {
    title: 'says nothing about a comment behind an instruction, which is none',
    dockerfile:
      'FROM alpine:3.22 AS b\nRUN mkdir /out && echo x > /out/a\nFROM alpine:3.22\nCOPY --from=b /out/a ./a # what is made\n',
  },
  {
    title: 'reads the settings of Vite',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
FROM nginx:1.29
COPY --from=b /app/dist /usr/share/nginx/html
`,
    files: {
      'package.json': `{ "scripts": { "build": "vite build" } }
`,
      'vite.config.ts': `export default { build: { outDir: 'public_html' } }
`,
      'src/a.ts': `
`,
    },
    finds: [7],
    says: '/app/public_html',
  },
  {
    title: 'finds another name of a Go program',
    dockerfile: `FROM golang:1.25-alpine AS b
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/server .
FROM scratch
COPY --from=b /out/svc /svc
`,
    files: {
      'go.mod': `module example.com/svc
`,
      'main.go': `package main
`,
    },
    finds: [6],
    says: '/out/server',
  },
  {
    title: 'finds another name of a Rust program',
    dockerfile: `FROM rust:1.90 AS b
WORKDIR /app
COPY Cargo.toml ./
COPY src ./src
RUN cargo build --release
FROM debian:trixie-slim
COPY --from=b /app/target/release/server /server
`,
    files: {
      'Cargo.toml': `[package]
name = "svc"
version = "0.1.0"
`,
      'src/main.rs': `fn main() {}
`,
    },
    finds: [7],
  },
  {
    title: 'finds a Rust program that lies below its target',
    dockerfile: `FROM rust:1.90 AS b
WORKDIR /app
COPY Cargo.toml ./
COPY src ./src
RUN cargo build --release --target x86_64-unknown-linux-musl
FROM scratch
COPY --from=b /app/target/release/svc /svc
`,
    files: {
      'Cargo.toml': `[package]
name = "svc"
version = "0.1.0"
`,
      'src/main.rs': `fn main() {}
`,
    },
    finds: [7],
  },
  {
    title: 'finds a debug build that is looked for among the releases',
    dockerfile: `FROM rust:1.90 AS b
WORKDIR /app
COPY Cargo.toml ./
COPY src ./src
RUN cargo build
FROM debian:trixie-slim
COPY --from=b /app/target/release/svc /svc
`,
    files: {
      'Cargo.toml': `[package]
name = "svc"
version = "0.1.0"
`,
      'src/main.rs': `fn main() {}
`,
    },
    finds: [7],
  },
  {
    title: 'finds another name of a jar',
    dockerfile: `FROM maven:3.9-eclipse-temurin-21 AS b
WORKDIR /app
COPY pom.xml .
COPY src ./src
RUN mvn -B package
FROM eclipse-temurin:21-jre
COPY --from=b /app/target/app.jar /app.jar
`,
    files: {
      'pom.xml': `<project>
<artifactId>svc</artifactId>
<version>1</version>
</project>
`,
      'src/main/java/A.java': `
`,
    },
    finds: [7],
  },
  {
    title: 'finds the wrong stage',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npx tsc --outDir dist
FROM node:24 AS deps
WORKDIR /app
COPY package.json ./
RUN npm ci --omit=dev
FROM node:24-slim
COPY --from=deps /app/dist ./dist
`,
    files: {
      'package.json': `{}
`,
      'src/a.ts': `
`,
    },
    finds: [10],
    says: '"deps"',
  },
  {
    title: 'finds a standalone server that Next was not asked for',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
FROM node:24-slim
COPY --from=b /app/.next/standalone ./
`,
    files: {
      'package.json': `{ "scripts": { "build": "next build" } }
`,
      'next.config.mjs': `export default {}
`,
    },
    finds: [7],
  },
  {
    title: 'finds what a compiler writes elsewhere',
    dockerfile: `FROM gcc:14 AS b
WORKDIR /src
COPY a.c .
RUN gcc -s -o /out/a a.c
FROM debian:trixie-slim
COPY --from=b /out/b /b
`,
    files: {
      'a.c': `
`,
    },
    finds: [6],
  },
  {
    title: 'finds a file that the ignore file keeps out',
    dockerfile: `FROM alpine:3.22 AS b
WORKDIR /site
COPY . .
FROM nginx:1.29
COPY --from=b /site/docs /docs
`,
    files: {
      '.dockerignore': `docs
`,
      'docs/a.md': `
`,
      'index.html': `
`,
    },
    finds: [5],
  },
  {
    title: 'finds a prefix of pip under another name',
    dockerfile: `FROM python:3.13 AS b
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --prefix=/install -r requirements.txt
FROM python:3.13-slim
COPY --from=b /pkgs /usr/local
`,
    files: {
      'requirements.txt': `
`,
    },
    finds: [6],
  },
  {
    title: 'says nothing when the directories agree',
    dockerfile: `FROM node:24-alpine AS b
WORKDIR /app
COPY package.json tsconfig.json ./
COPY src ./src
RUN npm ci && npm run build
FROM node:24-alpine
COPY --from=b /app/build ./build
COPY --from=b /app/node_modules ./node_modules
COPY --from=b /app/package.json ./
`,
    files: {
      'package.json': `{ "scripts": { "build": "tsc -p ." } }
`,
      'tsconfig.json': `{ "compilerOptions": { "outDir": "build" } }
`,
      'src/a.ts': `
`,
    },
  },
  {
    title: 'says nothing about results of a script',
    dockerfile: `FROM alpine:3.22 AS b
WORKDIR /w
COPY build.sh .
RUN ./build.sh
FROM alpine:3.22
COPY --from=b /w/out/a /a
`,
    files: {
      'build.sh': `
`,
    },
  },
  {
    title: 'says nothing about settings that cannot be read',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
FROM nginx:1.29
COPY --from=b /app/build /usr/share/nginx/html
`,
    files: {
      'package.json': `{ "scripts": { "build": "vite build" } }
`,
      'vite.config.ts': `export default { build: { outDir: process.env.OUT } }
`,
      'src/a.ts': `
`,
    },
  },
  {
    title: 'says nothing about paths of images and of the system',
    dockerfile: `FROM debian:trixie-slim AS b
RUN apt-get update && apt-get install -y ca-certificates
FROM scratch
COPY --from=b /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=b /usr/share/zoneinfo /usr/share/zoneinfo
`,
  },
  {
    title: 'says nothing about images that nobody knows',
    dockerfile: `FROM registry.example.com/base:1 AS b
WORKDIR /x
RUN echo
FROM alpine:3.22
COPY --from=b /app/dist /d
`,
  },
  {
    title: 'says nothing about the right jar, and patterns',
    dockerfile: `FROM maven:3.9-eclipse-temurin-21 AS b
WORKDIR /app
COPY pom.xml .
COPY src ./src
RUN mvn -B package
FROM eclipse-temurin:21-jre
COPY --from=b /app/target/svc-1.jar /app.jar
COPY --from=b /app/target/*.jar /jars/
`,
    files: {
      'pom.xml': `<project>
<artifactId>svc</artifactId>
<version>1</version>
</project>
`,
      'src/main/java/A.java': `
`,
    },
  },
  {
    title: 'says nothing about files of the context',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
FROM nginx:1.29
COPY --from=b /app/public /usr/share/nginx/html
`,
    files: {
      'public/index.html': `
`,
      'package.json': `{}
`,
    },
  },
  {
    title: 'says nothing about the Rust program itself',
    dockerfile: `FROM rust:1.90 AS b
WORKDIR /app
COPY Cargo.toml ./
COPY src ./src
RUN cargo build --release
FROM debian:trixie-slim
COPY --from=b /app/target/release/svc /svc
`,
    files: {
      'Cargo.toml': `[package]
name = "svc"
version = "0.1.0"
`,
      'src/main.rs': `fn main() {}
`,
    },
  },
  {
    title: 'says nothing when installing may run scripts',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci
FROM node:24-slim
COPY --from=b /app/dist ./dist
`,
    files: {
      'package.json': `{ "scripts": { "prepare": "tsc" } }
`,
    },
  },
  {
    title: 'says nothing about a wrapper around the builder',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
FROM nginx:1.29
COPY --from=b /app/build /usr/share/nginx/html
`,
    files: {
      'package.json': `{ "scripts": { "build": "node scripts/build.js" } }
`,
    },
  },
  {
    title: 'knows programs that go install brings, of the module and of others',
    dockerfile:
      'FROM golang:1.25 AS b\nWORKDIR /src\nRUN go install github.com/pressly/goose/v3/cmd/goose@v3.24.0\nCOPY . .\nRUN go install ./...\nFROM debian:trixie-slim\nCOPY --from=b /go/bin/goose /go/bin/worker /go/bin/ledger /usr/local/bin/\n',
    files: { 'go.mod': 'module example.com/ledger\n', 'cmd/worker/main.go': 'package main\n' },
  },
]
