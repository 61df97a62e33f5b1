import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM debian:13-slim\nRUN install-tools\nCOPY --chmod=4755 tool /usr/local/bin/\n'
const base = 'base 4755 60 KB /usr/bin/passwd\nbase 0755 60 KB /usr/bin/ping\n'

/** Programs that run as somebody else. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'comes with a package',
    dockerfile,
    image: `${base}line 2 4755 200 KB /usr/bin/sudo`,
    finds: [2],
    says: 'line 2 adds a program with the setuid or setgid bit: /usr/bin/sudo',
  },
  { title: 'is copied', dockerfile, image: `${base}line 3 4755 200 KB /usr/local/bin/tool`, finds: [3] },
  { title: 'runs as its group', dockerfile, image: `${base}line 2 2755 200 KB /usr/bin/wall`, finds: [2] },
  { title: 'gets the bit by a line', dockerfile, image: `${base}line 2 4755 60 KB /usr/bin/ping`, finds: [2] },
  { title: 'is what the base has', dockerfile, image: base },
  { title: 'is stored again as the base has it', dockerfile, image: `${base}line 2 4755 61 KB /usr/bin/passwd` },
  {
    title: 'is deleted again',
    dockerfile,
    image: `${base}line 2 4755 200 KB /usr/bin/sudo\nline 3 gone /usr/bin/sudo`,
  },
  { title: 'is a directory whose files get its group', dockerfile, image: `${base}line 2 2775 directory /var/local` },
  { title: 'cannot be executed', dockerfile, image: `${base}line 2 4644 1 KB /etc/odd` },
]
