import type { PitfallCase } from './pitfall-case.ts'

const node = { 'package.json': '{"dependencies":{"koa":"2.15.3"}}', 'package-lock.json': '{}', 'src/index.js': '' }
const go = { 'go.mod': 'module a.example/x\n\nrequire b.example/y v1.0.0\n', 'go.sum': '', 'main.go': 'package main' }
const python = { 'requirements.txt': 'flask==3.1.0\n', 'app.py': '' }
const rust = {
  'Cargo.toml': '[package]\nname = "x"\n[dependencies]\nserde = "1"\n',
  'Cargo.lock': '',
  'src/main.rs': '',
}

/** Source before the installation, and after it. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds the whole context before npm ci',
    dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm ci\n',
    files: node,
    finds: [3],
    says: 'npm ci',
  },
  {
    title: 'finds it with a mounted cache, which keeps downloads and no packages',
    dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . /app\nRUN --mount=type=cache,target=/root/.npm npm install\n',
    files: { ...node },
    finds: [3],
  },
  {
    title: 'finds source that rides along with the manifests',
    dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY package*.json src/ ./\nRUN npm ci\nCMD ["node", "index.js"]\n',
    files: node,
    finds: [3],
  },
  {
    title: 'finds a COPY of source of its own between manifests and installation',
    dockerfile:
      'FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt .\nCOPY app.py .\nRUN pip install -r requirements.txt\n',
    files: python,
    finds: [4],
  },
  {
    title: 'finds a build that downloads modules',
    dockerfile: 'FROM golang:1.25\nWORKDIR /src\nCOPY go.mod go.sum ./\nCOPY *.go ./\nRUN go build -o /out/x .\n',
    files: go,
    finds: [4],
    says: 'go build',
  },
  {
    title: 'finds a download in the step that builds',
    dockerfile: 'FROM golang:1.25\nWORKDIR /src\nCOPY . ./\nRUN go mod download && go build -o /out/x .\n',
    files: go,
    finds: [3],
  },
  {
    title: 'finds cargo with everything before it',
    dockerfile: 'FROM rust:1.90\nWORKDIR /src\nCOPY . .\nRUN cargo build --release\n',
    files: rust,
    finds: [3],
  },
  {
    title: 'finds maven that fetches while it packages',
    dockerfile: 'FROM maven:3.9-eclipse-temurin-21\nWORKDIR /app\nCOPY pom.xml .\nCOPY src ./src\nRUN mvn -B package\n',
    files: { 'pom.xml': '<project/>', 'src/main/java/A.java': '' },
    finds: [4],
  },
  {
    title: 'finds a stage that continues one with the source',
    dockerfile: 'FROM ruby:3.4 AS base\nWORKDIR /app\nCOPY . .\nFROM base\nRUN bundle install\n',
    files: { Gemfile: 'gem "rails"', 'Gemfile.lock': '', 'app/models/user.rb': '' },
    finds: [3],
  },
  {
    title: 'finds composer, whose whole project comes first',
    dockerfile:
      'FROM composer:2 AS vendor\nWORKDIR /app\nADD . /app\nRUN composer install --no-dev\nFROM php:8.4\nCOPY --from=vendor /app /app\n',
    files: { 'composer.json': '{"require":{"slim/slim":"^4"}}', 'composer.lock': '{}', 'index.php': '' },
    finds: [3],
  },
  {
    title: 'finds a project that pip installs with its dependencies',
    dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install .\n',
    files: { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask==3.1.0"]\n', 'x/main.py': '' },
    finds: [3],
  },
  {
    title: 'says nothing when manifests come first',
    dockerfile:
      'FROM node:24\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n',
    files: node,
  },
  {
    title: 'says nothing about a second installation, with the packages of the first one',
    dockerfile:
      'FROM node:24\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build && npm ci --omit=dev\n',
    files: node,
  },
  {
    title: 'says nothing about the build behind a download',
    dockerfile:
      'FROM golang:1.25\nWORKDIR /src\nCOPY go.* ./\nRUN go mod download\nCOPY . .\nRUN go build -o /out/x .\n',
    files: go,
  },
  {
    title: 'says nothing when the module needs no other',
    dockerfile: 'FROM golang:1.25\nWORKDIR /src\nCOPY . .\nRUN go build -o /out/x .\n',
    files: { 'go.mod': 'module a.example/x\n', 'main.go': 'package main' },
  },
  {
    title: 'says nothing about a file that go builds without a module',
    dockerfile: 'FROM golang:1.25\nWORKDIR /src\nCOPY main.go main.go\nRUN CGO_ENABLED=0 go build -o backend main.go\n',
    files: { 'main.go': 'package main' },
  },
  {
    title: 'says nothing when modules come into a mounted cache',
    dockerfile:
      'FROM golang:1.25\nWORKDIR /src\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod go build -o /out/x .\n',
    files: go,
  },
  {
    title: 'says nothing when the modules are in the repository, or come into the home of gradle',
    dockerfile:
      'FROM golang:1.25\nWORKDIR /src\nCOPY . .\nRUN go build -o /out/x .\nFROM gradle:8-jdk21\nWORKDIR /g\nCOPY . .\nRUN --mount=type=cache,target=/home/gradle/.gradle gradle build\nCOPY --from=0 /x /x\n',
    files: { ...go, 'vendor/modules.txt': '', 'build.gradle': '' },
  },
  {
    title: 'says nothing about the planner of cargo-chef',
    dockerfile:
      'FROM rust:1.90 AS plan\nWORKDIR /a\nCOPY . .\nRUN cargo chef prepare\nFROM rust:1.90\nWORKDIR /a\nCOPY --from=plan /a/recipe.json .\nRUN cargo chef cook --release\nCOPY . .\nRUN cargo build --release\n',
    files: rust,
  },
  {
    title: 'says nothing about Cargo.toml and the source in two COPYs, which cargo wants both',
    dockerfile:
      'FROM rust:1.90\nWORKDIR /a\nCOPY Cargo.toml Cargo.lock ./\nCOPY src ./src\nRUN cargo build --release\n',
    files: rust,
  },
  {
    title: 'says nothing about a project without dependencies that pip installs',
    dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY pyproject.toml ./\nCOPY x ./x\nRUN pip install .\n',
    files: { 'pyproject.toml': '[project]\nname = "x"\n', 'x/main.py': '' },
  },
  {
    title: 'says nothing about packages of the distribution',
    dockerfile: 'FROM alpine:3.22\nCOPY app /app\nRUN apk add --no-cache curl\n',
    files: { 'app/run.py': '' },
  },
  {
    title: 'says nothing about settings, patches and local packages that the installation needs',
    dockerfile:
      'FROM node:24\nWORKDIR /app\nCOPY package.json .npmrc tsconfig.json ./\nCOPY patches ./patches\nCOPY libs ./libs\nRUN npm ci\nCOPY src ./src\n',
    files: {
      'package.json': '{"dependencies":{"a":"file:./libs/a"}}',
      '.npmrc': '',
      'tsconfig.json': '{}',
      'patches/x.patch': '',
      'libs/a/index.js': '',
      'src/index.js': '',
    },
  },
  {
    title: 'says nothing when a script of the manifest builds with the installation',
    dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm ci\n',
    files: { ...node, 'package.json': '{"dependencies":{"koa":"2"},"scripts":{"postinstall":"node src/index.js"}}' },
  },
  {
    title: 'says nothing about manifests of a workspace',
    dockerfile:
      'FROM node:24\nWORKDIR /r\nCOPY pnpm-lock.yaml package.json ./\nCOPY --parents packages/*/package.json ./\nRUN pnpm install --frozen-lockfile\nCOPY packages ./packages\n',
    files: {
      'package.json': '{"dependencies":{"koa":"2"}}',
      'pnpm-lock.yaml': '',
      'packages/a/package.json': '{"dependencies":{"koa":"2"}}',
      'packages/a/index.js': '',
    },
  },
  {
    title: 'says nothing when the packages come from another stage',
    dockerfile:
      'FROM node:24 AS deps\nWORKDIR /a\nCOPY package*.json ./\nRUN npm ci\nFROM node:24\nWORKDIR /a\nCOPY . .\nCOPY --from=deps /a/node_modules ./node_modules\nRUN npm run build\n',
    files: node,
  },
  {
    title: 'says nothing about a tool that is installed by its name',
    dockerfile: 'FROM node:24\nWORKDIR /a\nCOPY . .\nRUN npm install -g serve\n',
    files: node,
  },
]
