import type { PitfallCase } from './pitfall-case.ts'

/** Pipes whose first failure is lost, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds curl into sh',
    dockerfile: 'FROM debian:12\nRUN curl -fsSL https://e.test/i.sh | sh\n',
    finds: [2],
    says: 'curl fails',
  },
  {
    title: 'finds wget into tar',
    dockerfile: 'FROM alpine:3.22\nRUN set -e; wget -qO- https://e.test/a.tgz | tar xz\n',
    finds: [2],
  },
  {
    title: 'finds tests whose output is kept',
    dockerfile: 'FROM node:24\nRUN npm test | tee log\n',
    finds: [2],
    says: 'npm',
  },
  { title: 'finds each pipe once', dockerfile: 'FROM debian:12\nRUN a | b | c\nRUN a | b\n', finds: [2, 3] },
  {
    title: 'is content with set -o pipefail',
    dockerfile: 'FROM alpine:3.22\nRUN set -euo pipefail; wget -qO- https://e.test/a.tgz | tar xz\n',
  },
  {
    title: 'is content with SHELL',
    dockerfile:
      'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl -fsSL https://e.test/i.sh | bash\n',
  },
  {
    title: 'is content with bash that has it',
    dockerfile: 'FROM debian:12\nRUN bash -o pipefail -c "curl -fsSL https://e.test/i.sh | sh"\n',
  },
  {
    title: 'says nothing about programs that only write',
    dockerfile: 'FROM debian:12\nRUN echo a b | sha256sum -c && yes | make\n',
  },
  { title: 'says nothing about or', dockerfile: 'FROM debian:12\nRUN curl -f https://e.test/a || exit 1\n' },
]
