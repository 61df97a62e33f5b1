import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'a key among settings',
    dockerfile: 'FROM node:22\nENV NODE_ENV=production \\\n    STRIPE_SECRET_KEY=not-for-everybody \\\n    PORT=3000\n',
    finds: [3],
    says: 'stores a credential in the configuration of the image',
  },
  {
    title: 'an argument that becomes a variable',
    dockerfile: 'FROM python:3.13\nARG API_KEY\nENV API_KEY=${API_KEY}\n',
    finds: [3],
    says: 'copies the argument `API_KEY`',
  },
  {
    title: 'an argument with an empty default that becomes a variable',
    dockerfile: 'FROM python:3.13\nARG API_KEY=""\nENV API_KEY=$API_KEY\n',
    finds: [3],
  },
  {
    title: 'a credential under another name',
    dockerfile:
      'FROM golang:1.25\nARG GITHUB_TOKEN\nENV GOPROXY_LINE="machine github.com login x password ${GITHUB_TOKEN}"\n',
    finds: [3],
  },
  {
    title: 'a variable of a name that is set nowhere',
    dockerfile: 'FROM node:22\nENV API_KEY=${API_KEY}\n',
    finds: [2],
    says: 'or nothing when it is not set',
  },
  {
    title: 'a connection string with a password',
    dockerfile: 'FROM ruby:3.4\nENV DATABASE_URL=postgres://app:hunter2@db:5432/app\n',
    finds: [2],
    says: 'a password in a URL',
  },
  {
    title: 'a connection string of .NET',
    dockerfile:
      'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nENV ConnectionStrings__Main="Server=db;User Id=sa;Password=hunter2;"\n',
    finds: [2],
  },
  {
    title: 'a token by its form',
    dockerfile: 'FROM alpine\nENV HOOK=xoxb-123456789012-abcdefghijkl\n',
    finds: [2],
    says: 'a Slack token',
  },
  {
    title: 'the old form without an equals sign',
    dockerfile: 'FROM mysql:8\nENV MYSQL_ROOT_PASSWORD hunter2\n',
    finds: [2],
  },
  {
    title: 'the stage that the final one continues',
    dockerfile: 'FROM alpine AS base\nENV PGHOST=db PGPASSWORD=hunter2\n\nFROM base\nRUN true\n',
    finds: [2],
    says: 'the configuration of the image',
  },
  {
    title: 'a stage for building',
    dockerfile:
      'FROM node:22 AS build\nENV NPM_TOKEN=abcdefgh\nRUN npm ci\n\nFROM node:22-slim\nCOPY --from=build /app /app\n',
    finds: [2],
    says: 'stage `build` and its build cache',
  },
  {
    title: 'camel case and a number behind the name',
    dockerfile: 'FROM alpine\nENV dbPassword=hunter2 API_KEY_2=abcdefgh\n',
    finds: [2, 2],
  },
  {
    title: 'places, limits and public keys',
    dockerfile: `FROM python:3.13
ENV DB_PASSWORD_FILE=/run/secrets/db_password \\
    JWT_PUBLIC_KEY_URL=https://id.example.com/keys \\
    JWT_PUBLIC_KEY=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA \\
    SECRET_BACKEND=vault \\
    TOKEN_TTL=3600 \\
    PASSWORD_HASHERS=argon2 \\
    AUTH_HEADER=X-Token \\
    SSH_AUTH_SOCK=/run/ssh.sock
`,
  },
  {
    title: 'names of credentials without one',
    dockerfile: `FROM alpine
ENV API_KEY= \\
    DB_PASSWORD="" \\
    MYSQL_ALLOW_EMPTY_PASSWORD=yes \\
    MYSQL_RANDOM_ROOT_PASSWORD=1 \\
    GOOGLE_APPLICATION_CREDENTIALS=/secrets/account.json \\
    TLS_PRIVATE_KEY=/etc/tls/key.pem \\
    VAULT_TOKEN=vault:secret/app#token
`,
  },
  {
    title: 'an argument that is no credential',
    dockerfile: 'FROM alpine\nARG VERSION\nENV APP_VERSION=${VERSION} PATH=/opt/bin:$PATH\n',
  },
  {
    title: 'a stage that nobody needs',
    dockerfile: 'FROM alpine AS dev\nENV DB_PASSWORD=dev\n\nFROM alpine\nRUN true\n',
  },
  {
    title: 'values that only refer to themselves',
    dockerfile: 'FROM alpine\nENV KEY_PREFIX=app: TOKENIZERS_PARALLELISM=false AUTHOR=me PWD=/app\n',
  },
]
