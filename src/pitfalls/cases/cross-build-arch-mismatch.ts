import type { PitfallCase } from './pitfall-case.ts'

const go = (from: string, build: string, run = 'scratch'): string =>
  `FROM ${from} AS build\nWORKDIR /src\nCOPY . .\n${build}\n\nFROM ${run}\nCOPY --from=build /out/svc /svc\nCMD ["/svc"]\n`
const here = '--platform=$BUILDPLATFORM golang:1.25'

export const cases: readonly PitfallCase[] = [
  {
    title: 'Go for the platform that builds',
    dockerfile: go(here, 'RUN CGO_ENABLED=0 go build -o /out/svc .'),
    finds: [7],
    says: 'the platform that builds',
  },
  {
    title: 'an argument that nothing uses',
    dockerfile: go(here, 'ARG TARGETARCH\nRUN CGO_ENABLED=0 go build -o /out/svc .'),
    finds: [8],
  },
  {
    title: 'Rust',
    dockerfile:
      'FROM --platform=${BUILDPLATFORM} rust:1.90 AS build\nCOPY . .\nRUN cargo build --release\nFROM debian:trixie-slim\nCOPY --from=build /target/release/svc /svc\n',
    finds: [5],
  },
  {
    title: 'addons of Node.js',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM node:24 AS deps\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nFROM node:24\nCOPY --from=deps /app/node_modules /app/node_modules\n',
    files: { 'package.json': '{"dependencies":{"sharp":"0.33.5"}}' },
    finds: [6],
  },
  {
    title: 'wheels',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM python:3.13 AS deps\nCOPY requirements.txt .\nRUN pip install --prefix=/i -r requirements.txt\nFROM python:3.13-slim\nCOPY --from=deps /i /usr/local\n',
    files: { 'requirements.txt': 'numpy\n' },
    finds: [5],
  },
  {
    title: 'a final stage for one platform',
    dockerfile: go('golang:1.25', 'RUN go build -o /out/svc .', '--platform=linux/arm64 debian:trixie-slim'),
    finds: [7],
    says: 'arm64',
  },
  {
    title: 'GOARCH of the target',
    dockerfile: go(here, 'ARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -o /out/svc .'),
  },
  {
    title: 'GOARCH in ENV',
    dockerfile: go(here, 'ARG TARGETARCH\nENV GOARCH=$TARGETARCH\nRUN go build -o /out/svc .'),
  },
  {
    title: 'a mapping to triples',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM rust:1.90 AS build\nARG TARGETARCH\nCOPY . .\nRUN case $TARGETARCH in arm64) T=aarch64-unknown-linux-musl ;; esac && cargo build --release --target $T && cp target/*/release/svc /svc\nFROM scratch\nCOPY --from=build /svc /svc\n',
  },
  {
    title: 'xx',
    dockerfile: go(here, 'COPY --from=tonistiigi/xx:1.6.1 / /\nARG TARGETPLATFORM\nRUN xx-go build -o /out/svc .'),
  },
  {
    title: 'files that run everywhere',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM node:24 AS web\nWORKDIR /w\nCOPY . .\nRUN npm ci && npm run build\nFROM nginx:1.29\nCOPY --from=web /w/dist /usr/share/nginx/html\n',
    files: { 'package.json': '{"dependencies":{"sharp":"0.33.5"}}' },
  },
  {
    title: 'a jar',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM maven:3-eclipse-temurin-21 AS build\nCOPY . .\nRUN mvn package\nFROM eclipse-temurin:21-jre\nCOPY --from=build /target/a.jar /a.jar\n',
  },
  {
    title: 'one platform in both',
    dockerfile: go(
      '--platform=linux/amd64 golang:1.25',
      'RUN go build -o /out/svc .',
      '--platform=linux/amd64 debian:trixie-slim',
    ),
  },
  {
    title: 'the target platform in both',
    dockerfile: go('--platform=$TARGETPLATFORM golang:1.25', 'RUN go build -o /out/svc .', 'debian:trixie-slim'),
  },
  {
    title: 'finds an image that starts from the base of the machine that builds',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM python:3.14-alpine AS builder\nCOPY app.py /\nFROM builder\nCMD ["python3", "/app.py"]\n',
    finds: [1],
    says: 'python:3.14-alpine',
  },
  {
    title: 'says nothing about a stage to develop in',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM node:24 AS build\nRUN make\nFROM build AS development\nCMD ["npm", "start"]\n',
  },
  {
    title: 'says nothing about files that are taken out of the build',
    dockerfile: 'FROM --platform=$BUILDPLATFORM node:24 AS artifacts\nCOPY site /\n',
  },
  {
    title: 'finds a download for the machine that builds',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM alpine:3.22 AS f\nRUN wget -qO /tool "https://example.com/tool-$(uname -m)" && chmod +x /tool\nFROM alpine:3.22\nCOPY --from=f /tool /usr/local/bin/tool\nCMD ["tool"]\n',
    finds: [4],
    says: 'line 2 asks the machine',
  },
  {
    title: 'finds an archive for the machine that builds',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM debian:trixie AS f\nRUN curl -fsSL "https://example.com/t_$(dpkg --print-architecture).tgz" | tar -xz -C /opt\nFROM debian:trixie-slim\nCOPY --from=f /opt/t /opt/t\nCMD ["/opt/t"]\n',
    finds: [4],
  },
  {
    title: 'says nothing where the download follows the target',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM alpine:3.22 AS f\nARG TARGETARCH\nRUN echo "on $(uname -m)" && wget -qO /tool "https://example.com/tool-$TARGETARCH"\nFROM alpine:3.22\nCOPY --from=f /tool /usr/local/bin/tool\nCMD ["tool"]\n',
  },
  {
    title: 'says nothing about a tool that only the builder uses',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM alpine:3.22 AS f\nRUN wget -qO /usr/bin/hugo "https://example.com/hugo-$(uname -m)" && chmod +x /usr/bin/hugo\nCOPY . /site\nRUN hugo -s /site -d /out\nFROM nginx:1.29-alpine\nCOPY --from=f /out /usr/share/nginx/html\n',
  },
  {
    title: 'says nothing where both stages are for the target',
    dockerfile:
      'FROM alpine:3.22 AS f\nRUN wget -qO /tool "https://example.com/tool-$(uname -m)"\nFROM alpine:3.22\nCOPY --from=f /tool /usr/local/bin/tool\nCMD ["tool"]\n',
  },
]
