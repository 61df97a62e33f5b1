import type { PitfallCase } from './pitfall-case.ts'

/** Results in a cache mount, and results that were copied out of it. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a program in the target directory of cargo, at the mount',
    dockerfile:
      'FROM rust:1.90 AS b\nWORKDIR /a\nRUN --mount=type=cache,target=/usr/local/cargo/registry \\\n    --mount=type=cache,target=/a/target \\\n    cargo build --release\nFROM debian:13\nCOPY --from=b /a/target/release/x /x\n',
    finds: [4],
    says: '/a/target/release/x',
  },
  {
    title: 'finds node_modules, at the first of two mounts',
    dockerfile:
      'FROM node:24 AS b\nWORKDIR /a\nCOPY . .\nRUN --mount=type=cache,target=/a/node_modules npm ci\nRUN --mount=type=cache,target=/a/node_modules npm run build\nFROM node:24\nCOPY --from=b /a/node_modules /a/node_modules\nCOPY --from=b /a/dist /a/dist\n',
    finds: [4],
  },
  {
    title: 'finds a jar by a wildcard, with a target relative to the directory',
    dockerfile:
      'FROM maven:3.9-eclipse-temurin-21 AS b\nWORKDIR /a\nCOPY . .\nRUN --mount=type=cache,target=target mvn package\nFROM eclipse-temurin:21-jre\nCOPY --from=b /a/target/*.jar /x.jar\n',
    finds: [4],
  },
  {
    title: 'finds packages in the cache of the user that are taken by number of the stage',
    dockerfile:
      'FROM python:3.13\nRUN --mount=type=cache,target=/root/.local pip install --user flask\nFROM python:3.13-slim\nCOPY --from=0 /root/.local /root/.local\n',
    finds: [2],
  },
  {
    title: 'finds a path in a stage that the source continues',
    dockerfile:
      'FROM golang:1.25 AS b\nRUN --mount=type=cache,target=/out go build -o /out/x .\nFROM b AS c\nFROM scratch\nCOPY --from=c /out/x /x\n',
    finds: [2],
  },
  {
    title: 'says nothing when the result is copied out in the same RUN',
    dockerfile:
      'FROM rust:1.90 AS b\nWORKDIR /a\nRUN --mount=type=cache,target=/a/target cargo build --release && cp target/release/x /x\nFROM debian:13\nCOPY --from=b /x /x\n',
  },
  {
    title: 'says nothing when only a part of what is copied was mounted',
    dockerfile:
      'FROM node:24 AS b\nWORKDIR /a\nRUN --mount=type=cache,target=/a/.next/cache npm run build\nFROM node:24\nCOPY --from=b /a/.next /a/.next\n',
  },
  {
    title: 'says nothing about the cache of a manager',
    dockerfile:
      'FROM node:24 AS b\nWORKDIR /a\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM node:24\nCOPY --from=b /a/node_modules /a/node_modules\n',
  },
  {
    title: 'says nothing when a later step makes the path without the mount',
    dockerfile:
      'FROM node:24 AS b\nWORKDIR /a\nRUN --mount=type=cache,target=/a/node_modules npm ci && npm test\nRUN npm ci --omit=dev\nFROM node:24\nCOPY --from=b /a/node_modules /a/node_modules\n',
  },
  {
    title: 'says nothing when the path comes from the context or another stage',
    dockerfile:
      'FROM node:24 AS d\nWORKDIR /a\nRUN npm ci\nFROM node:24 AS b\nWORKDIR /a\nRUN --mount=type=cache,target=/a/node_modules npm run build\nCOPY --from=d /a/node_modules ./node_modules\nFROM node:24\nCOPY --from=b /a/node_modules /a/node_modules\n',
  },
  {
    title: 'says nothing about a mount of a secret',
    dockerfile:
      'FROM alpine:3.22 AS b\nRUN --mount=type=secret,id=x,target=/run/x cp /run/x /y\nFROM alpine:3.22\nCOPY --from=b /run /run\n',
  },
]
