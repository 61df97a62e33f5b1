import type { PitfallCase } from './pitfall-case.ts'

const ignore = { '.dockerignore': '.git\nnode_modules\n' }

export const cases: readonly PitfallCase[] = [
  {
    title: 'a film beside narrow copies',
    dockerfile: 'FROM node:22\nCOPY package.json ./\nCOPY src ./src\n',
    files: { ...ignore, 'src/a.js': 100, 'marketing/film.mp4': 6_500_000 },
    finds: [2],
    says: '`marketing/film.mp4` (6.5 MB)',
  },
  {
    title: 'fixtures that a wide COPY sweeps along',
    dockerfile: 'FROM golang:1.25\nCOPY go.mod ./\nCOPY . .\n',
    files: { ...ignore, 'go.mod': 10, 'test/fixtures/dump.sql': 7_000_000 },
    finds: [3],
  },
  {
    title: 'many files of some size',
    dockerfile: 'FROM python:3.13\nCOPY app ./app\n',
    files: { 'app/a.py': 10, 'data/a.csv': 2_000_000, 'data/b.csv': 2_000_000, 'data/c.csv': 2_000_000 },
    finds: [2],
    says: '`data/` (6.0 MB)',
  },
  {
    title: 'packages that were installed outside, and no ignore file',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`node_modules/p${at}/index.js`, 100_000])),
    finds: [2],
    says: '`node_modules/` (6.0 MB)',
  },
  {
    title: 'a mount of the whole context',
    dockerfile: 'FROM rust:1.90\nRUN --mount=type=bind,target=/src cargo build\n',
    files: { ...ignore, 'backup/db.dump': 6_000_000 },
    finds: [2],
  },
  {
    title: 'kept out',
    dockerfile: 'FROM node:22\nCOPY src ./src\n',
    files: { '.dockerignore': 'marketing/\n', 'src/a.js': 100, 'marketing/film.mp4': 6_500_000 },
  },
  {
    title: 'asked for by name',
    dockerfile: 'FROM python:3.13\nCOPY models ./models\nCOPY app.py ./\n',
    files: { ...ignore, 'app.py': 10, 'models/weights.bin': 9_000_000 },
  },
  {
    title: 'asked for by a wildcard',
    dockerfile: 'FROM eclipse-temurin:21-jre\nCOPY build/libs/*.jar /app.jar\n',
    files: { ...ignore, 'build/libs/app.jar': 40_000_000 },
  },
  {
    title: 'asked for by a mount',
    dockerfile:
      'FROM python:3.13\nRUN --mount=type=bind,source=wheels,target=/wheels pip install --no-index /wheels/*.whl\n',
    files: { ...ignore, 'wheels/torch.whl': 9_000_000 },
  },
  {
    title: 'most of it is asked for',
    dockerfile: 'FROM python:3.13\nCOPY models ./models\nCOPY . .\n',
    files: { ...ignore, 'models/weights.bin': 9_000_000, 'docs/talk.pdf': 3_000_000 },
  },
  {
    title: 'small',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: { ...ignore, 'logo.png': 900_000, 'docs/talk.pdf': 4_000_000 },
  },
  {
    title: 'many sources',
    dockerfile: 'FROM golang:1.25\nCOPY . .\n',
    files: { ...ignore, ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`pkg/f${at}.go`, 20_000])) },
  },
  {
    title: 'a context that nothing uses',
    dockerfile: 'FROM alpine\nRUN true\n',
    files: { 'film.mp4': 9_000_000 },
  },
]
