import type { PitfallCase } from './pitfall-case.ts'

const node = {
  'package.json': '{"dependencies":{"koa":"^2"}}',
  'package-lock.json': '{}',
  'yarn.lock': '',
  'pnpm-lock.yaml': '',
}
const cargo = '[package]\nname = "x"\n[dependencies]\nserde = "1"\n'

/** Versions that a build chooses, and versions that are held. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds npm install beside a lock file',
    dockerfile: 'FROM node:24\nWORKDIR /a\nCOPY package*.json ./\nRUN npm install\n',
    files: node,
    finds: [4],
    says: 'npm install may choose other versions',
  },
  {
    title: 'finds npm install without a lock file',
    dockerfile: 'FROM node:24\nWORKDIR /a\nCOPY . .\nRUN npm install\n',
    files: { 'package.json': '{"dependencies":{"koa":"^2"}}' },
    finds: [4],
    says: 'package-lock.json is not in the context',
  },
  {
    title: 'finds yarn and pnpm that may write theirs',
    dockerfile:
      'FROM node:24 AS a\nWORKDIR /a\nCOPY . .\nRUN yarn --production\nFROM node:24\nWORKDIR /a\nCOPY . .\nRUN pnpm i --prod\nCOPY --from=a /x /x\n',
    files: node,
    finds: [4, 8],
  },
  {
    title: 'finds requirements without a version in a file',
    dockerfile: 'FROM python:3.13\nWORKDIR /a\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
    files: { 'requirements.txt': 'flask==3.1.0\nrequests>=2\n' },
    finds: [4],
    says: 'requests of requirements.txt',
  },
  {
    title: 'finds names without a version on the command line',
    dockerfile:
      'FROM python:3.13\nRUN pip install gunicorn "uvicorn[standard]>=0.30"\nRUN python -m pip install --upgrade pip\n',
    finds: [2, 3],
    says: 'gunicorn',
  },
  {
    title: 'finds a project whose dependencies are ranges',
    dockerfile: 'FROM python:3.13\nWORKDIR /a\nCOPY . .\nRUN pip install .\n',
    files: { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask>=3"]\n' },
    finds: [4],
  },
  {
    title: 'finds cargo without a lock file, once for two builds',
    dockerfile:
      'FROM rust:1.90\nWORKDIR /a\nCOPY Cargo.toml .\nRUN mkdir src && touch src/lib.rs && cargo build\nCOPY src src\nRUN touch src/lib.rs && cargo build\n',
    files: { 'Cargo.toml': cargo, 'src/lib.rs': '' },
    finds: [4],
    says: 'Cargo.lock is not in the context',
  },
  {
    title: 'finds a lock file that is not copied, and one that is ignored',
    dockerfile:
      'FROM php:8.4 AS a\nWORKDIR /a\nCOPY composer.json .\nRUN composer install\nFROM ruby:3.4\nWORKDIR /b\nCOPY . .\nRUN bundle install\nCOPY --from=a /a /a\n',
    files: {
      'composer.json': '{"require":{"slim/slim":"^4"}}',
      'composer.lock': '{}',
      Gemfile: 'gem "rack"',
      'Gemfile.lock': '',
      '.dockerignore': 'Gemfile.lock\n',
    },
    finds: [4, 8],
    says: 'composer.lock is not copied',
  },
  {
    title: 'finds poetry and uv without a lock file',
    dockerfile:
      'FROM python:3.13 AS a\nWORKDIR /a\nCOPY pyproject.toml .\nRUN poetry install\nFROM python:3.13\nWORKDIR /a\nCOPY pyproject.toml .\nRUN uv sync\nCOPY --from=a /x /x\n',
    files: { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask>=3"]\n' },
    finds: [4, 8],
  },
  {
    title: 'finds programs by their names, and modules that are put in order',
    dockerfile:
      'FROM golang:1.25\nWORKDIR /a\nCOPY go.mod go.sum ./\nRUN go install a.example/tool@latest\nRUN go mod tidy\nRUN gem install sass\n',
    files: { 'go.mod': 'module a.example/x\n\nrequire b.example/y v1.0.0\n', 'go.sum': '' },
    finds: [4, 5, 6],
  },
  {
    title: 'says nothing about installations that keep to the lock file',
    dockerfile:
      'FROM node:24 AS a\nWORKDIR /a\nCOPY . .\nRUN npm ci\nFROM node:24\nWORKDIR /a\nCOPY . .\nRUN yarn install --immutable && pnpm install --frozen-lockfile\nCOPY --from=a /x /x\n',
    files: node,
  },
  {
    title: 'says nothing about exact versions, constraints and hashes',
    dockerfile:
      'FROM python:3.13\nWORKDIR /a\nCOPY *.txt ./\nRUN pip install poetry==2.0.0 && pip install -c constraints.txt flask\nRUN pip install --require-hashes -r requirements.txt\n',
    files: { 'requirements.txt': 'flask\n', 'constraints.txt': 'flask==3.1.0\n' },
  },
  {
    title: 'says nothing about manifests that ask for nothing',
    dockerfile:
      'FROM node:24\nWORKDIR /a\nCOPY package.json .\nRUN npm install\nCOPY Cargo.toml .\nCOPY src src\nRUN cargo build\n',
    files: { 'package.json': '{"name":"x"}', 'Cargo.toml': '[package]\nname = "x"\n', 'src/main.rs': '' },
  },
  {
    title: 'says nothing about cargo with its lock file, whether it is told to keep it or not',
    dockerfile: 'FROM rust:1.90\nWORKDIR /a\nCOPY Cargo.toml Cargo.lock ./\nCOPY src src\nRUN cargo build --release\n',
    files: { 'Cargo.toml': cargo, 'Cargo.lock': '', 'src/main.rs': '' },
  },
  {
    title: 'says nothing about poetry with its lock file, bundler and composer with theirs',
    dockerfile:
      'FROM python:3.13\nWORKDIR /a\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install --only main\nCOPY . .\nRUN bundle install && composer install\n',
    files: {
      'pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nflask = "^3"\n',
      'poetry.lock': '',
      Gemfile: 'gem "rack"',
      'Gemfile.lock': '',
      'composer.json': '{"require":{"slim/slim":"^4"}}',
      'composer.lock': '{}',
    },
  },
  {
    title: 'says nothing about modules that are in the repository',
    dockerfile: 'FROM golang:1.25\nWORKDIR /a\nCOPY . .\nRUN go build -o /x .\n',
    files: { 'go.mod': 'module a.example/x\n\nrequire b.example/y v1.0.0\n', 'vendor/modules.txt': '' },
  },
  {
    title: 'says nothing about a branch, and about stages that nobody builds',
    dockerfile:
      'FROM node:24 AS test\nCOPY . .\nRUN npm install\nFROM node:24\nCOPY . .\nRUN if [ "$X" = 1 ]; then npm install; else npm ci; fi\n',
    files: node,
  },
]
