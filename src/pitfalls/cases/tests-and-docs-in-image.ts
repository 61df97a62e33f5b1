import type { PitfallCase } from './pitfall-case.ts'

const dockerfile =
  'FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nCOPY docs /app/docs\nCMD ["node", "server.js"]\n'

/** Files of the finished image that are for those who work on it. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'is what the context has beside the program',
    dockerfile,
    image:
      'line 3 0644 3 MB /app/tests/data.json\nline 3 0644 2 MB /app/docs/a.png\nline 3 0644 1 KB /app/.github/ci.yml\nline 3 0644 9 MB /app/server.js',
    finds: [3],
    says: 'line 3 brings 5.0 MB that no program reads when it runs: /app/tests (3.0 MB), /app/docs (2.0 MB)',
  },
  {
    title: 'is what coverage and snapshots leave',
    dockerfile,
    image: 'line 3 0644 3 MB /app/coverage/lcov.info\nline 3 0644 3 MB /app/src/__tests__/a.snap',
    finds: [3],
  },
  {
    title: 'is in packages of npm',
    dockerfile,
    image: 'line 4 0644 3 MB /app/node_modules/big/docs/a.html\nline 4 0644 3 MB /app/node_modules/@s/big/test/a.js',
    finds: [4],
    says: '/app/node_modules/big/docs',
  },
  {
    title: 'is in packages of Python',
    dockerfile: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir numpy\n',
    image: 'line 2 0644 12 MB /usr/local/lib/python3.13/site-packages/numpy/core/tests/data/a.csv',
    finds: [2],
    says: '12 MB',
  },
  {
    title: 'is a tree of Markdown',
    dockerfile,
    image: 'line 3 0644 800 KB /app/notes/a.md\nline 3 0644 800 KB /app/CHANGES.md',
    finds: [3],
    says: '*.md (1.6 MB)',
  },
  {
    title: 'is not less than 1 MB',
    dockerfile,
    image: 'line 3 0644 300 KB /app/tests/a.js\nline 3 0644 9 MB /app/server.js',
  },
  { title: 'is not what a COPY names', dockerfile, image: 'line 5 0644 9 MB /app/docs/a.html' },
  {
    title: 'is not Markdown that a COPY names',
    dockerfile: 'FROM node:24-slim\nWORKDIR /app\nCOPY pages/*.md server.js ./\n',
    image: 'line 3 0644 9 MB /app/all.md',
  },
  {
    title: 'is not code that is called so',
    dockerfile,
    image:
      'line 4 0644 3 MB /app/node_modules/yaml/dist/doc/a.js\nline 3 0644 3 MB /app/src/docs/routes.js\nline 4 0644 3 MB /app/node_modules/docs/a.js\nline 4 0644 3 MB /venv/lib/python3.13/site-packages/botocore/docs/a.py',
  },
  {
    title: 'is not what is served',
    dockerfile: 'FROM nginx:1.29-alpine\nCOPY . /usr/share/nginx/html\n',
    image: 'line 2 0644 9 MB /usr/share/nginx/html/docs/a.html',
  },
  {
    title: 'is not what the image starts',
    dockerfile: 'FROM python:3.13-slim\nCOPY . /app\nCMD ["pytest", "/app/tests"]\n',
    image: 'line 2 0644 9 MB /app/tests/a.py',
  },
  { title: 'is not what the base has', dockerfile, image: 'base 0644 9 MB /app/tests/a.js' },
  {
    title: 'is not what a later line has deleted',
    dockerfile,
    image: 'line 3 0644 9 MB /app/tests/a.js\nline 4 gone /app/tests',
  },
]
