import type { PitfallCase } from './pitfall-case.ts'

/** Upgrades of pip. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds pip install --upgrade pip',
    dockerfile: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir --upgrade pip\n',
    finds: [2],
    says: 'python:3.13-slim',
  },
  {
    title: 'finds the short option and the module',
    dockerfile: 'FROM python:3.13\nRUN python -m pip install -U pip && pip install -r requirements.txt\n',
    finds: [2],
  },
  {
    title: 'finds its companions',
    dockerfile: 'FROM python:3.13\nRUN pip3 install -U pip setuptools wheel\n',
    finds: [2],
    says: 'pip, setuptools, wheel',
  },
  {
    title: 'finds a bound that is no version',
    dockerfile: 'FROM python:3.13\nRUN pip install -U "pip>=24"\n',
    finds: [2],
  },
  { title: 'is content with a version', dockerfile: 'FROM python:3.13\nRUN pip install --upgrade pip==25.0.1\n' },
  { title: 'is content without an upgrade', dockerfile: 'FROM python:3.13\nRUN pip install setuptools\n' },
  { title: 'is not about other packages', dockerfile: 'FROM python:3.13\nRUN pip install -U flask==3.1.0\n' },
  { title: 'is not about npm', dockerfile: 'FROM node:24\nRUN npm install -g npm@latest\n' },
]
