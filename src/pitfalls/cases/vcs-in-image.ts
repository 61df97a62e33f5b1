import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds the context with its history',
    dockerfile: `FROM python:3.13-slim
COPY . /app
`,
    files: {
      '.git/HEAD': `ref: refs/heads/main
`,
      '.git/config': `
`,
      'app.py': `
`,
    },
    finds: [2],
    says: '.git',
  },
  {
    title: 'finds the history by name',
    dockerfile: `FROM python:3.13-slim
COPY .git /app/.git
COPY app.py /app/
`,
    files: {
      '.git/HEAD': `ref: refs/heads/main
`,
      '.git/config': `
`,
      'app.py': `
`,
    },
    finds: [2],
  },
  {
    title: 'finds a clone',
    dockerfile: `FROM alpine:3.22
RUN apk add git && git clone https://example.com/a.git /opt/a
`,
    finds: [2],
    says: '/opt/a/.git',
  },
  {
    title: 'finds it in a stage that the last one continues',
    dockerfile: `FROM python:3.13-slim AS base
ADD . /app
FROM base
CMD ["python"]
`,
    files: {
      '.git/HEAD': `ref: refs/heads/main
`,
      '.git/config': `
`,
      'app.py': `
`,
    },
    finds: [2],
  },
  {
    title: 'finds it in what was built, with its bytes',
    dockerfile: `FROM python:3.13-slim
COPY . /app
`,
    image: `line 2 0644 5 MB /app/.git/objects/pack/a.pack
line 2 0644 1 KB /app/a.py
`,
    finds: [2],
    says: '/app/.git',
  },
  {
    title: 'says nothing about what is not in what was built',
    dockerfile: `FROM python:3.13-slim
COPY . /app
`,
    files: {
      '.git/HEAD': `ref: refs/heads/main
`,
      '.git/config': `
`,
      'app.py': `
`,
    },
    image: `line 2 0644 1 KB /app/a.py
`,
  },
  {
    title: 'says nothing when the ignore file names it',
    dockerfile: `FROM python:3.13-slim
COPY . /app
`,
    files: {
      '.git/HEAD': `ref: refs/heads/main
`,
      '.git/config': `
`,
      'app.py': `
`,
      '.dockerignore': `.git
`,
    },
  },
  {
    title: 'says nothing about builders',
    dockerfile: `FROM golang:1.25 AS b
COPY . .
RUN git clone https://example.com/a.git /a
FROM scratch
COPY --from=b /out /out
`,
    files: {
      '.git/HEAD': `ref: refs/heads/main
`,
      '.git/config': `
`,
      'app.py': `
`,
    },
  },
  {
    title: 'says nothing about a clone whose history is removed',
    dockerfile: `FROM alpine:3.22
RUN git clone https://example.com/a.git /opt/a && rm -rf /opt/a/.git
RUN git clone https://example.com/b.git /b && make -C /b install && rm -rf /b
`,
  },
  {
    title: 'says nothing about files by name',
    dockerfile: `FROM python:3.13-slim
COPY app.py /app/
`,
    files: {
      '.git/HEAD': `ref: refs/heads/main
`,
      '.git/config': `
`,
      'app.py': `
`,
    },
  },
  {
    title: 'says nothing about .gitignore',
    dockerfile: `FROM python:3.13-slim
COPY . /app
`,
    files: {
      '.gitignore': `
`,
      'app.py': `
`,
    },
  },
]
