import type { PitfallCase } from './pitfall-case.ts'

const net = {
  'go.mod': 'module example.com/a\n\ngo 1.25\n',
  'main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":1", nil) }\n',
}
const pure = {
  'go.mod': 'module example.com/a\n\ngo 1.25\n',
  'main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println() }\n',
}
const cgo = {
  'go.mod': net['go.mod'],
  'main.go': 'package main\n\n// int f(void);\nimport "C"\n\nfunc main() { C.f() }\n',
}
const go = (base: string, build: string, run: string): string =>
  `FROM ${base} AS build\nWORKDIR /src\nCOPY . .\nRUN ${build}\n\nFROM ${run}\nCOPY --from=build /out/svc /svc\nENTRYPOINT ["/svc"]\n`

export const cases: readonly PitfallCase[] = [
  {
    title: 'net with cgo in an empty image',
    dockerfile: go('golang:1.25', 'go build -o /out/svc .', 'scratch'),
    files: net,
    finds: [7],
    says: 'glibc',
    advises: 'CGO_ENABLED=0',
  },
  {
    title: 'net with cgo on a static base',
    dockerfile: go('golang:1.25-bookworm', 'go build -o /out/svc .', 'gcr.io/distroless/static-debian12:nonroot'),
    files: net,
    finds: [7],
  },
  {
    title: 'cgo of Alpine with its compiler',
    dockerfile: go(
      'golang:1.25-alpine',
      'apk add --no-cache build-base && CGO_ENABLED=1 go build -o /out/svc .',
      'scratch',
    ),
    files: cgo,
    finds: [7],
    says: 'musl',
  },
  {
    title: 'Rust with the usual target',
    dockerfile:
      'FROM rust:1.90 AS build\nCOPY . .\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /target/release/svc /svc\n',
    files: { 'Cargo.toml': '[package]\nname = "svc"\n' },
    finds: [5],
    advises: 'cc-debian12',
  },
  {
    title: 'C without -static',
    dockerfile:
      'FROM gcc:14 AS build\nCOPY a.c .\nRUN gcc -O2 -o /svc a.c\nFROM scratch\nCOPY --from=build /svc /svc\n',
    finds: [5],
  },
  {
    title: 'C++ that was moved',
    dockerfile:
      'FROM debian:trixie AS build\nRUN apt-get update && apt-get install -y g++\nWORKDIR /w\nCOPY a.cc .\nRUN g++ -o svc a.cc && mkdir /out && mv svc /out/\nFROM gcr.io/distroless/static-debian12\nCOPY --from=build /out/svc /svc\n',
    finds: [7],
  },
  {
    title: 'a Java runtime in an empty image',
    dockerfile:
      'FROM eclipse-temurin:21-jdk AS jre\nRUN jlink --add-modules java.base --output /jre\nFROM scratch\nCOPY --from=jre /jre /jre\n',
    finds: [4],
  },
  {
    title: 'cgo switched off',
    dockerfile: go('golang:1.25', 'CGO_ENABLED=0 go build -o /out/svc .', 'scratch'),
    files: net,
  },
  {
    title: 'cgo switched off by ENV',
    dockerfile: go('golang:1.25', 'go build -o /out/svc .', 'scratch').replace('WORKDIR', 'ENV CGO_ENABLED=0\nWORKDIR'),
    files: net,
  },
  { title: 'no compiler for C', dockerfile: go('golang:1.25-alpine', 'go build -o /out/svc .', 'scratch'), files: net },
  { title: 'nothing of C and of net', dockerfile: go('golang:1.25', 'go build -o /out/svc .', 'scratch'), files: pure },
  {
    title: 'cgo that is linked statically',
    dockerfile: go(
      'golang:1.25-alpine',
      `apk add --no-cache gcc musl-dev && CGO_ENABLED=1 go build -ldflags '-linkmode external -extldflags "-static"' -o /out/svc .`,
      'scratch',
    ),
    files: cgo,
  },
  {
    title: 'a base with a C library',
    dockerfile: go('golang:1.25', 'go build -o /out/svc .', 'gcr.io/distroless/base-debian12'),
    files: net,
  },
  {
    title: 'Rust for musl',
    dockerfile:
      'FROM rust:1.90-alpine AS build\nCOPY . .\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /target/release/svc /svc\n',
    files: { 'Cargo.toml': '[package]\nname = "svc"\n' },
  },
  {
    title: 'C with -static',
    dockerfile:
      'FROM gcc:14 AS build\nCOPY a.c .\nRUN gcc -static -o /svc a.c\nFROM scratch\nCOPY --from=build /svc /svc\n',
  },
  {
    title: 'the loader comes along',
    dockerfile:
      'FROM gcc:14 AS build\nCOPY a.c .\nRUN gcc -o /svc a.c\nFROM scratch\nCOPY --from=build /lib64/ld-linux-x86-64.so.2 /lib64/\nCOPY --from=build /lib/x86_64-linux-gnu/libc.so.6 /lib/x86_64-linux-gnu/\nCOPY --from=build /svc /svc\n',
  },
  {
    title: 'another file than the build makes',
    dockerfile: go('golang:1.25', 'go build -o /out/other .', 'scratch'),
    files: net,
  },
  { title: 'files of the context are not known', dockerfile: go('golang:1.25', 'go build -o /out/svc .', 'scratch') },
  {
    title: 'a program that Bun makes of a script',
    dockerfile:
      'FROM oven/bun:1-alpine AS b\nCOPY a.ts .\nRUN bun build --compile a.ts --outfile /out/svc\nFROM scratch\nCOPY --from=b /out/svc /svc\nCMD ["/svc"]\n',
    finds: [5],
    says: 'musl',
  },
  {
    title: 'what Bun bundles is a script',
    dockerfile:
      'FROM oven/bun:1-alpine AS b\nCOPY a.ts .\nRUN bun build a.ts --outfile /out/svc\nFROM scratch\nCOPY --from=b /out/svc /svc\nCMD ["/svc"]\n',
  },
  {
    title: 'a program that PyInstaller makes',
    dockerfile:
      'FROM python:3.13-slim AS b\nWORKDIR /w\nCOPY a.py .\nRUN pip install pyinstaller==6.11.1 && pyinstaller --onefile a.py\nFROM gcr.io/distroless/static-debian12\nCOPY --from=b /w/dist/a /a\nCMD ["/a"]\n',
    finds: [6],
  },
  {
    title: 'a program of Swift',
    dockerfile:
      'FROM swift:6.0-bookworm AS b\nWORKDIR /w\nCOPY . .\nRUN swift build -c release --static-swift-stdlib\nFROM scratch\nCOPY --from=b /w/.build/release/svc /svc\nCMD ["/svc"]\n',
    finds: [6],
  },
  {
    title: 'a program of Swift with all in it',
    dockerfile:
      'FROM swift:6.0-bookworm AS b\nWORKDIR /w\nCOPY . .\nRUN swift build -c release -Xswiftc -static-executable\nFROM scratch\nCOPY --from=b /w/.build/release/svc /svc\nCMD ["/svc"]\n',
  },
  {
    title: 'a static program of Crystal',
    dockerfile:
      'FROM crystallang/crystal:1.14-alpine AS b\nCOPY a.cr .\nRUN crystal build --release --static -o /svc a.cr\nFROM scratch\nCOPY --from=b /svc /svc\nCMD ["/svc"]\n',
  },
]
