import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'libraries of one platform',
    dockerfile:
      'FROM debian:trixie AS b\nRUN true\nFROM gcr.io/distroless/base\nCOPY --from=b /usr/lib/x86_64-linux-gnu/libz.so.1 /usr/lib/x86_64-linux-gnu/\n',
    finds: [4],
    says: 'x86_64',
  },
  {
    title: 'a download',
    dockerfile:
      'FROM alpine:3.22\nRUN wget -qO /tmp/t.tgz https://example.com/tool_linux_amd64.tar.gz && tar -xf /tmp/t.tgz\n',
    finds: [2],
  },
  {
    title: 'ADD of a release',
    dockerfile: 'FROM alpine:3.22\nADD https://example.com/v1/tool-linux-arm64 /usr/local/bin/tool\n',
    finds: [2],
  },
  {
    title: 'a setting of Go',
    dockerfile: 'FROM golang:1.25\nRUN CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build -o /a\n',
    finds: [2],
    says: 'GOARCH=amd64',
  },
  {
    title: 'a setting in ENV',
    dockerfile: 'FROM golang:1.25\nENV GOOS=linux GOARCH=arm64\nRUN go build\n',
    finds: [2],
  },
  {
    title: 'a triple of Rust',
    dockerfile: 'FROM rust:1.90\nRUN cargo build --release --target x86_64-unknown-linux-musl\n',
    finds: [2],
  },
  {
    title: 'the home of Java',
    dockerfile: 'FROM debian:trixie\nENV JAVA_HOME=/usr/lib/jvm/java-21-openjdk-amd64\n',
    finds: [2],
  },
  {
    title: 'a runtime of .NET',
    dockerfile: 'FROM mcr.microsoft.com/dotnet/sdk:9.0\nRUN dotnet publish -c Release -r linux-x64 -o /app\n',
    finds: [2],
  },
  {
    title: 'Node.js by hand',
    dockerfile:
      'FROM debian:trixie\nRUN curl -fsSL https://nodejs.org/dist/v24.0.0/node-v24.0.0-linux-x64.tar.xz | tar -xJ -C /usr/local\n',
    finds: [2],
  },
  {
    title: 'a list of apt',
    dockerfile:
      'FROM debian:trixie\nRUN echo "deb [arch=amd64] https://example.com/apt stable main" > /etc/apt/sources.list.d/x.list\n',
    finds: [2],
  },
  {
    title: 'an argument with one default',
    dockerfile: 'FROM alpine:3.22\nARG ARCH=amd64\nRUN wget https://example.com/t-${ARCH}.tgz\n',
    finds: [2],
  },
  {
    title: 'TARGETARCH in the address',
    dockerfile: 'FROM alpine:3.22\nARG TARGETARCH\nRUN wget https://example.com/t_linux_${TARGETARCH}.tgz\n',
  },
  {
    title: 'a mapping',
    dockerfile:
      'FROM alpine:3.22\nARG TARGETARCH\nRUN case "$TARGETARCH" in amd64) A=x86_64 ;; arm64) A=aarch64 ;; esac && wget https://example.com/t-$A.tgz\n',
  },
  {
    title: 'a question to the machine',
    dockerfile:
      'FROM debian:trixie\nRUN if [ "$(uname -m)" = x86_64 ]; then curl -O https://example.com/amd64.tgz; fi\n',
  },
  {
    title: 'a question to dpkg',
    dockerfile:
      'FROM debian:trixie\nRUN echo "deb [arch=$(dpkg --print-architecture)] https://e.com s m" > /etc/apt/sources.list.d/x.list\n',
  },
  {
    title: 'a wildcard',
    dockerfile: 'FROM debian:trixie AS b\nRUN true\nFROM scratch\nCOPY --from=b /usr/lib/*-linux-gnu/libz.so.1 /lib/\n',
  },
  {
    title: 'a stage for each platform',
    dockerfile:
      'FROM golang:1.25 AS build-amd64\nENV GOARCH=amd64\nFROM golang:1.25 AS build-arm64\nENV GOARCH=arm64\nFROM build-${TARGETARCH}\nRUN go build\n',
  },
  { title: 'a message', dockerfile: 'FROM alpine:3.22\nRUN echo "only for amd64"\n' },
  {
    title: 'a stage that nobody needs',
    dockerfile: 'FROM alpine:3.22 AS old\nRUN wget https://example.com/amd64.tgz\nFROM alpine:3.22\n',
  },
  { title: 'GOARCH of the target', dockerfile: 'FROM golang:1.25\nARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build\n' },
  {
    title: 'a level of amd64 that only compilers know',
    dockerfile: 'FROM golang:1.25\nENV GOAMD64=v3\nRUN go build\n',
  },
  {
    title: 'npm is told for which processor',
    dockerfile: 'FROM node:24\nRUN npm ci --os=linux --cpu=x64\n',
    finds: [2],
    says: '--cpu=x64',
  },
  {
    title: 'a package of npm for one processor',
    dockerfile: 'FROM node:24\nRUN npm install --no-save @rollup/rollup-linux-x64-musl@4.30.1\n',
    finds: [2],
  },
  {
    title: 'npm is told the processor that is asked for',
    dockerfile: 'FROM node:24\nARG TARGETARCH\nRUN npm ci --cpu=${TARGETARCH}\n',
  },
  { title: 'a package of npm for all', dockerfile: 'FROM node:24\nRUN npm install sharp @img/sharp-wasm32\n' },
]
