import type { PitfallCase } from './pitfall-case.ts'

const files = {
  'package.json': JSON.stringify({
    scripts: {
      build: 'npm run clean && tsc -p .',
      clean: 'rm -rf dist',
      bundle: 'esbuild x.ts --outfile=x.js',
      'build:web': 'vite build',
    },
    dependencies: { koa: '2', esbuild: '0.24.2' },
    devDependencies: { typescript: '5.6.3', vite: '6.0.0', 'svelte-check': '1' },
  }),
  'package-lock.json': '{}',
}
const start = 'FROM node:24 AS b\nWORKDIR /a\nCOPY package*.json ./\n'

/** Builds whose tools are there, and builds whose tools are not. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a compiler that npm ci --omit=dev leaves out',
    dockerfile: `${start}RUN npm ci --omit=dev\nCOPY . .\nRUN npm run build\n`,
    files,
    finds: [6],
    says: 'typescript',
  },
  {
    title: 'finds NODE_ENV above the installation, and says so',
    dockerfile: `FROM node:24\nENV NODE_ENV=production\nWORKDIR /a\nCOPY . .\nRUN yarn install --frozen-lockfile\nRUN yarn build\n`,
    files,
    finds: [6],
    says: 'NODE_ENV is production',
  },
  {
    title: 'finds node_modules for production from another stage',
    dockerfile: `FROM node:24 AS deps\nWORKDIR /d\nCOPY package*.json ./\nRUN npm ci --only=production\nFROM node:24\nWORKDIR /a\nCOPY . .\nCOPY --from=deps /d/node_modules ./node_modules\nRUN npm run build:web\n`,
    files,
    finds: [9],
    says: 'vite',
  },
  {
    title: 'finds a program called by its name, with pnpm',
    dockerfile: `${start}RUN pnpm install --prod --frozen-lockfile\nCOPY . .\nRUN pnpm exec vite build\n`,
    files,
    finds: [6],
  },
  {
    title: 'finds packages that were taken away before the build',
    dockerfile: `${start}RUN npm ci && npm prune --omit=dev\nCOPY . .\nRUN npx tsc\n`,
    files,
    finds: [6],
  },
  {
    title: 'finds a manifest in a directory of the context',
    dockerfile:
      'FROM node:24\nWORKDIR /web\nCOPY frontend/package.json ./\nRUN npm install --production\nCOPY frontend/ .\nRUN npm run build\n',
    files: { 'frontend/package.json': files['package.json'] },
    finds: [6],
  },
  {
    title: 'says nothing when everything is installed',
    dockerfile: `${start}RUN npm ci\nCOPY . .\nRUN npm run build && npm prune --omit=dev\n`,
    files,
  },
  {
    title: 'says nothing when the tool is a dependency',
    dockerfile: `${start}RUN npm ci --omit=dev\nCOPY . .\nRUN npm run bundle\n`,
    files,
  },
  {
    title: 'says nothing when NODE_ENV comes behind the installation, or the flag asks for all',
    dockerfile: `${start}RUN npm ci\nENV NODE_ENV=production\nRUN npm ci --include=dev\nCOPY . .\nRUN npm run build\n`,
    files,
  },
  {
    title: 'says nothing when the tool is installed by its name',
    dockerfile: `${start}RUN npm install -g typescript@5.6.3 && npm ci --omit=dev\nCOPY . .\nRUN npm run build\n`,
    files,
  },
  {
    title: 'says nothing about the stage for production beside the one that builds',
    dockerfile: `${start}RUN npm ci\nCOPY . .\nRUN npm run build\nFROM node:24\nWORKDIR /a\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY --from=b /a/dist ./dist\n`,
    files,
  },
  {
    title: 'says nothing about scripts that nobody knows',
    dockerfile: `${start}RUN npm ci --omit=dev\nCOPY . .\nRUN npm run release && make build\n`,
    files,
  },
  {
    title: 'finds a settings file that leaves them out, and says so',
    dockerfile:
      'FROM node:24 AS b\nWORKDIR /a\nCOPY package*.json .npmrc ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n',
    files: { ...files, '.npmrc': 'fund=false\nomit=dev\n' },
    finds: [6],
    says: '.npmrc says so',
  },
  {
    title: 'finds npm config set above the installation',
    dockerfile: `${start}RUN npm config set omit dev && npm ci\nCOPY . .\nRUN npm run build\n`,
    files,
    finds: [6],
  },
  {
    title: 'the command line asks for them, whatever the settings file says',
    dockerfile:
      'FROM node:24 AS b\nWORKDIR /a\nCOPY package*.json .npmrc ./\nRUN npm ci --include=dev\nCOPY . .\nRUN npm run build\n',
    files: { ...files, '.npmrc': 'omit=dev\n' },
  },
  {
    title: 'the settings file asks for them, whatever NODE_ENV is',
    dockerfile:
      'FROM node:24 AS b\nENV NODE_ENV=production\nWORKDIR /a\nCOPY package*.json .npmrc ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n',
    files: { ...files, '.npmrc': 'include=dev\n' },
  },
  {
    title: 'a settings file that comes behind the installation',
    dockerfile: `${start}RUN npm ci\nCOPY . .\nRUN npm run build\n`,
    files: { ...files, '.npmrc': 'omit=dev\n', 'src/x.ts': '' },
  },
]
