import type { PitfallCase } from './pitfall-case.ts'

const plain = 'FROM alpine:3.22\nRUN true\n'
const crossing =
  'FROM --platform=$BUILDPLATFORM golang:1.25 AS build\nARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -o /a .\nFROM alpine:3.22\nCOPY --from=build /a /a\n'
const asking = 'FROM debian:13-slim\nARG TARGETARCH\nRUN curl -fsSLo /t https://example.com/t-${TARGETARCH}\n'
const job = (...lines: readonly string[]): string =>
  `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n${lines.map((line) => `      - ${line}\n`).join('')}`
const action = (more = ''): string =>
  `uses: docker/build-push-action@v6\n        with:\n          push: true\n          tags: r.example.com/a:1${more}`
const both = '\n          platforms: linux/amd64,linux/arm64'

/** Pipelines that publish for one platform, and what says that there are more. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds an action without platforms for a file that crosses',
    dockerfile: crossing,
    files: { '.github/workflows/ci.yml': job(action()) },
    finds: ['.github/workflows/ci.yml:6'],
    says: 'stage build of Dockerfile compiles for other platforms than its own',
  },
  {
    title: 'finds build and push for a file that asks',
    dockerfile: asking,
    files: {
      '.github/workflows/ci.yml': job('run: docker build -t r.example.com/a:1 .', 'run: docker push r.example.com/a:1'),
    },
    finds: ['.github/workflows/ci.yml:6'],
    says: 'asks what it builds for',
  },
  {
    title: 'finds GitLab with buildx',
    dockerfile: crossing,
    files: { '.gitlab-ci.yml': 'build:\n  script:\n    - docker buildx build --push -t r.example.com/a:1 .\n' },
    finds: ['.gitlab-ci.yml:3'],
  },
  {
    title: 'finds one pipeline of two',
    dockerfile: plain,
    files: { '.github/workflows/a.yml': job(action(both)), '.github/workflows/b.yml': job(action()) },
    finds: ['.github/workflows/b.yml:6'],
    says: '.github/workflows/a.yml builds for linux/amd64 and linux/arm64',
  },
  {
    title: 'is content with platforms',
    dockerfile: crossing,
    files: { '.github/workflows/ci.yml': job(action(both)) },
  },
  {
    title: 'is content when nothing asks for several',
    dockerfile: plain,
    files: { '.github/workflows/ci.yml': job(action()) },
  },
  {
    title: 'is content when nothing is pushed',
    dockerfile: crossing,
    files: { '.github/workflows/ci.yml': job('run: docker build -t a .') },
  },
  {
    title: 'is content with images that are put together',
    dockerfile: crossing,
    files: {
      '.github/workflows/ci.yml': job(
        action(),
        'run: docker buildx imagetools create -t r.example.com/a:2 r.example.com/a:1',
      ),
    },
  },
  {
    title: 'is content with a variable, and with one platform that is named',
    dockerfile: crossing,
    files: {
      '.github/workflows/a.yml': job(action('\n          platforms: ${{ env.PLATFORMS }}')),
      '.github/workflows/b.yml': job(action('\n          platforms: linux/amd64')),
    },
  },
  { title: 'says nothing without pipelines', dockerfile: crossing },
]
