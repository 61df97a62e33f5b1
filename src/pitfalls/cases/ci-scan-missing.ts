import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM alpine:3.22\nRUN true\n'
const job = (...lines: readonly string[]): string =>
  `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n${lines.map((line) => `      - ${line}\n`).join('')}`

export const cases: readonly PitfallCase[] = [
  {
    title: 'a workflow of GitHub',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job('run: docker build -t r.example.com/a:1 .', 'run: docker push r.example.com/a:1'),
    },
    finds: ['.github/workflows/ci.yml:7'],
    says: '`r.example.com/a:1` that no step has scanned',
  },
  {
    title: 'an action that builds and pushes',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        'uses: docker/build-push-action@v6\n        with:\n          push: true\n          tags: r.example.com/a:1',
      ),
    },
    finds: ['.github/workflows/ci.yml:6'],
  },
  {
    title: 'a pipeline of GitLab',
    dockerfile,
    files: {
      '.gitlab-ci.yml':
        'build:\n  script:\n    - docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .\n    - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"\n',
    },
    finds: ['.gitlab-ci.yml:4'],
  },
  {
    title: 'a Jenkinsfile',
    dockerfile,
    files: {
      Jenkinsfile:
        "pipeline {\n  agent any\n  stages {\n    stage('image') {\n      steps {\n        sh 'docker build -t r.example.com/a:1 .'\n        sh 'docker push r.example.com/a:1'\n      }\n    }\n  }\n}\n",
    },
    finds: ['Jenkinsfile:7'],
  },
  {
    title: 'a scanner that is only spoken of, or looks at sources',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        'run: docker build -t r.example.com/a:1 .',
        'run: trivy fs .',
        'run: docker push r.example.com/a:1',
        'run: echo "scan it with trivy"',
      ),
    },
    finds: ['.github/workflows/ci.yml:8'],
  },
  {
    title: 'a scan before the push',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        'run: docker build -t r.example.com/a:1 .',
        'run: trivy image --exit-code 1 r.example.com/a:1',
        'run: docker push r.example.com/a:1',
      ),
    },
  },
  {
    title: 'a scan by an action behind the push',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        'uses: docker/build-push-action@v6\n        with:\n          push: true\n          tags: r.example.com/a:1',
        'uses: anchore/scan-action@v6\n        with:\n          image: r.example.com/a:1',
      ),
    },
  },
  {
    title: 'a scan in another pipeline',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job('run: docker build -t r.example.com/a:1 .', 'run: docker push r.example.com/a:1'),
      '.github/workflows/scan.yml': job('run: grype r.example.com/a:1 --fail-on high'),
    },
  },
  {
    title: 'nothing is pushed',
    dockerfile,
    files: { '.github/workflows/ci.yml': job('run: docker build -t a .', 'run: docker run --rm a make test') },
  },
  {
    title: 'an image of another Dockerfile',
    dockerfile,
    files: {
      'web/Dockerfile': 'FROM alpine\n',
      '.github/workflows/ci.yml': job(
        'run: docker build -t r.example.com/web:1 web',
        'run: docker push r.example.com/web:1',
      ),
    },
  },
  { title: 'no pipeline', dockerfile },
]
