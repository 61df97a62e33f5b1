import type { PitfallCase } from './pitfall-case.ts'

const crate = { 'Cargo.toml': '[package]\nname = "svc"\n' }
const rust = (base: string, run: string, flags = ''): string =>
  `FROM ${base} AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release${flags}\n\nFROM ${run}\nCOPY --from=build /src/target/release/svc /usr/local/bin/svc\nCMD ["svc"]\n`
const cgo = {
  'go.mod': 'module example.com/a\n\ngo 1.25\n',
  'main.go': 'package main\n\nimport "C"\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":1", nil) }\n',
}
const go = (base: string, run: string, env = ''): string =>
  `FROM ${base} AS build\nWORKDIR /src\nCOPY . .\nRUN ${env}go build -o /svc .\n\nFROM ${run}\nCOPY --from=build /svc /svc\nCMD ["/svc"]\n`
const cc = (base: string, run: string, command: string): string =>
  `FROM ${base} AS build\nWORKDIR /src\nCOPY . .\nRUN ${command}\n\nFROM ${run}\nCOPY --from=build /tool /usr/local/bin/tool\nCMD ["tool"]\n`
const source = { 'a.c': 'int main(void) { return 0; }\n', 'a.cc': '#include <iostream>\nint main() {}\n' }
const node = (install: string, run: string): string =>
  `FROM node:20-bookworm AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN ${install}\n\nFROM ${run}\nCOPY --from=build /app/node_modules /app/node_modules\nCMD ["/app/a.js"]\n`
const python = (flags = ''): string =>
  `FROM python:3.11-bookworm AS build\nCOPY requirements.txt ./\nRUN python -m venv /venv\nRUN /venv/bin/pip install${flags} -r requirements.txt\n\nFROM python:3.11-slim-bullseye\nCOPY --from=build /venv /venv\nCMD ["/venv/bin/python", "/a.py"]\n`

export const cases: readonly PitfallCase[] = [
  {
    title: 'Rust of trixie on bookworm',
    dockerfile: rust('rust:1.90', 'debian:bookworm-slim'),
    files: crate,
    finds: [7],
    says: 'glibc 2.41, and debian:bookworm-slim has 2.36',
  },
  {
    title: 'Rust of bookworm on distroless of bullseye',
    dockerfile: rust('rust:1.80-bookworm', 'gcr.io/distroless/cc-debian11'),
    files: crate,
    finds: [7],
    says: 'GLIBC_2.34',
  },
  {
    title: 'cgo of bookworm on bullseye',
    dockerfile: go('golang:1.22', 'debian:bullseye-slim'),
    files: cgo,
    finds: [7],
  },
  {
    title: 'C of Ubuntu 22.04 on 20.04',
    dockerfile: cc('ubuntu:22.04', 'ubuntu:20.04', 'apt-get update && apt-get install -y gcc && gcc -o /tool a.c'),
    files: source,
    finds: [7],
  },
  {
    title: 'C++ of Ubuntu 24.04 on 22.04',
    dockerfile: cc('ubuntu:24.04', 'ubuntu:22.04', 'apt-get update && apt-get install -y g++ && g++ -o /tool a.cc'),
    files: source,
    finds: [7],
    says: 'GLIBC_2.38',
  },
  {
    title: 'C of Debian on a Red Hat of long ago',
    dockerfile: cc('gcc:14', 'rockylinux:8', 'gcc -o /tool a.c'),
    files: source,
    finds: [7],
  },
  { title: 'the same release', dockerfile: rust('rust:1.90-bookworm', 'debian:bookworm-slim'), files: crate },
  { title: 'an older one builds', dockerfile: rust('rust:1.80-bookworm', 'debian:trixie-slim'), files: crate },
  {
    title: 'a release that the tag does not tell',
    dockerfile: rust('rust:1.90', 'gcr.io/distroless/cc'),
    files: crate,
  },
  {
    title: 'no C library at all',
    dockerfile: go('golang:1.25', 'debian:bullseye-slim', 'CGO_ENABLED=0 '),
    files: cgo,
  },
  {
    title: 'Go with C, which asks for nothing newer than bookworm',
    dockerfile: go('golang:1.25', 'debian:bookworm-slim'),
    files: cgo,
  },
  {
    title: 'C, which asks for nothing newer than 22.04',
    dockerfile: cc('ubuntu:24.04', 'ubuntu:22.04', 'apt-get update && apt-get install -y gcc && gcc -o /tool a.c'),
    files: source,
  },
  {
    title: 'linked statically',
    dockerfile: cc('gcc:14', 'debian:bullseye-slim', 'gcc -static -o /tool a.c'),
    files: source,
  },
  {
    title: 'Rust with musl',
    dockerfile: rust('rust:1.90', 'debian:bookworm-slim', ' --target x86_64-unknown-linux-musl').replace(
      'target/release',
      'target/x86_64-unknown-linux-musl/release',
    ),
    files: crate,
  },
  {
    title: 'a runtime of Java, which is made for old releases',
    dockerfile:
      'FROM eclipse-temurin:21-jdk-noble AS jre\nRUN jlink --add-modules java.base --output /jre\nFROM debian:bookworm-slim\nCOPY --from=jre /jre /jre\n',
  },
  {
    title: 'an addon that is compiled in the stage, on an older distroless',
    dockerfile: node('npm ci', 'gcr.io/distroless/nodejs20-debian11'),
    files: { 'package.json': '{ "dependencies": { "node-rdkafka": "3.2.0" } }', 'package-lock.json': '{}' },
    finds: [7],
    says: '`node-rdkafka` from "build" (node:20-bookworm)',
  },
  {
    title: 'an addon that is compiled on demand',
    dockerfile: node('npm ci --build-from-source', 'node:20-bullseye-slim'),
    files: { 'package.json': '{ "dependencies": { "better-sqlite3": "11.8.1" } }' },
    finds: [7],
  },
  {
    title: 'a program of Python that is compiled in the stage',
    dockerfile: python(),
    files: { 'requirements.txt': 'uwsgi==2.0.28\n' },
    finds: [7],
    says: '`uwsgi`',
  },
  {
    title: 'wheels that pip takes for the newer glibc',
    dockerfile: python(),
    files: { 'requirements.txt': 'cryptography==44.0.0\nflask==3.1.0\n' },
    finds: [7],
    says: '`cryptography`',
  },
  {
    title: 'wheels that are compiled since somebody asks for it',
    dockerfile: python(' --no-binary orjson'),
    files: { 'requirements.txt': 'orjson==3.10.0\n' },
    finds: [7],
  },
  {
    title: 'an addon that comes ready-made',
    dockerfile: node('npm ci', 'node:20-bullseye-slim'),
    files: { 'package.json': '{ "dependencies": { "better-sqlite3": "11.8.1", "sharp": "0.33.0" } }' },
  },
  {
    title: 'wheels for old systems',
    dockerfile: python(),
    files: { 'requirements.txt': 'cryptography==41.0.0\nnumpy==1.26.0\n' },
  },
  {
    title: 'addons between the same release',
    dockerfile: node('npm ci', 'gcr.io/distroless/nodejs20-debian12'),
    files: { 'package.json': '{ "dependencies": { "node-rdkafka": "3.2.0" } }' },
  },
]
