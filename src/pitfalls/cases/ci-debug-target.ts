import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = `FROM golang:1.25 AS build
RUN go build -o /app .

FROM build AS test
RUN go test ./...

FROM alpine:3.22 AS debug
COPY --from=build /app /app

FROM scratch AS release
COPY --from=build /app /app
`
const job = (...lines: readonly string[]): string =>
  `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n${lines.map((line) => `      - ${line}\n`).join('')}`
const compose = (target: string): string =>
  `services:\n  web:\n    image: r.example.com/web:1\n    build:\n      context: .\n      target: ${target}\n`

export const cases: readonly PitfallCase[] = [
  {
    title: 'the stage that builds is pushed',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        'run: docker build --target build -t r.example.com/a:latest .',
        'run: docker push r.example.com/a:latest',
      ),
    },
    finds: ['.github/workflows/ci.yml:6'],
    says: 'publishes stage `build`, which only serves to build the last stage',
  },
  {
    title: 'the stage for debugging, by an action',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        'uses: docker/build-push-action@v6\n        with:\n          push: true\n          target: debug\n          tags: r.example.com/a:1',
      ),
    },
    finds: ['.github/workflows/ci.yml:6'],
    says: 'is not meant for release',
  },
  {
    title: 'the stage for tests, in GitLab, in other letters',
    dockerfile,
    files: {
      '.gitlab-ci.yml': 'image:\n  script:\n    - docker buildx build --push --target=Test -t r.example.com/a:1 .\n',
    },
    finds: ['.gitlab-ci.yml:3'],
  },
  {
    title: 'a compose file for production',
    dockerfile,
    files: { 'compose.prod.yaml': compose('debug') },
    finds: ['compose.prod.yaml:6'],
    says: 'the service `web` of `compose.prod.yaml`',
  },
  {
    title: 'the last stage when it is for development',
    dockerfile: 'FROM node:22 AS prod\nCMD ["node", "a.js"]\n\nFROM prod AS dev\nRUN npm ci\n',
    files: { '.gitlab-ci.yml': 'image:\n  script:\n    - docker build --push --target dev -t r.example.com/a:1 .\n' },
    finds: ['.gitlab-ci.yml:3'],
  },
  {
    title: 'tests are built and run, the release is pushed',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        'run: docker build --target build -t a:test .',
        'run: docker run --rm a:test go test ./...',
        'run: docker build --target release -t r.example.com/a:1 .',
        'run: docker push r.example.com/a:1',
      ),
    },
  },
  {
    title: 'a compose file for production with the release',
    dockerfile,
    files: { 'compose.prod.yaml': compose('release') },
  },
  { title: 'a compose file for development', dockerfile, files: { 'compose.yaml': compose('debug') } },
  {
    title: 'the release is not the last stage',
    dockerfile: 'FROM node:22 AS prod\nCMD ["node", "a.js"]\n\nFROM prod AS dev\nRUN npm ci\n',
    files: { '.gitlab-ci.yml': 'image:\n  script:\n    - docker build --push --target prod -t r.example.com/a:1 .\n' },
  },
  {
    title: 'an image of its own',
    dockerfile:
      'FROM golang:1.25 AS build\nRUN make\n\nFROM scratch AS worker\nCOPY --from=build /worker /\n\nFROM scratch AS api\nCOPY --from=build /api /\n',
    files: {
      '.gitlab-ci.yml': 'image:\n  script:\n    - docker build --push --target worker -t r.example.com/worker:1 .\n',
    },
  },
  {
    title: 'a tag that says what it is',
    dockerfile,
    files: {
      '.gitlab-ci.yml':
        'image:\n  script:\n    - docker build --push --target debug -t r.example.com/a:1-debug .\n    - docker build --push --target build -t r.example.com/a:cache .\n',
    },
  },
  {
    title: 'no target',
    dockerfile,
    files: { '.gitlab-ci.yml': 'image:\n  script:\n    - docker build --push -t r.example.com/a:1 .\n' },
  },
  {
    title: 'a stage of another Dockerfile',
    dockerfile,
    files: {
      'web/Dockerfile': 'FROM node:22 AS build\n\nFROM node:22\nCOPY --from=build /a /a\n',
      '.gitlab-ci.yml':
        'image:\n  script:\n    - docker build --push --target build -f web/Dockerfile -t r.example.com/a:1 .\n',
    },
  },
]
