import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a mount',
    dockerfile: `FROM alpine:3.22
RUN --mount=type=cache,target=/c true
`,
    finds: [2],
    says: 'RUN --mount',
  },
  {
    title: 'finds a heredoc',
    dockerfile: `FROM alpine:3.22
RUN <<EOF
true
EOF
`,
    finds: [2],
    says: 'a heredoc',
  },
  {
    title: 'finds flags of COPY',
    dockerfile: `FROM alpine:3.22
COPY a /a
COPY --link b /b
COPY --parents c /c
`,
    finds: [3],
  },
  {
    title: 'finds checksums of ADD',
    dockerfile: `FROM alpine:3.22
ADD --checksum=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa https://example.com/a /a
`,
    finds: [2],
  },
  {
    title: 'says nothing with the line',
    dockerfile: `# syntax=docker/dockerfile:1
FROM alpine:3.22
RUN --mount=type=cache,target=/c true
`,
  },
  {
    title: 'says nothing about old syntax',
    dockerfile: `FROM alpine:3.22
COPY --chown=1:1 a /a
COPY --from=busybox:1 /bin/sh /sh
`,
  },
  {
    title: 'says nothing about another file',
    dockerfile: `# syntax=docker/dockerfile:1-labs
FROM alpine:3.22
COPY --parents a /a
`,
  },
  {
    title: 'says nothing about plain commands',
    dockerfile: `FROM alpine:3.22
RUN echo --mount=x
`,
  },
]
