import type { PitfallCase } from './pitfall-case.ts'

const services = {
  '.dockerignore': '**/node_modules\n',
  'services/api/package.json': '{}',
  'services/api/index.js': 100,
  'services/web/package.json': '{}',
  'services/web/index.js': 4000,
}

export const cases: readonly PitfallCase[] = [
  {
    title: 'one service of several, by WORKDIR',
    dockerfile: 'FROM node:22\nWORKDIR /src\nCOPY . .\nWORKDIR /src/services/api\nRUN npm ci\n',
    files: services,
    finds: [3],
    says: 'only `services/api` is built, and COPY takes `services/web` (4 KB) along',
  },
  {
    title: 'by cd',
    dockerfile: 'FROM golang:1.25\nCOPY . /src\nRUN cd /src/billing && go build ./...\n',
    files: { 'billing/go.mod': 'module a\n', 'billing/a.go': '', 'mail/go.mod': 'module b\n', 'mail/b.go': '' },
    finds: [2],
    says: '`mail`',
  },
  {
    title: 'by a word of the command',
    dockerfile: 'FROM maven:3.9\nWORKDIR /src\nADD . .\nRUN mvn -f orders/pom.xml package\n',
    files: { 'orders/pom.xml': '', 'stock/pom.xml': '', 'stock/src/A.java': 50 },
    finds: [3],
  },
  {
    title: 'by what is copied out of the stage',
    dockerfile:
      'FROM python:3.13 AS build\nWORKDIR /src\nCOPY . .\nRUN ./prepare\n\nFROM python:3.13-slim\nCOPY --from=build /src/api /app\n',
    files: { 'api/requirements.txt': '', 'worker/requirements.txt': '', 'worker/a.py': 10 },
    finds: [3],
  },
  {
    title: 'only the project itself is copied',
    dockerfile: 'FROM node:22\nWORKDIR /src\nCOPY services/api .\nRUN npm ci\n',
    files: services,
  },
  {
    title: 'siblings kept out by the ignore file',
    dockerfile: 'FROM node:22\nWORKDIR /src\nCOPY . .\nRUN cd services/api && npm ci\n',
    files: { ...services, '.dockerignore': 'services/*\n!services/api\n' },
  },
  {
    title: 'a workspace, whose members need each other',
    dockerfile: 'FROM node:22\nWORKDIR /src\nCOPY . .\nRUN npm ci && npm run build --workspace services/api\n',
    files: { ...services, 'package.json': '{"workspaces":["services/*"]}' },
  },
  {
    title: 'several of them are built',
    dockerfile:
      'FROM node:22\nWORKDIR /src\nCOPY . .\nRUN npm --prefix services/api ci && npm --prefix services/web ci\n',
    files: services,
  },
  {
    title: 'nobody can tell which is built',
    dockerfile: 'FROM node:22\nWORKDIR /src\nCOPY . .\nRUN make image\n',
    files: services,
  },
  {
    title: 'one project with directories',
    dockerfile: 'FROM node:22\nWORKDIR /src\nCOPY . .\nRUN npm ci && npm run build\n',
    files: { 'package.json': '{}', 'web/a.js': '', 'api/b.js': '' },
  },
]
