import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'an npm token for a private registry',
    dockerfile: 'FROM node:22\nARG NPM_TOKEN\nRUN npm ci\n',
    finds: [2],
    says: 'the history of the image',
  },
  {
    title: 'the password of a Maven repository in a build stage',
    dockerfile: `FROM maven:3.9 AS build
ARG REPO_USER
ARG REPO_PASSWORD
RUN mvn -Drepo.pass=$REPO_PASSWORD package

FROM eclipse-temurin:21-jre
COPY --from=build /app.jar /app.jar
`,
    finds: [3],
    says: 'the build cache of stage `build`',
  },
  {
    title: 'a private key of SSH for pip',
    dockerfile: 'FROM python:3.13\nARG SSH_PRV_KEY\nARG SSH_PUB_KEY\n',
    finds: [2],
  },
  {
    title: 'a token of GitHub for Go modules, with an empty default',
    dockerfile: 'FROM golang:1.25\nARG GITHUB_PAT=""\nRUN go mod download\n',
    finds: [2],
  },
  {
    title: 'a literal token under an innocent name',
    dockerfile: 'FROM alpine\nARG REMOTE=ghp_0123456789abcdefghijABCDEFGHIJ012345\n',
    finds: [2],
    says: 'a GitHub token',
  },
  {
    title: 'an address with a password as the default',
    dockerfile: 'FROM python:3.13\nARG PIP_INDEX_URL=https://ci:hunter2@pypi.example.com/simple\n',
    finds: [2],
    says: 'a password in a URL',
  },
  {
    title: 'a global argument that a stage takes over',
    dockerfile: 'ARG SENTRY_AUTH_TOKEN\nFROM node:22\nARG SENTRY_AUTH_TOKEN\n',
    finds: [3],
  },
  {
    title: 'a literal in the default of a global argument',
    dockerfile: 'ARG MIRROR=https://ci:hunter2@mirror.example.com\nFROM alpine\nARG MIRROR\n',
    finds: [3],
  },
  {
    title: 'credentials of several tools on one line each',
    dockerfile: `FROM ruby:3.4
ARG BUNDLE_GEMS__EXAMPLE__COM
ARG RAILS_MASTER_KEY
ARG COMPOSER_AUTH
ARG AWS_SECRET_ACCESS_KEY
`,
    finds: [2, 3, 4, 5],
  },
  { title: 'several in one ARG', dockerfile: 'FROM alpine\nARG DB_PASS API_KEY VERSION\n', finds: [2, 2] },
  {
    title: 'a stage that nobody builds',
    dockerfile: 'FROM node:22 AS publish\nARG NPM_TOKEN\nRUN npm publish\n\nFROM node:22-slim\nRUN true\n',
  },
  {
    title: 'a stage that only a pipeline builds, by name',
    dockerfile: 'FROM node:22 AS publish\nARG NPM_TOKEN\nRUN npm publish\n\nFROM node:22-slim\nRUN true\n',
    files: {
      '.github/workflows/ci.yml': 'on: push\njobs:\n  a:\n    steps:\n      - run: docker build --target publish .\n',
    },
    finds: [2],
  },
  { title: 'a global argument that no stage takes over', dockerfile: 'ARG NPM_TOKEN\nFROM node:22\nRUN npm ci\n' },
  {
    title: 'limits, policies and places',
    dockerfile: `FROM alpine
ARG TOKEN_BUCKET_SIZE=50
ARG PASSWORD_MIN_LENGTH
ARG DB_PASSWORD_FILE
ARG SECRET_BACKEND=vault
ARG JWT_PUBLIC_KEY
ARG TOKEN_URL=https://id.example.com/token
ARG MAX_TOKENS=4096
ARG SECRET_NAME
ARG KEY
`,
  },
  {
    title: 'what looks like a credential in other fields',
    dockerfile: `FROM python:3.13
ARG GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305
ARG CACHE_KEY
ARG PRIMARY_KEY=id
ARG PAD_TOKEN="[PAD]"
ARG FIRST_PASS=1
ARG ENABLE_AUTH_TOKEN
ARG REQUIRE_PASSWORD=true
ARG AUTHOR
ARG KEYBOARD_LAYOUT
ARG COMPASS_VERSION
ARG MONKEY
`,
  },
  {
    title: 'a place by its default',
    dockerfile:
      'FROM alpine\nARG SSH_KEY=/run/secrets/ssh\nARG DEPLOY_KEY=~/.ssh/id_ed25519\nARG GOOGLE_APPLICATION_CREDENTIALS\n',
  },
  {
    title: 'registries without a password',
    dockerfile: `FROM node:22
ARG NPM_CONFIG_REGISTRY=https://registry.example.com
ARG REPOSITORY=git@git.example.com:team/app.git
ARG CLONE=ssh://git@git.example.com/team/app.git
ARG COMMIT=9f2c1e0b7d3a4c5e6f708192a3b4c5d6e7f80912
`,
  },
]
