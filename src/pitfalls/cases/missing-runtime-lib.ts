import type { PitfallCase } from './pitfall-case.ts'

const pip = (base: string, run: string, more = '', packages = 'gcc libpq-dev'): string =>
  `FROM ${base} AS build\nRUN apt-get update && apt-get install -y ${packages}\nCOPY requirements.txt .\nRUN pip install --prefix=/install -r requirements.txt\n\nFROM ${run}\n${more}COPY --from=build /install /usr/local\nCMD ["python", "a.py"]\n`
const rust = (run: string, more = ''): string =>
  `FROM rust:1.90-bookworm AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release\n\nFROM ${run}\n${more}COPY --from=build /src/target/release/svc /svc\nCMD ["/svc"]\n`
const cargo = (dependency: string): Readonly<Record<string, string>> => ({
  'Cargo.toml': `[package]\nname = "svc"\n\n[dependencies]\n${dependency}\n`,
})

export const cases: readonly PitfallCase[] = [
  {
    title: 'psycopg2 without libpq',
    dockerfile: pip('python:3.13-slim', 'python:3.13-slim'),
    files: { 'requirements.txt': 'psycopg2==2.9.10\n' },
    finds: [7],
    says: '`libpq.so.5`',
  },
  {
    title: 'mysqlclient',
    dockerfile: pip('python:3.13-slim', 'python:3.13-slim', '', 'gcc default-libmysqlclient-dev'),
    files: { 'requirements.txt': 'mysqlclient\n' },
    finds: [7],
  },
  {
    title: 'OpenSSL for Rust',
    dockerfile: rust('debian:bookworm-slim'),
    files: cargo('openssl = "0.10"'),
    finds: [7],
    says: '`libssl.so.3`',
  },
  {
    title: "the compiler's library for Rust",
    dockerfile: rust('gcr.io/distroless/base-debian12'),
    files: cargo('serde = "1"'),
    finds: [7],
    says: '`libgcc_s.so.1`',
  },
  {
    title: 'SQLite for C',
    dockerfile:
      'FROM debian:trixie AS build\nRUN apt-get update && apt-get install -y gcc libsqlite3-dev\nCOPY a.c .\nRUN gcc -o /svc a.c -lsqlite3\nFROM debian:trixie-slim\nCOPY --from=build /svc /svc\n',
    finds: [6],
  },
  {
    title: 'C++ on Alpine',
    dockerfile:
      'FROM alpine:3.22 AS build\nRUN apk add --no-cache g++\nCOPY a.cc .\nRUN g++ -o /svc a.cc\nFROM alpine:3.22\nCOPY --from=build /svc /svc\n',
    finds: [6],
    says: '`libstdc++.so.6`',
  },
  {
    title: 'the gem pg',
    dockerfile:
      'FROM ruby:3.4 AS build\nWORKDIR /app\nCOPY Gemfile Gemfile.lock ./\nRUN bundle install\nFROM ruby:3.4-slim\nCOPY --from=build /usr/local/bundle /usr/local/bundle\n',
    files: { Gemfile: 'gem "pg"\n', 'Gemfile.lock': 'GEM\n  specs:\n    pg (1.5.0)\n' },
    finds: [6],
  },
  {
    title: 'installed for the run',
    dockerfile: pip('python:3.13-slim', 'python:3.13-slim', 'RUN apt-get update && apt-get install -y libpq5\n'),
    files: { 'requirements.txt': 'psycopg2\n' },
  },
  {
    title: 'a wheel that brings it',
    dockerfile: pip('python:3.13-slim', 'python:3.13-slim'),
    files: { 'requirements.txt': 'psycopg2-binary\nlxml\n' },
  },
  {
    title: 'the full image has it',
    dockerfile: pip('python:3.13', 'python:3.13'),
    files: { 'requirements.txt': 'psycopg2\n' },
  },
  {
    title: 'OpenSSL that is compiled in',
    dockerfile: rust('debian:bookworm-slim'),
    files: cargo('openssl = { version = "0.10", features = ["vendored"] }'),
  },
  {
    title: 'OpenSSL with the certificates',
    dockerfile: rust('debian:bookworm-slim', 'RUN apt-get update && apt-get install -y ca-certificates\n'),
    files: cargo('openssl = "0.10"'),
  },
  {
    title: "a base with the compiler's libraries",
    dockerfile: rust('gcr.io/distroless/cc-debian12'),
    files: cargo('serde = "1"'),
  },
  {
    title: 'the library is copied',
    dockerfile:
      'FROM debian:trixie AS build\nRUN apt-get update && apt-get install -y gcc libsqlite3-dev\nCOPY a.c .\nRUN gcc -o /svc a.c -lsqlite3\nFROM debian:trixie-slim\nCOPY --from=build /usr/lib/x86_64-linux-gnu/libsqlite3.so.0 /usr/lib/\nCOPY --from=build /svc /svc\n',
  },
  {
    title: 'nothing but libc',
    dockerfile:
      'FROM gcc:14 AS build\nCOPY a.c .\nRUN gcc -o /svc a.c -lm\nFROM debian:trixie-slim\nCOPY --from=build /svc /svc\n',
  },
  {
    title: 'a base that nobody knows',
    dockerfile: pip('python:3.13-slim', 'registry.example.com/run:1'),
    files: { 'requirements.txt': 'psycopg2\n' },
  },
  {
    title: 'headers that go, and the library with them',
    dockerfile:
      'FROM python:3.13-alpine\nCOPY requirements.txt .\nRUN apk add --no-cache --virtual .build gcc musl-dev postgresql-dev && pip install -r requirements.txt && apk del .build\n',
    files: { 'requirements.txt': 'psycopg2\n' },
    finds: [3],
    says: 'removes it',
  },
  {
    title: 'headers that go, and the library that stays',
    dockerfile:
      'FROM python:3.13-alpine\nCOPY requirements.txt .\nRUN apk add --no-cache libpq && apk add --no-cache --virtual .build gcc musl-dev postgresql-dev && pip install -r requirements.txt && apk del .build\n',
    files: { 'requirements.txt': 'psycopg2\n' },
  },
  {
    title: 'a wheel that is compiled all the same',
    dockerfile: pip('python:3.13-slim', 'python:3.13-slim', '', 'gcc libxml2-dev libxslt1-dev').replace(
      '--prefix',
      '--no-binary lxml --prefix',
    ),
    files: { 'requirements.txt': 'lxml\n' },
    finds: [7],
    says: 'libxml2',
  },
  {
    title: 'extensions of PHP whose headers go',
    dockerfile:
      'FROM php:8.4-fpm-alpine\nRUN apk add --no-cache --virtual .build $PHPIZE_DEPS libpng-dev libzip-dev && docker-php-ext-install gd zip && apk del .build\n',
    finds: [2],
    says: '`gd`',
  },
  {
    title: 'extensions of PHP whose libraries stay',
    dockerfile:
      'FROM php:8.4-fpm-alpine\nRUN apk add --no-cache libpng libzip && apk add --no-cache --virtual .build $PHPIZE_DEPS libpng-dev libzip-dev && docker-php-ext-install gd zip && apk del .build\n',
  },
  {
    title: 'an addon of Node that is compiled',
    dockerfile:
      'FROM node:24-alpine AS deps\nRUN apk add --no-cache python3 make g++ cairo-dev pango-dev\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --build-from-source\nFROM node:24-alpine\nCOPY --from=deps /app/node_modules /app/node_modules\n',
    files: { 'package.json': '{ "dependencies": { "canvas": "2.11.2" } }' },
    finds: [7],
    says: '`canvas`',
  },
  {
    title: 'a tool of a distribution that is copied alone',
    dockerfile:
      'FROM alpine:3.22 AS tools\nRUN apk add --no-cache jq\nFROM alpine:3.22\nCOPY --from=tools /usr/bin/jq /usr/bin/jq\n',
    finds: [4],
    says: '`jq`',
  },
  {
    title: 'a tool of a distribution that is copied with its library',
    dockerfile:
      'FROM alpine:3.22 AS tools\nRUN apk add --no-cache jq\nFROM alpine:3.22\nCOPY --from=tools /usr/lib/libonig.so.5 /usr/lib/\nCOPY --from=tools /usr/bin/jq /usr/bin/jq\n',
  },
]
