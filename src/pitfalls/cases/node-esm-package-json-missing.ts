import type { PitfallCase } from './pitfall-case.ts'

const files = (over: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({ name: 'a', type: 'module', scripts: { build: 'tsc -p .' } }),
  'tsconfig.json': '{ "compilerOptions": { "module": "nodenext", "outDir": "dist" } }',
  'src/index.ts': 'import http from "node:http"\nhttp.createServer().listen(1)\n',
  'server.js': 'import http from "node:http"\nhttp.createServer().listen(1)\n',
  'old.js': 'const http = require("node:http")\nhttp.createServer().listen(1)\n',
  ...over,
})
const build = 'FROM node:20.11-alpine AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n\n'
const run = (lines: string, base = 'node:20.11-alpine'): string => `${build}FROM ${base}\nWORKDIR /app\n${lines}\n`
const dist = 'COPY --from=build /app/dist ./dist'
const start = 'CMD ["node", "dist/index.js"]'

export const cases: readonly PitfallCase[] = [
  {
    title: 'dist and node_modules of a build',
    dockerfile: run(`${dist}\nCOPY --from=build /app/node_modules ./node_modules\n${start}`),
    files: files(),
    finds: [10],
    says: 'SyntaxError',
  },
  {
    title: 'distroless, which starts node itself',
    dockerfile: run(`${dist}\nCMD ["dist/index.js"]`, 'gcr.io/distroless/nodejs20-debian12'),
    files: files(),
    finds: [9],
    says: 'MODULE_TYPELESS_PACKAGE_JSON',
  },
  {
    title: 'a file of the context',
    dockerfile: 'FROM node:18-slim\nWORKDIR /srv\nCOPY server.js ./\nENTRYPOINT ["node", "server.js"]\n',
    files: files(),
    finds: [4],
    says: '`/srv/server.js`',
  },
  {
    title: 'the shell form, by another tag and compiled by tsc itself',
    dockerfile: run(`${dist}\nCMD node --enable-source-maps ./dist/index.js`, 'node:24').replace(
      'npm run build',
      'npx tsc',
    ),
    files: files(),
    finds: [9],
  },
  {
    title: 'the build has one, in its own directory',
    dockerfile: run(`${dist}\nCOPY package.json /other/\n${start}`).replace(
      'COPY . .',
      'COPY package*.json tsconfig.json ./\nCOPY src ./src',
    ),
    files: files(),
    finds: [11],
  },
  { title: 'it is copied', dockerfile: run(`${dist}\nCOPY package.json ./\n${start}`), files: files() },
  {
    title: 'it is copied from the build, by a wildcard',
    dockerfile: run(`${dist}\nCOPY --from=build /app/package*.json ./\n${start}`),
    files: files(),
  },
  {
    title: 'the whole directory comes',
    dockerfile: run(`COPY --from=build /app /app\n${start}`),
    files: files(),
  },
  {
    title: 'it is written there',
    dockerfile: run(`${dist}\nRUN echo '{"type":"module"}' > package.json\n${start}`),
    files: files(),
  },
  {
    title: 'it is above',
    dockerfile: run(`${dist}\nCOPY package.json /\n${start}`),
    files: files(),
  },
  {
    title: 'CommonJS',
    dockerfile: run(`${dist}\n${start}`),
    files: files({ 'package.json': JSON.stringify({ scripts: { build: 'tsc' } }) }),
  },
  {
    title: 'a file that is no module',
    dockerfile: 'FROM node:18-slim\nWORKDIR /srv\nCOPY old.js ./\nCMD ["node", "old.js"]\n',
    files: files(),
  },
  {
    title: 'a bundler, which may make CommonJS',
    dockerfile: run(`${dist}\n${start}`),
    files: files({ 'package.json': JSON.stringify({ type: 'module', scripts: { build: 'esbuild src/index.ts' } }) }),
  },
  {
    title: 'the build writes one',
    dockerfile: run(`${dist}\n${start}`),
    files: files({
      'package.json': JSON.stringify({ type: 'module', scripts: { build: 'tsc && cp package.json dist/' } }),
    }),
  },
  {
    title: 'its name says it',
    dockerfile: run('COPY --from=build /app/dist ./dist\nCMD ["node", "dist/index.mjs"]'),
    files: files(),
  },
]
