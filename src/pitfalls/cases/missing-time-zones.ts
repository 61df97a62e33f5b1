import type { PitfallCase } from './pitfall-case.ts'

const mod = 'module example.com/svc\n\ngo 1.25\n'
const berlin = {
  'go.mod': mod,
  'main.go': 'package main\n\nimport "time"\n\nfunc main() { time.LoadLocation("Europe/Berlin") }\n',
}
const go = (run: string, more = '', build = 'CGO_ENABLED=0 go build -o /out/svc .'): string =>
  `FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN ${build}\n\nFROM ${run}\n${more}COPY --from=build /out/svc /svc\nCMD ["/svc"]\n`

export const cases: readonly PitfallCase[] = [
  { title: 'Go in an empty image', dockerfile: go('scratch'), files: berlin, finds: [6], says: 'unknown time zone' },
  { title: 'Go on Alpine', dockerfile: go('alpine:3.22'), files: berlin, finds: [6], says: 'alpine:3.22' },
  { title: 'Go on Ubuntu', dockerfile: go('ubuntu:24.04'), files: berlin, finds: [6] },
  {
    title: 'a zone that users choose',
    dockerfile: go('scratch'),
    files: { 'go.mod': mod, 'main.go': 'package main\n\nimport "time"\n\nfunc f(z string) { time.LoadLocation(z) }\n' },
    finds: [6],
  },
  {
    title: 'a setting on Alpine',
    dockerfile: 'FROM alpine:3.22\nENV TZ=Europe/Berlin\nCOPY job.sh /job.sh\nCMD ["/job.sh"]\n',
    finds: [2],
    says: 'TZ is Europe/Berlin',
  },
  {
    title: 'a setting in an empty image',
    dockerfile: go('scratch', 'ENV TZ=America/New_York\n'),
    files: { 'go.mod': mod, 'main.go': 'package main\n\nfunc main() {}\n' },
    finds: [7],
  },
  { title: 'a base that has them', dockerfile: go('gcr.io/distroless/static-debian12'), files: berlin },
  { title: 'installed', dockerfile: go('alpine:3.22', 'RUN apk add --no-cache tzdata\n'), files: berlin },
  {
    title: 'copied',
    dockerfile: go('scratch', 'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo\n'),
    files: berlin,
  },
  {
    title: 'the archive of Go',
    dockerfile: go('scratch', 'COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /\nENV ZONEINFO=/zoneinfo.zip\n'),
    files: berlin,
  },
  {
    title: 'in the program, by a tag',
    dockerfile: go('scratch', '', 'CGO_ENABLED=0 go build -tags timetzdata -o /out/svc .'),
    files: berlin,
  },
  {
    title: 'in the program, by an import',
    dockerfile: go('scratch'),
    files: {
      'go.mod': mod,
      'main.go':
        'package main\n\nimport (\n\t"time"\n\t_ "time/tzdata"\n)\n\nfunc main() { time.LoadLocation("Europe/Berlin") }\n',
    },
  },
  {
    title: 'UTC',
    dockerfile: go('scratch', 'ENV TZ=Etc/UTC\n'),
    files: { 'go.mod': mod, 'main.go': 'package main\n\nimport "time"\n\nfunc main() { time.LoadLocation("UTC") }\n' },
  },
  {
    title: 'Node.js has zones of its own',
    dockerfile: 'FROM alpine:3.22\nRUN apk add --no-cache nodejs\nENV TZ=Europe/Berlin\nCMD ["node", "/a.js"]\n',
  },
  { title: 'an image of a language', dockerfile: 'FROM python:3.13-alpine\nENV TZ=Europe/Berlin\nCMD ["python"]\n' },
]
