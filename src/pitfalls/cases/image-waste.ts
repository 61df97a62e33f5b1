import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM alpine:3.22\nCOPY data /srv/data\nRUN build-index\nRUN finish\n'
const base = 'base 0755 8 MB /bin/busybox\n'

/** Bytes that later lines hide. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'deletes what another line has written',
    dockerfile,
    image: `${base}line 3 0644 20 MB /srv/index/raw\nline 3 0644 2 MB /srv/index/main\nline 4 gone /srv/index/raw`,
    finds: [4],
    says: 'line 4 deletes 20 MB that line 3 has written (/srv/index/raw)',
  },
  {
    title: 'deletes a directory with all that is in it',
    dockerfile,
    image: `${base}line 2 0644 9 MB /srv/data/a/one\nline 2 0644 3 MB /srv/data/b\nline 3 gone /srv/data/a\nline 4 gone /srv/data`,
    finds: [3, 4],
    says: 'line 4 deletes 3.0 MB that line 2 has written (/srv/data/b)',
  },
  {
    title: 'stores files again with another owner',
    dockerfile,
    image: `${base}line 2 0644 15 MB /srv/data/a\nline 2 0644 1 KB /srv/data/b\nline 4 0640 15 MB /srv/data/a\nline 4 0640 1 KB /srv/data/b`,
    finds: [4],
    says: 'line 4 writes again 15 MB that line 2 has written (/srv/data/a, /srv/data/b)',
  },
  {
    title: 'puts a file in the place of a directory',
    dockerfile,
    image: `${base}line 2 0644 15 MB /srv/data/a\nline 3 0644 1 KB /srv/data`,
    finds: [3],
  },
  {
    title: 'updates what the base has',
    dockerfile,
    image: `${base}line 3 0755 8 MB /bin/busybox`,
    finds: [3],
    says: 'line 3 writes again 8.0 MB that the base has (/bin/busybox)',
  },
  {
    title: 'is named once, by the first line that hides it',
    dockerfile,
    image: `${base}line 2 0644 9 MB /srv/data/a\nline 3 gone /srv/data/a\nline 4 gone /srv/data`,
    finds: [3],
  },
  {
    title: 'is not said of small files',
    dockerfile,
    image: `${base}line 2 0644 900 KB /srv/data/a\nline 3 gone /srv/data/a`,
  },
  {
    title: 'is not said of what is little beside the image',
    dockerfile,
    image: `base 0755 200 MB /usr/lib/all\nline 2 0644 4 MB /srv/data/a\nline 3 gone /srv/data/a`,
  },
  {
    title: 'is not said of directories that lines share',
    dockerfile,
    image: `${base}line 2 0644 9 MB /srv/data/a\nline 3 0755 directory /srv/data\nline 3 0644 9 MB /srv/data/b`,
  },
  {
    title: 'is not said of what the base hides of itself',
    dockerfile,
    image: `${base}line 2 0644 9 MB /srv/data/a\nline 2 0644 9 MB /srv/other`,
  },
  { title: 'is not said without an image', dockerfile: 'FROM alpine\nRUN rm -rf /srv' },
]
