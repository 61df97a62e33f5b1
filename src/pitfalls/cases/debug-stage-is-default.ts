import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a debug stage at the end',
    dockerfile: `FROM node:24 AS build
RUN echo
FROM node:24-slim AS production
CMD ["node", "a.js"]
FROM production AS debug
USER root
CMD ["bash"]
`,
    finds: [5],
    says: '"debug"',
  },
  {
    title: 'finds a development stage at the end',
    dockerfile: `FROM golang:1.25 AS build
RUN go build
FROM scratch AS release
COPY --from=build /a /a
FROM build AS dev
CMD ["air"]
`,
    finds: [5],
    says: '"dev"',
  },
  {
    title: 'finds a test stage at the end',
    dockerfile: `FROM maven:3.9 AS build
RUN mvn package
FROM build AS integration-tests
RUN mvn verify
`,
    finds: [3],
  },
  {
    title: 'finds a stage without a name that only tests',
    dockerfile: `FROM python:3.13 AS app
CMD ["python", "app.py"]
FROM app
RUN pip install pytest && pytest
`,
    finds: [3],
  },
  {
    title: 'finds a debug variant of production',
    dockerfile: `FROM alpine:3.22 AS production
CMD ["app"]
FROM production AS production-debug
RUN apk add strace
`,
    finds: [3],
  },
  {
    title: 'says nothing when the release is last',
    dockerfile: `FROM node:24 AS dev
CMD ["npm", "run", "dev"]
FROM dev AS test
RUN npm test
FROM node:24-slim AS production
CMD ["node", "a.js"]
`,
  },
  {
    title: 'says nothing about one stage',
    dockerfile: `FROM node:24 AS dev
CMD ["npm", "run", "dev"]
`,
  },
  {
    title: 'says nothing about names that only sound like it',
    dockerfile: `FROM golang:1.25 AS build
RUN echo
FROM scratch AS device-agent
COPY --from=build /a /a
`,
  },
  {
    title: 'says nothing when tests run before the release',
    dockerfile: `FROM python:3.13 AS build
RUN pytest
FROM python:3.13-slim
CMD ["python", "app.py"]
`,
  },
  {
    title: 'says nothing about a last stage that tests and starts',
    dockerfile: `FROM golang:1.25 AS build
RUN go build
FROM alpine:3.22
COPY --from=build /a /a
RUN /a --version
ENTRYPOINT ["/a"]
`,
  },
]
