import type { PitfallCase } from './pitfall-case.ts'

const digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const commit = '0123456789abcdef0123456789abcdef01234567'

/** Addresses that are taken on trust, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds an address',
    dockerfile: 'FROM alpine:3.22\nADD https://example.com/cities.mmdb /opt/\n',
    finds: [2],
    says: 'https://example.com/cities.mmdb',
  },
  {
    title: 'finds plain http',
    dockerfile: 'FROM alpine:3.22\nADD --chmod=755 http://e.test/tool /usr/bin/tool\n',
    finds: [2],
  },
  {
    title: 'finds a branch',
    dockerfile: 'FROM alpine:3.22\nADD https://github.com/o/r.git#main /src\n',
    finds: [2],
    says: 'move',
  },
  {
    title: 'finds a tag, and no reference at all',
    dockerfile: 'FROM alpine:3.22\nADD https://github.com/o/r.git#v1.2 /a\nADD git@github.com:o/r.git /b\n',
    finds: [2, 3],
  },
  {
    title: 'finds it in a builder, and an address of variables',
    dockerfile:
      'FROM alpine:3.22 AS fetch\nARG V=1\nADD https://e.test/v${V}/x.tgz /x.tgz\nFROM alpine:3.22\nCOPY --from=fetch /x /x\n',
    finds: [3],
  },
  {
    title: 'is content with a checksum',
    dockerfile: `FROM alpine:3.22\nADD --checksum=sha256:${digest} https://e.test/x /x\n`,
  },
  {
    title: 'is content with a commit',
    dockerfile: [
      'FROM alpine:3.22',
      `ADD https://github.com/o/r.git#${commit} /a`,
      `ADD https://github.com/o/r.git#${commit}:docs /b`,
      `ADD https://github.com/o/r.git?ref=v1&commit=${commit} /c`,
      `ADD --checksum=${commit} https://github.com/o/r.git#v1 /d`,
      `ADD https://raw.githubusercontent.com/o/r/${commit}/x.sh /e`,
      '',
    ].join('\n'),
  },
  {
    title: 'is content when a RUN below checks the file',
    dockerfile: [
      'FROM alpine:3.22',
      'ADD https://e.test/x.tgz /tmp/x.tgz',
      `RUN echo "${digest}  /tmp/x.tgz" | sha256sum -c - && tar xzf /tmp/x.tgz`,
      '',
    ].join('\n'),
  },
  { title: 'is not about files of the context', dockerfile: 'FROM alpine:3.22\nADD rootfs.tar.gz /\nADD site /site\n' },
  { title: 'is not about curl', dockerfile: 'FROM alpine:3.22\nRUN curl -fsSLo /x https://e.test/x\n' },
]
