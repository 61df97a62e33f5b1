import type { PitfallCase } from './pitfall-case.ts'

const copy = 'COPY --from=build /app /app\n'

export const cases: readonly PitfallCase[] = [
  {
    title: 'Node',
    dockerfile: `FROM node:22-slim AS build\nFROM node:24-slim\n${copy}`,
    finds: [2],
    says: 'Node.js 24',
  },
  { title: 'Python by its minor', dockerfile: `FROM python:3.13 AS build\nFROM python:3.12-slim\n${copy}`, finds: [2] },
  {
    title: 'Java of another image',
    dockerfile: `FROM maven:3.9-eclipse-temurin-21 AS build\nFROM eclipse-temurin:17-jre\n${copy}`,
    finds: [2],
  },
  {
    title: 'Python of distroless',
    dockerfile: `FROM python:3.13-slim AS build\nFROM gcr.io/distroless/python3-debian12\n${copy}`,
    finds: [2],
  },
  {
    title: 'versions by arguments',
    dockerfile: `ARG A=20\nARG B=22\nFROM node:\${A} AS build\nFROM node:\${B}-slim\n${copy}`,
    finds: [4],
  },
  { title: 'the same major of Node', dockerfile: `FROM node:24 AS build\nFROM node:24.4.1-slim\n${copy}` },
  { title: 'another variant', dockerfile: `FROM python:3.13 AS build\nFROM python:3.13-slim\n${copy}` },
  { title: 'nothing is handed on', dockerfile: 'FROM node:22 AS test\nRUN npm test\nFROM node:24\n' },
  { title: 'other languages', dockerfile: `FROM node:22 AS build\nFROM nginx:1.29\n${copy}` },
  { title: 'a Go program', dockerfile: `FROM golang:1.24 AS build\nFROM golang:1.25\n${copy}` },
  { title: 'a version that nobody knows', dockerfile: `ARG V\nFROM node:$V AS build\nFROM node:24\n${copy}` },
]
