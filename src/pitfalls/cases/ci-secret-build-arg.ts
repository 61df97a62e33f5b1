import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM alpine:3.22\nRUN true\n'
const job = (...lines: readonly string[]): string =>
  `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n${lines.map((line) => `      - ${line}\n`).join('')}`
const action = (name: string, ...lines: readonly string[]): string =>
  job(
    `uses: docker/build-push-action@v6\n        with:\n          ${name}: |\n${lines.map((line) => `            ${line}\n`).join('')}`,
  )

export const cases: readonly PitfallCase[] = [
  {
    title: 'the arguments of an action',
    dockerfile,
    files: { '.github/workflows/ci.yml': action('build-args', 'APP_NAME=svc', 'NPM_TOKEN=${{ secrets.NPM_TOKEN }}') },
    finds: ['.github/workflows/ci.yml:10'],
    says: 'the build argument `NPM_TOKEN`',
  },
  {
    title: 'a secret under an innocent name',
    dockerfile,
    files: { '.github/workflows/ci.yml': action('build-args', 'MIRROR=${{ secrets.PYPI_MIRROR }}') },
    finds: ['.github/workflows/ci.yml:9'],
  },
  {
    title: 'a command of GitLab',
    dockerfile,
    files: {
      '.gitlab-ci.yml':
        'image:\n  script:\n    - docker build --build-arg AUTH=$CI_JOB_TOKEN --build-arg DB_PASSWORD -t a .\n',
    },
    finds: ['.gitlab-ci.yml:3', '.gitlab-ci.yml:3'],
  },
  {
    title: 'a compose file',
    dockerfile,
    files: {
      'compose.yaml':
        'services:\n  web:\n    build:\n      context: .\n      args:\n        GITHUB_TOKEN: ${GITHUB_TOKEN}\n',
    },
    finds: ['compose.yaml:6'],
    says: 'the service `web` of `compose.yaml`',
  },
  {
    title: 'arguments in a list, and a literal',
    dockerfile,
    files: {
      'docker-compose.yml':
        'services:\n  web:\n    build:\n      context: .\n      args:\n        - API_KEY\n        - REMOTE=https://ci:hunter2@git.example.com/a\n',
    },
    finds: ['docker-compose.yml:6', 'docker-compose.yml:7'],
  },
  {
    title: 'secrets of an action',
    dockerfile,
    files: { '.github/workflows/ci.yml': action('secrets', 'npm_token=${{ secrets.NPM_TOKEN }}') },
  },
  {
    title: 'secrets of a command, and arguments that are none',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': job(
        'run: docker buildx build --secret id=netrc,src=$HOME/.netrc --build-arg APP_VERSION=${{ github.ref_name }} --build-arg TOKEN_URL=https://id.example.com -t a .',
      ),
    },
  },
  {
    title: 'what is kept with the secrets and is none',
    dockerfile,
    files: {
      '.github/workflows/ci.yml': action(
        'build-args',
        'REGISTRY=${{ secrets.REGISTRY_HOST }}',
        'SENTRY_DSN=${{ secrets.SENTRY_DSN }}',
      ),
    },
  },
  {
    title: 'settings of a compose file',
    dockerfile,
    files: {
      'compose.yaml':
        'services:\n  web:\n    build:\n      context: .\n      args:\n        APP_NAME: svc\n        API_KEY: ""\n        SECRET_BACKEND: vault\n    environment:\n      API_TOKEN: ${API_TOKEN}\n',
    },
  },
  {
    title: 'a Dockerfile of another service',
    dockerfile,
    files: {
      'web/Dockerfile': 'FROM alpine\n',
      'compose.yaml':
        'services:\n  web:\n    build:\n      context: ./web\n      args:\n        NPM_TOKEN: ${NPM_TOKEN}\n',
    },
  },
]
