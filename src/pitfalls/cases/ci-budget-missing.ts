import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM alpine:3.22\nRUN true\n'
const job = (...lines: readonly string[]): string =>
  `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n${lines.map((line) => `      - ${line}\n`).join('')}`
const [build, push] = ['run: docker build -t r.example.com/a:1 .', 'run: docker push r.example.com/a:1']

export const cases: readonly PitfallCase[] = [
  {
    title: 'a push',
    dockerfile,
    files: { '.github/workflows/ci.yml': job(build, push) },
    finds: ['.github/workflows/ci.yml:7'],
    says: 'without a look at its size',
  },
  {
    title: 'a push behind a scan',
    dockerfile,
    files: { '.github/workflows/ci.yml': job(build, 'run: trivy image r.example.com/a:1', push) },
    finds: ['.github/workflows/ci.yml:8'],
  },
  {
    title: 'a build that pushes, in GitLab',
    dockerfile,
    files: { '.gitlab-ci.yml': 'image:\n  script:\n    - docker buildx build --push -t r.example.com/a:1 .\n' },
    finds: ['.gitlab-ci.yml:3'],
  },
  {
    title: 'a push in CircleCI',
    dockerfile,
    files: {
      '.circleci/config.yml':
        'version: 2.1\njobs:\n  image:\n    docker: [{image: cimg/base:stable}]\n    steps:\n      - run: docker build -t r.example.com/a:1 .\n      - run: docker push r.example.com/a:1\n',
    },
    finds: ['.circleci/config.yml:7'],
  },
  {
    title: 'dive decides',
    dockerfile,
    files: { '.github/workflows/ci.yml': job(build, 'run: CI=true dive r.example.com/a:1', push) },
  },
  {
    title: 'a comparison of the size',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        build,
        'run: test "$(docker image inspect --format \'{{.Size}}\' r.example.com/a:1)" -lt 200000000',
        push,
      ),
    },
  },
  { title: 'nothing is pushed', dockerfile, files: { '.github/workflows/ci.yml': job(build) } },
  { title: 'no pipeline', dockerfile },
]
