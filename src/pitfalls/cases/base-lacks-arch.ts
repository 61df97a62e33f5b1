import type { PitfallCase } from './pitfall-case.ts'

const java = (tag: string, flag = ''): string =>
  `FROM ${flag}eclipse-temurin:${tag}\nCOPY app.jar /app.jar\nCMD ["java", "-jar", "/app.jar"]\n`
const github = (platforms: string, more = ''): string =>
  `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          push: true\n          platforms: ${platforms}\n${more}`
const both = { '.github/workflows/ci.yml': github('linux/amd64,linux/arm64') }

export const cases: readonly PitfallCase[] = [
  {
    title: 'Java on Alpine, for the platforms of a pipeline',
    dockerfile: java('17-jre-alpine'),
    files: both,
    finds: [1],
    says: 'linux/arm64: it is there for amd64 only, and `.github/workflows/ci.yml` builds for it',
  },
  {
    title: 'buildx on a command line',
    dockerfile: 'FROM archlinux\nRUN pacman -Syu --noconfirm\n',
    files: {
      '.gitlab-ci.yml':
        'image:\n  script:\n    - docker buildx build --platform linux/amd64,linux/arm64 --push -t r.example.com/a:1 .\n',
    },
    finds: [1],
  },
  {
    title: 'asked for by FROM itself',
    dockerfile: java('17-jre-alpine', '--platform=linux/arm64 '),
    finds: [1],
    says: 'its FROM asks for it',
  },
  {
    title: 'Node.js for 32-bit ARM',
    dockerfile: 'FROM node:24-alpine\nCMD ["node"]\n',
    files: { '.github/workflows/ci.yml': github('linux/amd64,linux/arm/v7') },
    finds: [1],
    says: 'linux/arm/v7',
  },
  {
    title: 'the builder too, when it is built for the target',
    dockerfile:
      'FROM maven:3.9-eclipse-temurin-17-alpine AS build\nCOPY . .\nRUN mvn package\nFROM eclipse-temurin:17-jre\nCOPY --from=build /target/a.jar /a.jar\n',
    files: both,
    finds: [1],
  },
  {
    title: 'a database of one architecture',
    dockerfile: 'FROM --platform=linux/arm64 mcr.microsoft.com/mssql/server:2022-latest\nENV ACCEPT_EULA=Y\n',
    finds: [1],
  },
  { title: 'the newer version is published for both', dockerfile: java('21-jre-alpine'), files: both },
  { title: 'the other variant is published for both', dockerfile: java('17-jre'), files: both },
  {
    title: 'the builder runs where it is built',
    dockerfile:
      'FROM --platform=$BUILDPLATFORM maven:3.9-eclipse-temurin-17-alpine AS build\nCOPY . .\nRUN mvn package\nFROM eclipse-temurin:17-jre\nCOPY --from=build /target/a.jar /a.jar\n',
    files: both,
  },
  { title: 'nobody asks for another platform', dockerfile: java('17-jre-alpine') },
  {
    title: 'a pipeline for the platform that is there',
    dockerfile: java('17-jre-alpine'),
    files: { '.github/workflows/ci.yml': github('linux/amd64') },
  },
  {
    title: 'a stage of another target',
    dockerfile: 'FROM archlinux AS tools\nRUN true\nFROM alpine:3.22\nRUN true\n',
    files: both,
  },
  {
    title: 'another file of the repository',
    dockerfile: java('17-jre-alpine'),
    files: {
      '.github/workflows/ci.yml': github('linux/amd64,linux/arm64', '          file: other/Dockerfile\n'),
      'other/Dockerfile': 'FROM alpine:3.22\n',
    },
  },
  { title: 'a copy at another registry', dockerfile: 'FROM --platform=linux/arm64 registry.example.com/archlinux\n' },
]
