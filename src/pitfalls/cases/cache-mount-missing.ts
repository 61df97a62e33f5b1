import type { PitfallCase } from './pitfall-case.ts'

/** Installations with and without a mounted cache. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds npm ci',
    dockerfile: 'FROM node:24\nWORKDIR /a\nCOPY package*.json ./\nRUN npm ci\n',
    finds: [4],
    says: 'npm ci',
  },
  {
    title: 'finds pip whose cache is switched off',
    dockerfile: 'FROM python:3.13\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
    finds: [3],
  },
  {
    title: 'finds a download of modules, and not the build behind it',
    dockerfile: 'FROM golang:1.25\nCOPY go.* ./\nRUN go mod download\nCOPY . .\nRUN go build -o /x .\n',
    finds: [3],
  },
  {
    title: 'finds builds that fetch on their way',
    dockerfile:
      'FROM rust:1.90 AS a\nCOPY . .\nRUN cargo build --release\nFROM maven:3.9-eclipse-temurin-21 AS b\nCOPY . .\nRUN mvn package\nFROM alpine:3.22\nCOPY --from=a /x /x\nCOPY --from=b /y /y\n',
    finds: [3, 6],
  },
  {
    title: 'finds bundler and composer',
    dockerfile: 'FROM ruby:3.4 AS a\nRUN bundle install\nFROM composer:2\nRUN composer install\nCOPY --from=a /x /x\n',
    finds: [2, 4],
  },
  {
    title: 'says nothing when a cache is mounted',
    dockerfile: 'FROM node:24\nCOPY package*.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
  },
  {
    title: 'says nothing about packages of the distribution',
    dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n',
  },
  {
    title: 'says nothing about tools by their names',
    dockerfile: 'FROM python:3.13\nRUN pip install poetry==2.0.0 && npm install -g serve@14\n',
  },
  {
    title: 'says nothing about a stage that nobody builds',
    dockerfile: 'FROM node:24 AS test\nRUN npm ci\nFROM node:24\nCMD ["node", "x.js"]\n',
  },
  {
    title: 'says nothing about what is installed from files that are there',
    dockerfile: 'FROM python:3.13\nCOPY wheels /w\nRUN pip install --no-index --find-links /w flask\n',
  },
  {
    title: 'says nothing when there is nothing to fetch',
    dockerfile:
      'FROM golang:1.25\nCOPY . .\nRUN go build -o /x .\nFROM node:24\nWORKDIR /w\nCOPY --from=0 /x /x\nCOPY . .\nRUN npm ci\n',
    files: { 'go.mod': 'module a.example/x\n', 'main.go': 'package main', 'package.json': '{ "name": "x" }' },
  },
  {
    title: 'says nothing about a file that go builds without a module',
    dockerfile: 'FROM golang:1.25\nWORKDIR /src\nCOPY main.go .\nRUN go build -o /x main.go\n',
    files: { 'main.go': 'package main' },
  },
]
