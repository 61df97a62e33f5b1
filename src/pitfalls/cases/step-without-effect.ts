import type { PitfallCase } from './pitfall-case.ts'

/** Steps that leave nothing, and steps that do. */
export const cases: readonly PitfallCase[] = [
  { title: 'finds cd alone', dockerfile: 'FROM node:24\nRUN cd /app\nRUN npm ci\n', finds: [2], says: '/app' },
  { title: 'finds export', dockerfile: 'FROM node:24\nRUN export NODE_ENV=production\n', finds: [2], says: 'NODE_ENV' },
  { title: 'finds a virtual environment', dockerfile: 'FROM python:3.13\nRUN . /opt/venv/bin/activate\n', finds: [2] },
  {
    title: 'finds source',
    dockerfile: 'FROM python:3.13\nSHELL ["/bin/bash", "-c"]\nRUN source venv/bin/activate\n',
    finds: [3],
  },
  { title: 'finds several of them', dockerfile: 'FROM node:24\nRUN set -e; A=1; cd /x\n', finds: [2] },
  { title: 'finds umask and alias', dockerfile: 'FROM node:24\nRUN umask 027\nRUN alias ll="ls -l"\n', finds: [2, 3] },
  {
    title: 'is content when something follows',
    dockerfile: 'FROM node:24\nRUN cd /app && npm ci\nRUN export A=1 && make\n',
  },
  { title: 'knows redirections', dockerfile: 'FROM node:24\nRUN alias > /etc/aliases\nRUN export -p > /env\n' },
  { title: 'says nothing about scripts that it cannot read', dockerfile: 'FROM node:24\nRUN . /root/.nvm/nvm.sh\n' },
  { title: 'says nothing about values that a command makes', dockerfile: 'FROM node:24\nRUN A=$(make)\n' },
  { title: 'is not about ENV and WORKDIR', dockerfile: 'FROM node:24\nENV A=1\nWORKDIR /app\n' },
]
