import type { PitfallCase } from './pitfall-case.ts'

const fastify = '{ "dependencies": { "fastify": "5" }, "devDependencies": { "typescript": "5", "vitest": "3" } }'

const withDevelopment = {
  'package.json': fastify,
  'package-lock.json': '{}',
}

const served = (cmd: string, scripts: string): Pick<PitfallCase, 'dockerfile' | 'files'> => ({
  dockerfile: `FROM node:24-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCMD ${cmd}\n`,
  files: {
    'package.json': `{ "scripts": { ${scripts} }, "devDependencies": { "@angular/cli": "20", "vite": "7" } }`,
    'package-lock.json': '{}',
  },
})

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds node_modules of a stage with all of them',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY package*.json ./
RUN npm ci
FROM node:24-slim
COPY --from=b /app/node_modules /app/node_modules
`,
    files: withDevelopment,
    finds: [6],
    says: 'vitest',
  },
  {
    title: 'finds a work tree with them',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN yarn install --frozen-lockfile
FROM node:24-slim
COPY --from=b /app .
`,
    files: {
      'package.json': fastify,
      'yarn.lock': '',
    },
    finds: [6],
  },
  {
    title: 'finds them in a single stage',
    dockerfile: `FROM node:24-slim
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN corepack enable && pnpm install --frozen-lockfile
CMD ["node", "a.js"]
`,
    files: {
      'package.json': fastify,
      'pnpm-lock.yaml': '',
    },
    finds: [4],
  },
  {
    title: 'finds them in a stage that the last one continues',
    dockerfile: `FROM node:24-slim AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
FROM build AS production
ENV NODE_ENV=production
CMD ["node", "a.js"]
`,
    files: withDevelopment,
    finds: [4],
  },
  {
    title: 'finds them through two copies',
    dockerfile: `FROM node:24 AS deps
WORKDIR /d
COPY package.json .
RUN npm install
FROM node:24 AS b
WORKDIR /app
COPY --from=deps /d/node_modules ./node_modules
RUN npx tsc
FROM node:24-slim
COPY --from=b /app/node_modules ./node_modules
`,
    files: withDevelopment,
    finds: [10],
  },
  {
    title: 'finds the packages of a directory of the context',
    dockerfile: `FROM node:24 AS ui
WORKDIR /ui
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci
FROM nginx:1.29
COPY --from=ui /ui/node_modules /m
`,
    files: {
      'frontend/package.json': fastify,
      'frontend/package-lock.json': '{}',
    },
    finds: [6],
    says: 'frontend/package.json',
  },
  {
    title: 'finds packages of PHP',
    dockerfile: `FROM composer:2 AS vendor
WORKDIR /app
COPY composer.json composer.lock ./
RUN composer install --prefer-dist
FROM php:8.4-fpm-alpine
COPY --from=vendor /app/vendor ./vendor
`,
    files: {
      'composer.json': '{ "require": { "monolog/monolog": "3" }, "require-dev": { "phpunit/phpunit": "11" } }',
      'composer.lock': '{}',
    },
    finds: [6],
    says: 'phpunit/phpunit',
  },
  {
    title: 'finds groups of poetry',
    dockerfile: `FROM python:3.13-slim
ENV POETRY_VIRTUALENVS_CREATE=false
RUN pip install poetry==2.0.0
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root
`,
    files: {
      'pyproject.toml': `[tool.poetry]
name = "a"
[tool.poetry.dependencies]
python = "^3.13"
flask = "3"
[tool.poetry.group.dev.dependencies]
pytest = "8"
`,
      'poetry.lock': '',
    },
    finds: [6],
    says: 'pytest',
  },
  {
    title: 'finds requirements for development',
    dockerfile: `FROM python:3.13-slim
WORKDIR /app
COPY requirements*.txt ./
RUN pip install --no-cache-dir -r requirements.txt -r requirements-dev.txt
`,
    files: {
      'requirements.txt': 'flask==3.0',
      'requirements-dev.txt': 'pytest==8.0',
    },
    finds: [4],
  },
  {
    title: 'finds a venv of uv',
    dockerfile: `FROM python:3.13 AS b
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen
FROM python:3.13-slim
COPY --from=b /app/.venv /app/.venv
`,
    files: {
      'pyproject.toml': `[project]
name = "a"
version = "1"
dependencies = ["flask"]
[dependency-groups]
dev = ["pytest"]
`,
      'uv.lock': '',
    },
    finds: [6],
  },
  {
    title: 'says nothing when they are pruned',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev
FROM node:24-slim
COPY --from=b /app/node_modules /app/node_modules
`,
    files: withDevelopment,
  },
  {
    title: 'says nothing about a stage of its own for production',
    dockerfile: `FROM node:24 AS deps
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev
FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:24-slim
COPY --from=deps /app/node_modules ./node_modules
COPY --from=b /app/dist ./dist
`,
    files: withDevelopment,
  },
  {
    title: 'says nothing when the manifest lists none',
    dockerfile: `FROM node:24-slim
WORKDIR /app
COPY package.json .
RUN npm install
`,
    files: {
      'package.json': '{ "dependencies": { "fastify": "5" } }',
    },
  },
  {
    title: 'says nothing when NODE_ENV leaves them out',
    dockerfile: `FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package*.json ./
RUN npm ci
`,
    files: withDevelopment,
  },
  {
    title: 'says nothing when only the bundle is copied',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM nginx:1.29
COPY --from=b /app/dist /usr/share/nginx/html
`,
    files: withDevelopment,
  },
  {
    title: 'says nothing when the tree is installed again without them',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN rm -rf node_modules && npm ci --omit=dev
FROM node:24-slim
COPY --from=b /app/node_modules ./node_modules
`,
    files: withDevelopment,
  },
  {
    title: 'follows a tree that was put aside',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev && cp -R node_modules prod_modules
RUN npm ci
FROM node:24-slim
COPY --from=b /app/prod_modules ./node_modules
`,
    files: withDevelopment,
  },
  {
    title: 'says nothing about pnpm deploy',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile && pnpm --filter api deploy --prod /out
FROM node:24-slim
COPY --from=b /out .
`,
    files: {
      'package.json': fastify,
      'pnpm-lock.yaml': '',
    },
  },
  {
    title: 'says nothing about a tree in a mount',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY package*.json ./
RUN --mount=type=cache,target=/app/node_modules npm ci
FROM node:24-slim
COPY --from=b /app/node_modules ./node_modules
`,
    files: withDevelopment,
  },
  {
    title: 'says nothing about poetry without the group',
    dockerfile: `FROM python:3.13-slim
ENV POETRY_VIRTUALENVS_CREATE=false
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --only main
`,
    files: {
      'pyproject.toml': `[tool.poetry]
name = "a"
[tool.poetry.dependencies]
python = "^3.13"
flask = "3"
[tool.poetry.group.dev.dependencies]
pytest = "8"
`,
      'poetry.lock': '',
    },
  },
  {
    title: 'says nothing about a test stage',
    dockerfile: `FROM python:3.13-slim AS base
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
FROM base AS test
COPY requirements-dev.txt ./
RUN pip install -r requirements-dev.txt
FROM base AS production
CMD ["python", "app.py"]
`,
    files: {
      'requirements.txt': 'flask==3.0',
      'requirements-dev.txt': 'pytest==8.0',
    },
  },
  {
    title: 'says nothing when the copy leaves the tree out',
    dockerfile: `FROM node:24 AS b
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:24-slim
COPY --from=b --exclude=node_modules /app .
`,
    files: withDevelopment,
  },
  {
    title: 'says nothing where the settings file of npm leaves them out',
    dockerfile: `FROM node:24-slim
WORKDIR /app
COPY package*.json .npmrc ./
RUN npm ci
CMD ["node", "x.js"]
`,
    files: { ...withDevelopment, '.npmrc': 'omit=dev\n' },
  },
  {
    title: 'says nothing where the settings file of Bun leaves them out',
    dockerfile: `FROM oven/bun:1-slim
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile
CMD ["bun", "x.ts"]
`,
    files: { ...withDevelopment, 'bun.lock': '{}', 'bunfig.toml': '[install]\nregistry = "x"\nproduction = true\n' },
  },
  {
    title: 'says nothing where the settings of Bundler leave them out',
    dockerfile: `FROM ruby:3.4-slim
WORKDIR /app
COPY Gemfile* ./
COPY .bundle .bundle
RUN bundle install
CMD ["bundle", "exec", "puma"]
`,
    files: {
      Gemfile: "gem 'puma'\ngroup :test do\n  gem 'rspec'\nend\n",
      'Gemfile.lock': 'GEM\n',
      '.bundle/config': '---\nBUNDLE_WITHOUT: "development:test"\n',
    },
  },
  {
    title: 'finds them where the settings file is of another directory',
    dockerfile: `FROM node:24-slim
WORKDIR /app
COPY package*.json ./
COPY tools/.npmrc tools/
RUN npm ci
CMD ["node", "x.js"]
`,
    files: { ...withDevelopment, 'tools/.npmrc': 'omit=dev\n' },
    finds: [5],
  },
  {
    title: 'says nothing where a server for development is started',
    ...served('["ng", "serve"]', '"build": "ng build"'),
  },
  { title: 'says nothing where a script starts one', ...served('["npm", "run", "dev"]', '"dev": "vite --host"') },
  {
    title: 'finds them beside a server that only shows what was built',
    ...served('npm start', '"start": "vite preview"'),
    finds: [4],
  },
]
