import type { PitfallCase } from './pitfall-case.ts'

const two = (install: string, last: string, run = 'python:3.12-slim'): string =>
  `FROM python:3.12-slim AS deps\nWORKDIR /backend\nCOPY . ./\n${install}\n\nFROM ${run}\n${last}\n`
const pip = 'RUN pip install --no-cache-dir -r requirements.txt'
const all = 'COPY --from=deps /backend /app'
const manifest = '{ "scripts": { "build": "tsc" }, "dependencies": { "express": "4.21.0" } }'
const server = {
  'package.json': manifest,
  'tsconfig.json': '{ "compilerOptions": { "outDir": "dist" } }',
  'src/server.ts': "import express from 'express'\nexpress().listen(1)\n",
}
const node = (build: string, last: string, run = 'node:22-slim'): string =>
  `FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n${build}\nFROM ${run}\nWORKDIR /app\n${last}\n`

export const cases: readonly PitfallCase[] = [
  {
    title: 'the directory of the list, for a server without Python',
    dockerfile: two(pip.replace('RUN', 'RUN --mount=type=cache,target=/root/.cache/pip'), all, 'nginx:alpine'),
    finds: [7],
    says: 'site-packages (line 4)',
  },
  {
    title: 'the directory of the list, for the same Python',
    dockerfile: two(pip, `WORKDIR /app\n${all}\nCMD ["python", "app.py"]`),
    finds: [8],
    says: '`requirements.txt`',
  },
  {
    title: 'by uv, with a slash behind',
    dockerfile: two(
      'RUN pip install uv && uv pip install --system -r requirements.txt',
      'COPY --from=deps /backend/ /srv/\nCMD ["python", "/srv/app.py"]',
    ),
    finds: [7],
  },
  {
    title: 'with headers that are installed first',
    dockerfile: two(
      'RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*\nRUN python -m pip install -r /backend/requirements.txt',
      all,
    ),
    finds: [8],
  },
  {
    title: 'the packages are copied',
    dockerfile: two(
      pip,
      `${all}\nCOPY --from=deps /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages`,
    ),
  },
  {
    title: 'a virtual environment in the directory',
    dockerfile: two('RUN python -m venv .venv && .venv/bin/pip install -r requirements.txt', all),
  },
  {
    title: 'a directory that is told',
    dockerfile: two('RUN pip install --target=/backend/lib -r requirements.txt', all),
  },
  { title: 'installed anew', dockerfile: two(pip, `${all}\nRUN pip install -r /app/requirements.txt`) },
  {
    title: 'something is made with them',
    dockerfile: two(`${pip}\nRUN mkdocs build`, all, 'nginx:alpine'),
  },
  {
    title: 'only a part that is made',
    dockerfile: two(pip, 'COPY --from=deps /site /usr/share/nginx/html', 'nginx:alpine'),
  },
  {
    title: 'packages of the distribution',
    dockerfile: two(pip, `RUN apt-get update && apt-get install -y python3-flask\n${all}`, 'debian:trixie-slim'),
  },
  { title: 'the stage goes on', dockerfile: two(pip, 'CMD ["python", "app.py"]', 'deps') },
  {
    title: 'what tsc makes, without the packages that it imports',
    dockerfile: node('RUN npm run build', 'COPY --from=build /app/dist ./dist\nCMD ["node", "dist/server.js"]'),
    files: server,
    finds: [9],
    says: '`/app/dist/server.js` imports `express`, which `npm` has put into `/app/node_modules` of "build" (line 4)',
  },
  {
    title: 'in distroless, which starts node itself',
    dockerfile: node(
      'RUN npx tsc',
      'COPY --from=build /app/dist/ /srv/\nCMD ["/srv/server.js"]',
      'gcr.io/distroless/nodejs22-debian12',
    ),
    files: server,
    finds: [9],
  },
  {
    title: 'a source that is written in JavaScript',
    dockerfile: node('RUN npm test', 'COPY --from=build /app/src ./src\nENTRYPOINT ["node", "src/index.js"]'),
    files: { 'package.json': manifest, 'src/index.js': "const express = require('express')\nexpress().listen(1)\n" },
    finds: [9],
  },
  {
    title: 'the packages come along',
    dockerfile: node(
      'RUN npm run build',
      'COPY --from=build /app/dist ./dist\nCOPY --from=build /app/node_modules ./node_modules\nCMD ["node", "dist/server.js"]',
    ),
    files: server,
  },
  {
    title: 'the packages are installed in the final image',
    dockerfile: node(
      'RUN npm run build',
      'COPY package*.json ./\nRUN npm ci --omit=dev\nCOPY --from=build /app/dist ./dist\nCMD ["node", "dist/server.js"]',
    ),
    files: server,
  },
  {
    title: 'all of the directory',
    dockerfile: node('RUN npm run build', 'COPY --from=build /app .\nCMD ["node", "dist/server.js"]'),
    files: server,
  },
  {
    title: 'a bundler has made one file of it',
    dockerfile: node('RUN npm run build', 'COPY --from=build /app/dist ./dist\nCMD ["node", "dist/server.js"]'),
    files: { ...server, 'package.json': manifest.replace('"tsc"', '"esbuild src/server.ts --bundle --outdir=dist"') },
  },
  {
    title: 'only types are imported',
    dockerfile: node('RUN npm run build', 'COPY --from=build /app/dist ./dist\nCMD ["node", "dist/server.js"]'),
    files: { ...server, 'src/server.ts': "import type { Express } from 'express'\nimport http from 'node:http'\n" },
  },
  {
    title: 'packages of another stage',
    dockerfile: `FROM node:22-slim AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n${node('RUN npm run build', 'COPY --from=deps /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\nCMD ["node", "dist/server.js"]')}`,
    files: server,
  },
  {
    title: 'packages for a server without Node.js',
    dockerfile: node('', 'COPY --from=build /app/node_modules ./node_modules', 'nginx:alpine'),
    files: server,
    finds: [9],
    says: 'nginx:alpine, which has no Node.js',
  },
  {
    title: 'packages whose files the server hands out',
    dockerfile: node('', 'COPY --from=build /app/node_modules /usr/share/nginx/html/node_modules', 'nginx:alpine'),
    files: server,
  },
  {
    title: 'Node.js is installed beside the server',
    dockerfile: node(
      '',
      'RUN apk add --no-cache nodejs\nCOPY --from=build /app/node_modules ./node_modules',
      'nginx:alpine',
    ),
    files: server,
  },
  {
    title: 'an image that nobody knows',
    dockerfile: node('', 'COPY --from=build /app/node_modules ./node_modules', 'registry.example.com/base:1'),
    files: server,
  },
]
