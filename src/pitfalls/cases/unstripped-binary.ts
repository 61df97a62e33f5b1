import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a Go program',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/a .
FROM scratch
COPY --from=b /out/a /a
`,
    finds: [4],
    says: '/out/a',
  },
  {
    title: 'finds a Go program without -o',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN go build
FROM alpine:3.22
COPY --from=b /src/a /a
`,
    finds: [4],
  },
  {
    title: 'finds a program in a single stage',
    dockerfile: `FROM golang:1.25
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/a .
CMD ["a"]
`,
    finds: [4],
  },
  {
    title: 'finds a Rust program',
    dockerfile: `FROM rust:1.90 AS b
WORKDIR /src
COPY . .
RUN cargo build --release
FROM debian:trixie-slim
COPY --from=b /src/target/release/svc /svc
`,
    files: {
      'Cargo.toml': `[package]
name = "svc"
version = "0.1.0"
`,
      'src/main.rs': `fn main() {}
`,
    },
    finds: [4],
  },
  {
    title: 'finds a C program',
    dockerfile: `FROM gcc:14 AS b
WORKDIR /src
COPY . .
RUN gcc -O2 -o /a a.c
FROM debian:trixie-slim
COPY --from=b /a /a
`,
    finds: [4],
  },
  {
    title: 'finds the second of two programs',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN go build -ldflags="-s -w" -o /out/a ./cmd/a
RUN go build -o /out/b ./cmd/b
FROM scratch
COPY --from=b /out/a /out/b /
`,
    finds: [5],
    says: '/out/b',
  },
  {
    title: 'says nothing about linker flags, in any quotes',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN go build -ldflags "-X main.v=1 -w -s" -o /out/a . && go build -trimpath -ldflags=-s -o /out/b .
FROM scratch
COPY --from=b /out/ /
`,
  },
  {
    title: 'says nothing about strip',
    dockerfile: `FROM rust:1.90 AS b
WORKDIR /src
COPY . .
RUN cargo build --release && strip target/release/svc
FROM debian:trixie-slim
COPY --from=b /src/target/release/svc /svc
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
    title: 'says nothing about a profile that strips',
    dockerfile: `FROM rust:1.90 AS b
WORKDIR /src
COPY . .
RUN cargo build --release
FROM debian:trixie-slim
COPY --from=b /src/target/release/svc /svc
`,
    files: {
      'Cargo.toml': `[package]
name = "svc"
version = "0.1.0"
[profile.release]
strip = true
`,
      'src/main.rs': `
`,
    },
  },
  {
    title: 'says nothing about flags in the environment',
    dockerfile: `FROM rust:1.90 AS b
ENV RUSTFLAGS="-C strip=symbols"
WORKDIR /src
COPY . .
RUN cargo build --release
FROM debian:trixie-slim
COPY --from=b /src/target/release/svc /svc
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
    title: 'says nothing about a program that only builds',
    dockerfile: `FROM golang:1.25 AS tool
WORKDIR /src
COPY . .
RUN go build -o /gen .
FROM node:24 AS b
COPY --from=tool /gen /gen
RUN /gen > /out.json
FROM nginx:1.29
COPY --from=b /out.json /usr/share/nginx/html/
`,
  },
  {
    title: 'says nothing about static C programs with -s, and upx',
    dockerfile: `FROM gcc:14 AS b
WORKDIR /src
COPY . .
RUN gcc -s -static -o /a a.c
RUN gcc -o /b b.c && upx /b
FROM scratch
COPY --from=b /a /b /
`,
  },
  {
    title: 'says nothing about make',
    dockerfile: `FROM gcc:14 AS b
WORKDIR /src
COPY . .
RUN make
FROM debian:trixie-slim
COPY --from=b /src/a /a
`,
  },
  {
    title: 'finds what go install makes of all packages',
    dockerfile: `FROM golang:1.25-alpine AS b
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go install ./...
FROM alpine:3.22
COPY --from=b /go/bin/ledger /ledger
`,
    files: { 'go.mod': 'module example.com/ledger\n\ngo 1.25\n', 'main.go': 'package main\n\nfunc main() {}\n' },
    finds: [4],
    says: '/go/bin/ledger',
  },
  {
    title: 'says nothing about a tool that another command has brought to the same place',
    dockerfile: `FROM golang:1.25-alpine AS b
WORKDIR /src
COPY . .
RUN GOBIN=/tools go install ./...
FROM alpine:3.22
COPY --from=b /go/bin/goose /goose
`,
    files: { 'go.mod': 'module example.com/ledger\n\ngo 1.25\n', 'main.go': 'package main\n\nfunc main() {}\n' },
  },
  {
    title: 'finds programs whose names a loop gives',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN for c in api worker; do CGO_ENABLED=0 go build -o /out/$c ./cmd/$c; done
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=b /out/ /usr/local/bin/
`,
    finds: [4],
  },
  {
    title: 'finds what cargo install makes of the project',
    dockerfile: `FROM rust:1.90-alpine AS b
COPY . .
RUN cargo install --locked --path . --root /dist
FROM alpine:3.22
COPY --from=b /dist/bin/svc /svc
`,
    files: { 'Cargo.toml': '[package]\nname = "svc"\n' },
    finds: [3],
  },
  {
    title: 'says nothing about another place than the loop writes to',
    dockerfile: `FROM golang:1.25 AS b
WORKDIR /src
COPY . .
RUN for c in api worker; do go build -o /out/$c ./cmd/$c; done
FROM debian:trixie-slim
COPY --from=b /src/assets /srv
`,
  },
]
