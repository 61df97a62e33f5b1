import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a compiler and headers',
    dockerfile: `FROM python:3.13-slim
RUN apt-get update && apt-get install -y gcc libpq-dev
RUN pip install psycopg2
`,
    finds: [2],
    says: '`gcc` and `libpq-dev`',
  },
  {
    title: 'finds the kit of a language',
    dockerfile: `FROM golang:1.25
COPY . .
RUN go build -o /a .
CMD ["/a"]
`,
    finds: [1],
    says: 'golang:1.25',
  },
  {
    title: 'finds a kit in the second stage',
    dockerfile: `FROM maven:3.9-eclipse-temurin-21 AS b
RUN mvn package
FROM eclipse-temurin:21-jdk
COPY --from=b /a.jar /a.jar
CMD ["java", "-jar", "/a.jar"]
`,
    finds: [3],
  },
  {
    title: 'finds a kit through a stage in between',
    dockerfile: `FROM rust:1.90 AS b
RUN cargo build
FROM b
CMD ["/a"]
`,
    finds: [1],
    says: 'continues',
  },
  {
    title: 'finds packages of Alpine that are removed too late',
    dockerfile: `FROM node:24-alpine
RUN apk add --no-cache python3 make g++
RUN npm ci --omit=dev
RUN apk del make g++
`,
    finds: [2],
    says: '`make` and `g++`',
  },
  {
    title: 'finds packages of Red Hat',
    dockerfile: `FROM rockylinux:9-minimal
RUN microdnf install -y gcc-c++ openssl-devel && microdnf clean all
`,
    finds: [2],
  },
  {
    title: 'finds a JDK from packages',
    dockerfile: `FROM debian:trixie-slim
RUN apt-get update && apt-get install -y openjdk-21-jdk-headless maven
`,
    finds: [2],
  },
  {
    title: 'finds a command of a heredoc at its line',
    dockerfile: `FROM debian:trixie-slim
RUN <<EOF
set -e
apt-get update
apt-get install -y tini g++
EOF
`,
    finds: [5],
    says: '`g++`',
  },
  {
    title: 'finds the compilers of buildpack-deps, and lets .NET run its kit',
    dockerfile: `FROM buildpack-deps:bookworm
CMD ["/a"]
`,
    finds: [1],
  },
  {
    title: 'says nothing about a kit that the container uses',
    dockerfile: `FROM mcr.microsoft.com/dotnet/sdk:9.0
COPY . .
CMD ["dotnet", "watch"]
`,
  },
  {
    title: 'says nothing about builders',
    dockerfile: `FROM debian:trixie AS b
RUN apt-get install -y build-essential libssl-dev
FROM debian:trixie-slim
RUN apt-get install -y libssl3
`,
  },
  {
    title: 'says nothing about a virtual package that is removed',
    dockerfile: `FROM python:3.13-alpine
RUN apk add --no-cache --virtual .build-deps gcc musl-dev && pip install x && apk del .build-deps
`,
  },
  {
    title: 'says nothing about packages that are purged',
    dockerfile: `FROM python:3.13-slim
RUN apt-get update && apt-get install -y gcc libc6-dev && pip install x && apt-get purge -y --auto-remove gcc libc6-dev
`,
  },
  {
    title: 'says nothing about JREs and libraries',
    dockerfile: `FROM debian:trixie-slim
RUN apt-get install -y openjdk-21-jre-headless libpq5 curl git
`,
  },
  {
    title: 'says nothing about what the container runs',
    dockerfile: `FROM gradle:8-jdk21
COPY . .
CMD ["gradle", "bootRun"]
`,
  },
  {
    title: 'says nothing about packages of a language',
    dockerfile: `FROM node:24-slim
RUN npm install -g make gcc
`,
  },
  {
    title: 'says nothing about runtimes',
    dockerfile: `FROM eclipse-temurin:21-jre
COPY a.jar /a.jar
CMD ["java", "-jar", "/a.jar"]
`,
  },
]
