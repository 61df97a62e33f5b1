import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds -a',
    dockerfile: `FROM golang:1.25
RUN CGO_ENABLED=0 go build -a -o /a .
`,
    finds: [2],
  },
  {
    title: 'finds -a with -installsuffix',
    dockerfile: `FROM golang:1.25
COPY . .
RUN CGO_ENABLED=0 GOOS=linux go build -a -installsuffix cgo -o /a .
`,
    finds: [3],
    says: '-installsuffix',
  },
  {
    title: 'finds it in a chain of commands',
    dockerfile: `FROM golang:1.25
RUN go mod download && \\
    go build -v -a ./...
`,
    finds: [2],
  },
  {
    title: 'finds it when programs are installed',
    dockerfile: `FROM golang:1.25
RUN go install -a ./cmd/svc
`,
    finds: [2],
  },
  {
    title: 'says nothing about -installsuffix alone',
    dockerfile: `FROM golang:1.25
RUN go build -installsuffix cgo -o /a .
`,
  },
  {
    title: 'says nothing about values of other flags',
    dockerfile: `FROM golang:1.25
RUN go build -ldflags "-a -s" -o /a .
`,
  },
  {
    title: 'says nothing about other programs',
    dockerfile: `FROM alpine:3.22
RUN cp -a /x /y && ls -a
`,
  },
  {
    title: 'says nothing about plain builds',
    dockerfile: `FROM golang:1.25
RUN go build -trimpath -o /a .
`,
  },
]
