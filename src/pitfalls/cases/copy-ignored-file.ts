import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'a file',
    dockerfile: 'FROM nginx:1.29\nCOPY site /site\nCOPY docs/guide.md /site/guide.md\n',
    files: { '.dockerignore': '.git\n**/*.md\n', 'site/index.html': '', 'docs/guide.md': '' },
    finds: [3],
    says: 'by `**/*.md`',
  },
  {
    title: 'a directory that was built outside',
    dockerfile: 'FROM nginx:1.29\nCOPY dist/ /usr/share/nginx/html/\n',
    files: { '.dockerignore': 'node_modules\ndist\n', 'dist/index.html': '' },
    finds: [2],
  },
  {
    title: 'a directory that is not there yet',
    dockerfile: 'FROM nginx:1.29\nCOPY ./dist /usr/share/nginx/html\n',
    files: { '.dockerignore': 'dist/\n' },
    finds: [2],
  },
  {
    title: 'a wildcard below an ignored directory',
    dockerfile: 'FROM eclipse-temurin:21-jre\nCOPY target/*.jar /app.jar\n',
    files: { '.dockerignore': 'target\n', 'target/app.jar': 10 },
    finds: [2],
  },
  {
    title: 'one of several sources',
    dockerfile: 'FROM node:22\nCOPY package.json .npmrc ./\n',
    files: { '.dockerignore': '.npmrc\n', 'package.json': '{}', '.npmrc': '' },
    finds: [2],
  },
  {
    title: 'an exception for something else',
    dockerfile: 'FROM python:3.13\nCOPY app.py config.yaml ./\n',
    files: { '.dockerignore': '*\n!app.py\n', 'app.py': '', 'config.yaml': '' },
    finds: [2],
    says: '`config.yaml`',
  },
  {
    title: 'a mount',
    dockerfile: 'FROM python:3.13\nRUN --mount=type=bind,source=poetry.lock,target=/poetry.lock poetry install\n',
    files: { '.dockerignore': '*.lock\n', 'poetry.lock': '' },
    finds: [2],
  },
  {
    title: 'ADD of an archive',
    dockerfile: 'FROM alpine\nADD vendor/app.tar.gz /opt/\n',
    files: { '.dockerignore': '*.gz\nvendor/**\n', 'vendor/app.tar.gz': 10 },
    finds: [2],
  },
  {
    title: 'an exception that takes it back',
    dockerfile: 'FROM nginx:1.29\nCOPY docs/guide.md /site/\nCOPY README.md /\n',
    files: { '.dockerignore': '**/*.md\n!docs/guide.md\n!README.md\n', 'docs/guide.md': '', 'README.md': '' },
  },
  {
    title: 'everything is ignored but what is copied',
    dockerfile: 'FROM golang:1.25\nCOPY go.mod ./\nCOPY cmd ./cmd\n',
    files: { '.dockerignore': '*\n!go.mod\n!cmd\n', 'go.mod': '', 'cmd/main.go': '' },
  },
  {
    title: 'a directory of which some is ignored',
    dockerfile: 'FROM node:22\nCOPY src ./src\n',
    files: { '.dockerignore': '**/*.test.js\n', 'src/a.js': '', 'src/a.test.js': '' },
  },
  {
    title: 'a wildcard that also fits ignored files',
    dockerfile: 'FROM node:22\nCOPY *.json ./\n',
    files: { '.dockerignore': 'tsconfig.json\n', 'package.json': '', 'tsconfig.json': '' },
  },
  {
    title: 'what another stage makes',
    dockerfile: 'FROM node:22 AS build\nRUN npm run build\n\nFROM nginx:1.29\nCOPY --from=build /app/dist /site\n',
    files: { '.dockerignore': 'dist\n' },
  },
  {
    title: 'the whole context',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: { '.dockerignore': '*\n!src\n', 'src/a.js': '', 'b.js': '' },
  },
  {
    title: 'a name that begins alike',
    dockerfile: 'FROM node:22\nCOPY .npmrc.ci ./\nCOPY distribution ./\n',
    files: { '.dockerignore': '.npmrc\ndist\n', '.npmrc.ci': '', 'distribution/a': '' },
  },
  {
    title: 'a path that depends on an argument nobody knows',
    dockerfile: 'FROM alpine\nARG FLAVOUR\nCOPY docs/$FLAVOUR /docs\n',
    files: { '.dockerignore': 'docs/*\n', 'docs/a/x': '' },
  },
  {
    title: 'no ignore file',
    dockerfile: 'FROM alpine\nCOPY README.md /\n',
    files: { 'README.md': '' },
  },
]
