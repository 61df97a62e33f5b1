import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'settings that a pattern of the root does not reach',
    dockerfile: 'FROM node:22\nCOPY package.json ./\nCOPY src ./src\n',
    files: { '.dockerignore': '.env\n', 'src/a.js': '', 'services/api/.env': 'API_SECRET=hunter2\n' },
    finds: [2],
    says: '`services/api/.env`',
  },
  {
    title: 'no ignore file',
    dockerfile: 'FROM python:3.13\nCOPY app.py ./\n',
    files: { 'app.py': '', '.env': 'SECRET_KEY=hunter2hunter2\n' },
    finds: [2],
    says: 'no ignore file keeps out',
  },
  {
    title: 'keys and credentials of several kinds',
    dockerfile: 'FROM golang:1.25\nCOPY . .\n',
    files: {
      '.dockerignore': '.git\n',
      '.netrc': 'machine github.com login x password hunter2\n',
      'keys/id_rsa': '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n',
      'pip.conf': '[global]\nindex-url = https://ci:hunter2@pypi.example.com/simple\n',
    },
    finds: [2],
    says: '`keys/id_rsa`',
  },
  {
    title: 'a file that an instruction names',
    dockerfile: 'FROM node:22\nCOPY package.json .npmrc ./\n',
    files: { '.dockerignore': '.git\n', '.npmrc': '//r.example.com/:_authToken=abcdefghijkl\n' },
    finds: [2],
  },
  {
    title: 'kept out everywhere',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: {
      '.dockerignore': '**/.env*\n**/*.pem\n',
      'a/.env': 'API_SECRET=hunter2\n',
      '.env.local': 'API_SECRET=hunter2\n',
    },
  },
  {
    title: 'everything kept out but the sources',
    dockerfile: 'FROM node:22\nCOPY src ./src\n',
    files: { '.dockerignore': '*\n!src\n', 'src/a.js': '', '.env': 'API_SECRET=hunter2\n' },
  },
  {
    title: 'settings without a credential, examples and public keys',
    dockerfile: 'FROM node:22\nCOPY . .\n',
    files: {
      '.dockerignore': '.git\n',
      '.env': 'PORT=3000\nLOG_LEVEL=debug\n',
      '.env.example': 'API_SECRET=changeme\n',
      'id_ed25519.pub': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me\n',
      '.npmrc': 'fund=false\n',
    },
  },
  {
    title: 'a context that nothing uses',
    dockerfile: 'FROM alpine\nRUN true\n',
    files: { '.env': 'API_SECRET=hunter2\n' },
  },
]
