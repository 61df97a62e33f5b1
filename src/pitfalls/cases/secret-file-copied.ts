import type { PitfallCase } from './pitfall-case.ts'

const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----\n'
const account = JSON.stringify({
  type: 'service_account',
  private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n',
  client_email: 'a@b',
})

export const cases: readonly PitfallCase[] = [
  {
    title: 'an .npmrc with a token, by name, in a build stage',
    dockerfile:
      'FROM node:22 AS deps\nCOPY package.json .npmrc ./\nRUN npm ci\n\nFROM node:22-slim\nCOPY --from=deps /app /app\n',
    files: { '.dockerignore': '.git\n', 'package.json': '{}', '.npmrc': '//r.example.com/:_authToken=abcdefghijkl\n' },
    finds: [2],
    says: '`.npmrc`',
  },
  {
    title: 'a key of SSH',
    dockerfile: 'FROM python:3.13\nCOPY deploy_key /root/.ssh/id_ed25519\n',
    files: { deploy_key: key },
    finds: [2],
  },
  {
    title: 'an account of Google Cloud',
    dockerfile: 'FROM python:3.13\nCOPY app.py service-account.json ./\n',
    files: { 'app.py': '', 'service-account.json': account },
    finds: [2],
  },
  {
    title: 'settings swept along by the whole context',
    dockerfile: 'FROM ruby:3.4\nCOPY Gemfile ./\nCOPY . .\n',
    files: { Gemfile: '', '.env': 'DB_PASSWORD=hunter2\n' },
    finds: [3],
    says: '`.env`',
  },
  {
    title: 'settings in a directory that the pattern does not reach',
    dockerfile: 'FROM node:22\nCOPY config ./config\n',
    files: { '.dockerignore': '.env\n.env.*\n', 'config/.env': 'API_SECRET=hunter2\n', 'config/default.json': '{}' },
    finds: [2],
    says: '`config/.env`',
  },
  {
    title: 'ADD and a wildcard',
    dockerfile: 'FROM alpine\nADD certs/*.key /etc/tls/\n',
    files: { 'certs/server.key': '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n' },
    finds: [2],
  },
  {
    title: 'each step that takes it',
    dockerfile: 'FROM node:22 AS build\nCOPY . .\n\nFROM node:22\nCOPY . .\n',
    files: { '.env': 'API_TOKEN=abcdefgh\n' },
    finds: [2, 5],
  },
  {
    title: 'an .npmrc without a token',
    dockerfile: 'FROM node:22\nCOPY package.json .npmrc ./\n',
    files: { '.npmrc': 'registry=https://registry.example.com/\nfund=false\n' },
  },
  {
    title: 'an .npmrc that names a variable',
    dockerfile: 'FROM node:22\nCOPY package.json .npmrc ./\n',
    files: { '.npmrc': '//r.example.com/:_authToken=${NPM_TOKEN}\n' },
  },
  {
    title: 'an example for people to copy',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: {
      '.env.example': 'DB_PASSWORD=changeme\n',
      'public/ca.pem': '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n',
    },
  },
  {
    title: 'kept out by the ignore file',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: {
      '.dockerignore': '**/.env\n*.key\n',
      '.env': 'DB_PASSWORD=hunter2\n',
      'web/.env': 'DB_PASSWORD=hunter2\n',
    },
  },
  {
    title: 'kept out by the instruction',
    dockerfile: 'FROM node:22\nCOPY --exclude=.env . .\n',
    files: { '.env': 'DB_PASSWORD=hunter2\n', 'a.js': '' },
  },
  {
    title: 'copies of something else',
    dockerfile: 'FROM node:22\nCOPY package.json ./\nCOPY src ./src\n',
    files: { 'src/a.js': '', '.env': 'DB_PASSWORD=hunter2\n' },
  },
  {
    title: 'a mount: nothing of it stays',
    dockerfile:
      'FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\nRUN --mount=type=bind,target=/src true\n',
    files: { '.npmrc': '//r.example.com/:_authToken=abcdefghijkl\n' },
  },
  {
    title: 'a template that Maven fills in',
    dockerfile: 'FROM maven:3.9\nCOPY ci-settings.xml ./\n',
    files: {
      'ci-settings.xml':
        '<settings><servers><server><id>corp</id><username>${repo.user}</username><password>${repo.pass}</password></server></servers></settings>\n',
    },
  },
  {
    title: 'a login that stands for a real one',
    dockerfile: 'FROM composer:2.8\nCOPY composer.json auth.json ./\n',
    files: {
      'composer.json': '{}',
      'auth.json':
        '{ "http-basic": { "repo.example.com": { "username": "ci", "password": "placeholder-pass-4711" } } }\n',
    },
    finds: [2],
    says: 'auth.json',
  },
  {
    title: 'a login to be filled in',
    dockerfile: 'FROM composer:2.8\nCOPY composer.json auth.json ./\n',
    files: {
      'composer.json': '{}',
      'auth.json': '{ "http-basic": { "repo.example.com": { "username": "ci", "password": "placeholder" } } }\n',
    },
  },
]
