import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a second npm ci',
    dockerfile: `FROM node:24 AS build
COPY . .
RUN npm ci && npm run build
FROM node:24-slim
COPY package.json .
RUN npm ci --omit=dev
COPY --from=build /dist /dist
`,
    finds: [6],
    says: '"build"',
  },
  {
    title: 'finds a second composer install',
    dockerfile: `FROM composer:2 AS vendor
RUN composer install
FROM php:8.4-cli
COPY --from=vendor /app/x /x
RUN composer install --no-dev
`,
    finds: [5],
  },
  {
    title: 'finds a second pip install',
    dockerfile: `FROM python:3.13 AS build
RUN pip install -r requirements.txt && python -m build
FROM python:3.13-slim
COPY --from=build /dist /dist
RUN pip install -r requirements.txt
`,
    finds: [5],
  },
  {
    title: 'finds it in a stage that the last one continues',
    dockerfile: `FROM node:24 AS build
RUN npm ci && npm run build
FROM node:24-slim AS base
RUN npm ci --omit=dev
FROM base
COPY --from=build /dist /dist
`,
    finds: [4],
  },
  {
    title: 'says nothing about copies',
    dockerfile: `FROM node:24 AS deps
RUN npm ci
FROM node:24-slim
COPY --from=deps /node_modules /node_modules
`,
  },
  {
    title: 'says nothing about one installation',
    dockerfile: `FROM golang:1.25 AS build
RUN go mod download && go build -o /a
FROM node:24-slim
RUN npm ci --omit=dev
COPY --from=build /a /a
`,
  },
  {
    title: 'says nothing about packages of the system',
    dockerfile: `FROM debian:trixie AS build
RUN apt-get install -y gcc
FROM debian:trixie-slim
RUN apt-get install -y curl
COPY --from=build /a /a
`,
  },
  {
    title: 'says nothing about stages that are not used',
    dockerfile: `FROM node:24 AS test
RUN npm ci && npm test
FROM node:24-slim
RUN npm ci --omit=dev
`,
  },
]
