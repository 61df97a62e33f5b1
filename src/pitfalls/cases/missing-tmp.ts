import type { PitfallCase } from './pitfall-case.ts'

const mod = 'module example.com/svc\n\ngo 1.25\n'
const uploads = {
  'go.mod': mod,
  'main.go': 'package main\n\nimport "os"\n\nfunc main() { os.CreateTemp("", "upload-*") }\n',
}
const rust = (source: string): Readonly<Record<string, string>> => ({
  'Cargo.toml': '[package]\nname = "svc"\n\n[dependencies]\ntempfile = "3"\n',
  'src/main.rs': source,
})
const go = (run: string, more = ''): string =>
  `FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/svc .\n\nFROM ${run}\nCOPY --from=build /out/svc /svc\n${more}CMD ["/svc"]\n`
const cargo =
  'FROM rust:1.90-alpine AS build\nCOPY . .\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /target/release/svc /svc\nCMD ["/svc"]\n'

export const cases: readonly PitfallCase[] = [
  { title: 'Go in an empty image', dockerfile: go('scratch'), files: uploads, finds: [6], says: '`svc` (line 7)' },
  {
    title: 'Go with a directory',
    dockerfile: go('scratch'),
    files: { 'go.mod': mod, 'main.go': 'package main\n\nimport "os"\n\nfunc main() { os.MkdirTemp("", "work") }\n' },
    finds: [6],
  },
  {
    title: 'Rust with the crate',
    dockerfile: cargo,
    files: rust('fn main() { let f = tempfile::tempfile().unwrap(); }\n'),
    finds: [4],
  },
  {
    title: 'Rust with its library',
    dockerfile: cargo,
    files: rust('use std::env;\nfn main() { std::fs::write(env::temp_dir().join("a"), "b").unwrap(); }\n'),
    finds: [4],
  },
  { title: 'a base that has one', dockerfile: go('gcr.io/distroless/static-debian12'), files: uploads },
  { title: 'copied', dockerfile: go('scratch', 'COPY --from=build --chmod=1777 /tmp /tmp\n'), files: uploads },
  { title: 'made by WORKDIR', dockerfile: go('scratch', 'WORKDIR /tmp\n'), files: uploads },
  { title: 'a volume', dockerfile: go('scratch', 'VOLUME /tmp\n'), files: uploads },
  { title: 'another directory is told', dockerfile: go('scratch', 'ENV TMPDIR=/data\n'), files: uploads },
  {
    title: 'a directory of its own',
    dockerfile: go('scratch'),
    files: { 'go.mod': mod, 'main.go': 'package main\n\nimport "os"\n\nfunc main() { os.CreateTemp("/data", "a") }\n' },
  },
  {
    title: 'only the tests do',
    dockerfile: cargo,
    files: rust('fn main() {}\n#[cfg(test)]\nmod tests { fn t() { tempfile::tempfile().unwrap(); } }\n'),
  },
]
