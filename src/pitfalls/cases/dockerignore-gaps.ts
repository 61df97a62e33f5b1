import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'installed packages of Node',
    dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n',
    files: { '.dockerignore': '.git\n*.log\n', 'package.json': '{}', 'node_modules/a/index.js': 90_000 },
    finds: [5],
    says: '`node_modules` (installed packages, 90 KB)',
  },
  {
    title: 'narrow copies: it is sent all the same',
    dockerfile: 'FROM node:22\nCOPY package*.json ./\nRUN npm ci\nCOPY src ./src\n',
    files: { '.dockerignore': '.env\n', 'package.json': '{}', 'src/a.js': '', 'node_modules/a/index.js': 90_000 },
    finds: [2],
  },
  {
    title: 'a pattern that only fits at the root',
    dockerfile: 'FROM node:22\nCOPY . .\nRUN npm ci && npm run build\n',
    files: { '.dockerignore': 'node_modules\n', 'web/package.json': '{}', 'web/node_modules/a/index.js': 10 },
    finds: [2],
    says: '`web/node_modules`',
  },
  {
    title: 'an environment and caches of Python',
    dockerfile: 'FROM python:3.13\nCOPY . .\nRUN pip install -r requirements.txt\n',
    files: {
      '.dockerignore': 'node_modules\n.env\n',
      'requirements.txt': '',
      '.venv/lib/python3.13/site-packages/a.py': 10,
      'app/__pycache__/main.cpython-313.pyc': 10,
    },
    finds: [2],
    says: '`.venv` (installed packages',
  },
  {
    title: 'the output of Cargo',
    dockerfile: 'FROM rust:1.90\nCOPY . .\nRUN cargo build --release\n',
    files: { '.dockerignore': '.git\n', 'Cargo.toml': '', 'src/main.rs': '', 'target/debug/app': 5000 },
    finds: [2],
    says: '`target` (build output, 5 KB)',
  },
  {
    title: 'the output and the cache of Gradle',
    dockerfile: 'FROM gradle:8\nCOPY . .\nRUN gradle build\n',
    files: { '.dockerignore': '.git\n', 'build.gradle.kts': '', 'build/libs/app.jar': 10, '.gradle/8.0/x.bin': 20 },
    finds: [2],
  },
  {
    title: 'logs in depth',
    dockerfile: 'FROM ruby:3.4\nCOPY . .\nRUN bundle install\n',
    files: { '.dockerignore': '*.log\n', Gemfile: '', 'log/development.log': 4000 },
    finds: [2],
    says: 'a log',
  },
  {
    title: 'history',
    dockerfile: 'FROM alpine\nCOPY site /site\n',
    files: { '.dockerignore': 'node_modules\n', 'site/a': '', '.git/objects/pack/p.pack': 90_000 },
    finds: [2],
    says: 'version history',
  },
  {
    title: 'all of it kept out',
    dockerfile: 'FROM node:22\nCOPY . .\nRUN npm ci && npm run build\n',
    files: {
      '.dockerignore': '.git\n**/node_modules\ndist\n*.log\n',
      'package.json': '{}',
      'node_modules/a/index.js': 10,
      'web/node_modules/b.js': 10,
      'dist/a.js': 10,
      'npm-debug.log': 10,
    },
  },
  {
    title: 'output that an instruction names',
    dockerfile: 'FROM nginx:1.29-alpine\nCOPY dist /usr/share/nginx/html\n',
    files: { '.dockerignore': '.git\n', 'package.json': '{}', 'dist/index.html': 10 },
  },
  {
    title: 'an archive that was built outside',
    dockerfile: 'FROM eclipse-temurin:21-jre\nCOPY target/*.jar /app.jar\n',
    files: { '.dockerignore': '.git\n', 'pom.xml': '', 'target/app-1.jar': 10, 'target/classes/A.class': 10 },
  },
  {
    title: 'output that the image lives on',
    dockerfile: 'FROM node:22\nCOPY . .\nRUN npm ci --omit=dev\nCMD ["node", "dist/server.js"]\n',
    files: { '.dockerignore': '.git\nnode_modules\n', 'package.json': '{}', 'dist/server.js': 10 },
  },
  {
    title: 'names that mean something else here',
    dockerfile: 'FROM golang:1.25\nCOPY . .\nRUN go build -mod=vendor ./...\n',
    files: {
      '.dockerignore': '.git\n',
      'go.mod': 'module a\n',
      'build/package.sh': 10,
      'bin/run.sh': 10,
      'target/main.go': 10,
      'vendor/a/b.go': 10,
      'env/prod.yaml': 10,
      '.cargo/config.toml': 10,
    },
  },
  {
    title: 'no ignore file: another rule',
    dockerfile: 'FROM node:22\nCOPY . .\nRUN npm ci\n',
    files: { 'package.json': '{}', 'node_modules/a.js': 10 },
  },
  {
    title: 'a context that nothing uses',
    dockerfile: 'FROM node:22\nRUN npm install --global serve\n',
    files: { '.dockerignore': '.git\n', 'node_modules/a.js': 10 },
  },
]
