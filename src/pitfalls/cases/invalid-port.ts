import type { PitfallCase } from './pitfall-case.ts'

/** Words of EXPOSE that are ports, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a number that is too large',
    dockerfile: 'FROM nginx:1.29\nEXPOSE 80000\n',
    finds: [2],
    says: '80000',
  },
  { title: 'finds words', dockerfile: 'FROM nginx:1.29\nEXPOSE http\n', finds: [2] },
  { title: 'finds it among others', dockerfile: 'FROM nginx:1.29\nEXPOSE 80 65536/tcp\n', finds: [2] },
  {
    title: 'finds ranges that go down, protocols nobody knows, and JSON',
    dockerfile: 'FROM nginx:1.29\nEXPOSE 9000-8000\nEXPOSE 80/http\nEXPOSE ["80"]\n',
    finds: [2, 3, 4],
  },
  { title: 'finds it through a variable', dockerfile: 'FROM nginx:1.29\nENV PORT=99999\nEXPOSE ${PORT}\n', finds: [3] },
  { title: 'is content with ports', dockerfile: 'FROM nginx:1.29\nEXPOSE 80 443/tcp 53/udp 65535\n' },
  { title: 'is content with ranges', dockerfile: 'FROM nginx:1.29\nEXPOSE 8000-8010\n' },
  {
    title: 'says nothing about variables that it does not know',
    dockerfile: 'FROM nginx:1.29\nARG PORT\nEXPOSE $PORT\n',
  },
  { title: 'is content with known variables', dockerfile: 'FROM nginx:1.29\nARG PORT=8080\nEXPOSE $PORT\n' },
]
