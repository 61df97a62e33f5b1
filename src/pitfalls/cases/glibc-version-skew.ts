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
]
