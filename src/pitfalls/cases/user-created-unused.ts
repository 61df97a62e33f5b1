import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'made and forgotten',
    dockerfile: 'FROM debian:trixie\nRUN useradd --system app\nCMD ["x"]\n',
    finds: [2],
    says: '`app`',
  },
  {
    title: 'made on Alpine',
    dockerfile: 'FROM alpine:3.22\nRUN addgroup -S web && adduser -S web -G web\nCMD ["x"]\n',
    finds: [2],
  },
  { title: 'root at the end', dockerfile: 'FROM debian:trixie\nRUN useradd app\nUSER root\nCMD ["x"]\n', finds: [2] },
  {
    title: 'with a number, and nothing uses either',
    dockerfile: 'FROM node:24\nRUN adduser --uid 1500 --disabled-password svc\nCMD ["x"]\n',
    finds: [2],
  },
  { title: 'USER names it', dockerfile: 'FROM debian:trixie\nRUN useradd app\nUSER app\n' },
  { title: 'USER names its number', dockerfile: 'FROM debian:trixie\nRUN useradd -u 1500 app\nUSER 1500\n' },
  { title: 'files are its own', dockerfile: 'FROM debian:trixie\nRUN useradd app\nCOPY --chown=app x /x\nCMD ["x"]\n' },
  {
    title: 'a command runs as it',
    dockerfile: 'FROM debian:trixie\nRUN useradd app\nENTRYPOINT ["gosu", "app", "x"]\n',
  },
  {
    title: 'made in the builder',
    dockerfile: 'FROM debian:trixie AS b\nRUN useradd app\nFROM scratch\nCOPY --from=b /etc/passwd /etc/\n',
  },
]
