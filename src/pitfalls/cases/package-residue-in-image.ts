import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM debian:13-slim\nRUN apt-get update && install-all\nRUN pip install flask\nCMD ["flask"]\n'

/** Caches and indexes in the finished image. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'is the index of apt',
    dockerfile,
    image: 'line 2 0644 19 MB /var/lib/apt/lists/deb.debian.org_dists\nline 2 0755 9 MB /usr/bin/tool',
    finds: [2],
    says: 'line 2 leaves the index of apt in the image: 19 MB in /var/lib/apt/lists',
  },
  {
    title: 'is told by place',
    dockerfile,
    image:
      'line 2 0644 3 MB /var/cache/apk/a\nline 2 0644 3 MB /var/cache/dnf/b\nline 3 0644 5 MB /root/.cache/pip/http/c\nline 3 0644 1 MB /home/app/.cache/uv/d',
    finds: [2, 2, 3, 3],
  },
  {
    title: 'is what managers of languages keep in a home',
    dockerfile,
    image:
      'line 2 0644 3 MB /root/.npm/_cacache/a\nline 2 0644 3 MB /usr/local/share/.cache/yarn/v6/b\nline 2 0644 9 MB /root/.m2/repository/c.jar\nline 3 0644 5 MB /root/.gradle/caches/modules/d',
    finds: [2, 2, 2, 3],
  },
  {
    title: 'is what compilers keep',
    dockerfile,
    image:
      'line 2 0644 3 MB /go/pkg/mod/cache/a\nline 2 0644 3 MB /root/.cache/go-build/b\nline 3 0644 9 MB /usr/local/cargo/registry/c',
    finds: [2, 2, 3],
  },
  {
    title: 'is not what a later line has deleted: that is waste',
    dockerfile,
    image: 'line 2 0644 19 MB /var/lib/apt/lists/a\nline 3 gone /var/lib/apt/lists',
  },
  { title: 'is not what the base has', dockerfile, image: 'base 0644 19 MB /var/lib/apt/lists/a' },
  {
    title: 'is not an empty cache with its lock file',
    dockerfile,
    image:
      'line 2 0755 directory /var/cache/apt\nline 2 0644 30 KB /var/cache/apt/pkgcache.bin\nline 2 0640 0 B /var/lib/apt/lists/lock',
  },
  {
    title: 'is not the list of what is installed',
    dockerfile,
    image:
      'line 2 0644 9 MB /var/lib/dpkg/status\nline 3 0644 9 MB /lib/apk/db/installed\nline 3 0644 9 MB /opt/npm/cache.js',
  },
]
