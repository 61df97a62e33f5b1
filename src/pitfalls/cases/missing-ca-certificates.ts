import type { PitfallCase } from './pitfall-case.ts'

const asks = {
  'go.mod': 'module example.com/a\n\ngo 1.25\n',
  'main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("https://api.example.com/") }\n',
}
const serves = {
  'go.mod': asks['go.mod'],
  'main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":1", nil) }\n',
}
const go = (run: string, more = ''): string =>
  `FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/svc .\n\nFROM ${run}\n${more}COPY --from=build /out/svc /svc\nCMD ["/svc"]\n`

export const cases: readonly PitfallCase[] = [
  { title: 'Go in an empty image', dockerfile: go('scratch'), files: asks, finds: [6], says: '`svc`' },
  { title: 'Go on a slim distribution', dockerfile: go('debian:trixie-slim'), files: asks, finds: [6] },
  { title: 'Go on Ubuntu', dockerfile: go('ubuntu:24.04'), files: asks, finds: [6] },
  {
    title: 'Rust with the TLS of the system',
    dockerfile:
      'FROM rust:1.90-alpine AS build\nCOPY . .\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /target/release/svc /svc\n',
    files: {
      'Cargo.toml':
        '[package]\nname = "svc"\n\n[dependencies]\nreqwest = { version = "0.12", features = ["native-tls"] }\n',
    },
    finds: [4],
  },
  {
    title: 'curl without what it recommends',
    dockerfile:
      'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nCMD ["curl", "https://example.com/"]\n',
    finds: [1],
  },
  { title: 'a base that has them', dockerfile: go('gcr.io/distroless/static-debian12'), files: asks },
  { title: 'Alpine has them', dockerfile: go('alpine:3.22'), files: asks },
  {
    title: 'installed',
    dockerfile: go(
      'debian:trixie-slim',
      'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates\n',
    ),
    files: asks,
  },
  {
    title: 'copied',
    dockerfile: go('scratch', 'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\n'),
    files: asks,
  },
  {
    title: 'from an image',
    dockerfile: go('scratch', 'COPY --from=alpine:3.22 /etc/ssl/certs /etc/ssl/certs\n'),
    files: asks,
  },
  {
    title: 'a place of its own',
    dockerfile: go('scratch', 'ENV SSL_CERT_FILE=/roots.pem\nCOPY roots.pem /\n'),
    files: asks,
  },
  { title: 'a server that asks nobody', dockerfile: go('scratch'), files: serves },
  {
    title: 'recommended by curl',
    dockerfile:
      'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y curl\nCMD ["curl", "https://example.com/"]\n',
  },
  {
    title: 'Node.js has its own',
    dockerfile: 'FROM node:24-slim\nCOPY a.js /a.js\nCMD ["node", "/a.js"]\n',
    files: { 'a.js': 'fetch("https://example.com")\n' },
  },
  {
    title: 'C with curl',
    dockerfile:
      'FROM debian:trixie AS build\nRUN apt-get update && apt-get install -y gcc libcurl4-openssl-dev\nCOPY a.c .\nRUN gcc -o /svc a.c -lcurl\nFROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends libcurl4\nCOPY --from=build /svc /svc\n',
    files: { 'a.c': 'const char *url = "https://example.com/";\n' },
    finds: [5],
  },
  {
    title: 'a download while the image is built',
    dockerfile: 'FROM debian:trixie-slim\nRUN curl -fsSLO https://example.com/a\nCMD ["/a"]\n',
  },
  {
    title: 'a script that calls curl',
    dockerfile:
      'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nCOPY --chmod=755 poll.sh /usr/local/bin/poll\nENTRYPOINT ["poll"]\n',
    files: { 'poll.sh': '#!/bin/sh\nwhile :; do curl -fsS https://status.example.com/; sleep 60; done\n' },
    finds: [1],
    says: '`curl`',
  },
  {
    title: 'a script that asks the neighbour',
    dockerfile:
      'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nCOPY --chmod=755 poll.sh /poll.sh\nCMD ["/poll.sh"]\n',
    files: { 'poll.sh': '#!/bin/bash\ncurl -fsS http://api:8080/ # see https://example.com/\n' },
  },
]
