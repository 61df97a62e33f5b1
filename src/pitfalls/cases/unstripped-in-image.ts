import type { PitfallCase } from './pitfall-case.ts'

const dockerfile =
  'FROM golang:1.25 AS build\nRUN go build -o /out/app .\nFROM scratch\nCOPY --from=build /out/app /app\nCOPY lib /lib\n'

/** Programs with their symbols. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'is a program',
    dockerfile,
    image: 'line 4 0755 3 MB symbols /app',
    finds: [4],
    says: 'line 4 brings symbols that no program needs: 3.0 MB of 3.0 MB of /app',
  },
  { title: 'is a library', dockerfile, image: 'line 5 0644 1 MB symbols /lib/libfoo.so.2', finds: [5] },
  {
    title: 'is told once for a line',
    dockerfile,
    image: 'line 5 0755 1 MB symbols /lib/a\nline 5 0755 2 MB symbols /lib/b',
    finds: [5],
    says: '2.0 MB of 2.0 MB of /lib/b, 1.0 MB',
  },
  { title: 'is stripped', dockerfile, image: 'line 4 0755 "\\u007fELF" /app\nline 5 0755 9 MB /lib/tool' },
  { title: 'has few symbols', dockerfile, image: 'line 4 0755 90 KB symbols /app' },
  {
    title: 'comes as a package',
    dockerfile,
    image: 'line 5 0755 3 MB symbols /lib/python3/site-packages/numpy/core.so',
  },
  { title: 'is not a program', dockerfile, image: 'line 5 0644 3 MB symbols /lib/crash.core' },
  { title: 'is what the base has', dockerfile, image: 'base 0755 3 MB symbols /usr/bin/node' },
]
