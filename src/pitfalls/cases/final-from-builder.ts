import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a stage that has compiled',
    dockerfile: `FROM golang:1.25 AS build
COPY . .
RUN go build -o /app .
FROM build
ENTRYPOINT ["/app"]
`,
    finds: [4],
    says: '"build"',
  },
  {
    title: 'finds a stage that has bundled',
    dockerfile: `FROM node:24-slim AS build
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
FROM build AS production
USER node
CMD ["node", "dist/a.js"]
`,
    finds: [6],
  },
  {
    title: 'finds it two stages further up',
    dockerfile: `FROM maven:3.9-eclipse-temurin-21 AS jar
COPY . .
RUN mvn -B package
FROM jar AS common
ENV A=1
FROM common AS release
CMD ["java", "-jar", "target/a.jar"]
`,
    finds: [6],
    says: '"jar"',
  },
  {
    title: 'finds a C program',
    dockerfile: `FROM debian:trixie AS make
COPY . /src
RUN make -C /src install
FROM make
CMD ["app"]
`,
    finds: [4],
  },
  {
    title: 'finds files that come by a mount',
    dockerfile: `FROM rust:1.90 AS build
RUN --mount=type=bind,target=/src cargo build --release --target-dir /t
FROM build
CMD ["/t/release/app"]
`,
    finds: [3],
  },
  {
    title: 'says nothing about a common stage that installs',
    dockerfile: `FROM python:3.13-slim AS base
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM base AS production
COPY app.py .
CMD ["python", "app.py"]
`,
  },
  {
    title: 'says nothing about copies',
    dockerfile: `FROM golang:1.25 AS build
COPY . .
RUN go build -o /app .
FROM scratch
COPY --from=build /app /app
`,
  },
  {
    title: 'says nothing about a stage for tests at the end',
    dockerfile: `FROM golang:1.25 AS build
COPY . .
RUN go build -o /app .
FROM build AS test
RUN go test ./...
`,
  },
  {
    title: 'says nothing about builders that continue builders',
    dockerfile: `FROM node:24 AS a
COPY . .
RUN npm run build
FROM a AS b
RUN npm run build:docs
FROM nginx:1.29
COPY --from=b /docs /usr/share/nginx/html
`,
  },
  {
    title: 'says nothing about tools that are built without the context',
    dockerfile: `FROM alpine:3.22 AS base
RUN apk add gcc && wget -O- https://example.com/x.tar.gz | tar xz && make -C x install && apk del gcc
FROM base
COPY app.conf /etc/
CMD ["x"]
`,
  },
]
