import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds it in a condition',
    dockerfile: `ARG ENV=production
FROM node:24-alpine AS builder
RUN if [ "$ENV" = "production" ]; then npm ci --omit=dev; else npm install; fi
`,
    finds: [3],
    says: '$ENV',
  },
  {
    title: 'finds it in flags of a compiler',
    dockerfile: `ARG APP_VERSION=2.3
FROM golang:1.25 AS b
COPY . .
RUN go build -ldflags="-X main.version=\${APP_VERSION}" -o /a .
`,
    finds: [4],
  },
  {
    title: 'finds it in ENV, LABEL and COPY',
    dockerfile: `ARG VERSION=1
ARG DIR=src
FROM alpine:3.22
ENV V=$VERSION
LABEL v="\${VERSION}"
COPY \${DIR} /d
`,
    finds: [4, 6],
  },
  {
    title: 'finds it in the second stage only',
    dockerfile: `ARG PY=3.13
FROM python:\${PY} AS a
ARG PY
RUN echo $PY
FROM python:\${PY}-slim
RUN echo "$PY" > /version
`,
    finds: [6],
  },
  {
    title: 'finds it in a heredoc',
    dockerfile: `ARG URL=https://example.com
FROM alpine:3.22
RUN <<EOF
wget $URL/x
EOF
`,
    finds: [3],
  },
  {
    title: 'finds a use before the declaration',
    dockerfile: `ARG A=1
FROM alpine:3.22
RUN echo $A
ARG A
RUN echo $A
`,
    finds: [3],
  },
  {
    title: 'finds platform arguments that the stage does not declare',
    dockerfile: `FROM golang:1.25 AS b
RUN GOARCH=$TARGETARCH go build -o /a .
FROM alpine:3.22
ARG TARGETARCH
RUN echo $TARGETARCH
`,
    finds: [2],
    says: 'for stages that say ARG TARGETARCH',
  },
  {
    title: 'says nothing when it is declared again',
    dockerfile: `ARG A=1
FROM alpine:3.22
ARG A
RUN echo $A
`,
  },
  {
    title: 'says nothing about FROM',
    dockerfile: `ARG NODE_VERSION=24
FROM node:\${NODE_VERSION}-slim
CMD ["node"]
`,
  },
  {
    title: 'says nothing about stages that inherit it',
    dockerfile: `ARG A=1
FROM alpine:3.22 AS base
ARG A
FROM base
RUN echo $A
`,
  },
  {
    title: 'says nothing about what ENV or the command sets',
    dockerfile: `ARG A=1
ARG B=2
FROM alpine:3.22
ENV A=3
RUN echo $A && B=4 && echo $B
`,
  },
  {
    title: 'says nothing about the run time',
    dockerfile: `ARG PORT=1
FROM alpine:3.22
CMD serve --port $PORT
`,
  },
  {
    title: 'says nothing about variables of the image',
    dockerfile: `ARG GOLANG_VERSION=1.25
FROM golang:\${GOLANG_VERSION}
RUN echo $GOLANG_VERSION
`,
  },
  {
    title: 'says nothing about quoted text',
    dockerfile: `ARG A=1
FROM alpine:3.22
RUN echo '$A' > /template
`,
  },
]
