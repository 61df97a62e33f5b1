import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM debian:13-slim\nCOPY app /app\nRUN chmod -R 777 /app\n'
const base = 'base 1777 directory /tmp\nbase 0777 directory /srv/open\n'

/** What everybody may change. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'is opened by chmod',
    dockerfile,
    image: `${base}line 2 0644 1 KB /app/a\nline 3 0777 directory /app\nline 3 0777 1 KB /app/a`,
    finds: [3],
    says: 'line 3 leaves 2 paths that everybody may write: /app, /app/a',
  },
  { title: 'comes so from the context', dockerfile, image: `${base}line 2 0666 1 KB /app/a`, finds: [2] },
  {
    title: 'is a directory without the sticky bit',
    dockerfile,
    image: `${base}line 2 0777 directory /var/data`,
    finds: [2],
  },
  {
    title: 'is a directory of the base that a line opens',
    dockerfile,
    image: `${base}base 0755 directory /opt\nline 3 0777 directory /opt`,
    finds: [3],
  },
  { title: 'is a directory for the files of all', dockerfile, image: `${base}line 2 1777 directory /var/drop` },
  { title: 'is open in the base already', dockerfile, image: `${base}line 2 0777 directory /srv/open` },
  { title: 'is a link, whose mode says nothing', dockerfile, image: `${base}line 2 link /app/a /app/b` },
  { title: 'is for a group', dockerfile, image: `${base}line 2 0775 directory /app\nline 2 0664 1 KB /app/a` },
  { title: 'is closed by a later line', dockerfile, image: `${base}line 2 0666 1 KB /app/a\nline 3 0644 1 KB /app/a` },
]
