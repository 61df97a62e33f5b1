import type { PitfallCase } from './pitfall-case.ts'

/** Arguments of one build before and behind what should come from the cache. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a commit before npm ci',
    dockerfile: 'FROM node:24\nARG GIT_SHA\nWORKDIR /a\nCOPY package*.json ./\nRUN npm ci\nENV REV=$GIT_SHA\n',
    finds: [2],
    says: 'GIT_SHA',
  },
  {
    title: 'finds two at once, at the first one',
    dockerfile:
      'FROM golang:1.25\nARG VERSION=1.2.3\nARG BUILD_DATE\nARG CI_COMMIT_SHORT_SHA\nCOPY go.* ./\nRUN go mod download\n',
    finds: [3],
    says: 'BUILD_DATE and CI_COMMIT_SHORT_SHA are',
  },
  {
    title: 'finds a cache buster before packages of the distribution',
    dockerfile:
      'FROM debian:12\nARG CACHEBUST=1\nRUN apt-get update && apt-get install -y curl\nRUN git clone https://a.example/b\n',
    finds: [2],
  },
  {
    title: 'finds a build number and a time stamp in lower case',
    dockerfile:
      'FROM python:3.13\nARG build_number timestamp=0\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
    finds: [2],
  },
  {
    title: 'finds an argument to which a pipeline passes the commit',
    dockerfile: 'FROM node:24\nARG APP_REF\nCOPY package*.json ./\nRUN npm ci\n',
    files: {
      '.github/workflows/ci.yml':
        'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build --build-arg APP_REF=${{ github.sha }} .\n',
    },
    finds: [2],
  },
  {
    title: 'finds it above the build of the dependencies alone',
    dockerfile:
      'FROM rust:1.90\nARG VCS_REF\nCOPY Cargo.* ./\nRUN mkdir src && echo "fn main(){}" > src/main.rs && cargo build --release\nCOPY src src\nRUN touch src/main.rs && cargo build --release\n',
    finds: [2],
  },
  {
    title: 'says nothing when it is declared late',
    dockerfile: 'FROM node:24\nWORKDIR /a\nCOPY package*.json ./\nRUN npm ci\nARG GIT_SHA\nENV REV=$GIT_SHA\n',
  },
  {
    title: 'says nothing when it is declared above FROM only',
    dockerfile: 'ARG BUILD_ID\nFROM node:24\nCOPY package*.json ./\nRUN npm ci\n',
  },
  {
    title: 'says nothing about versions and settings',
    dockerfile:
      'FROM node:24\nARG NODE_ENV=production\nARG VERSION=1.0.0\nARG REGISTRY\nCOPY package*.json ./\nRUN npm ci\n',
  },
  {
    title: 'says nothing about the commit of something else',
    dockerfile:
      'FROM debian:12\nARG COMMIT=4f2a9c1d\nARG TINI_SHA256=abc\nRUN apt-get update && apt-get install -y git\n',
  },
  {
    title: 'says nothing when the installation uses it',
    dockerfile: 'FROM debian:12\nARG CACHE_DATE\nRUN echo "$CACHE_DATE" && apt-get update && apt-get install -y curl\n',
  },
  {
    title: 'says nothing when nothing is installed behind it',
    dockerfile: 'FROM nginx:1.29\nARG GIT_SHA\nCOPY dist /usr/share/nginx/html\nLABEL rev=$GIT_SHA\n',
  },
  {
    title: 'says nothing when only the build behind it fetches',
    dockerfile: 'FROM golang:1.25\nCOPY . .\nARG COMMIT\nRUN go build -ldflags "-X main.commit=$COMMIT" -o /x .\n',
  },
]
