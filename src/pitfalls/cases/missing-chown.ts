import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  {
    title: 'a file that only root reads',
    dockerfile: 'FROM alpine:3.22\nCOPY --chmod=600 config.json /etc/app/\nUSER nobody\n',
    finds: [2],
    says: 'mode 600',
  },
  {
    title: 'a directory that only its group reads',
    dockerfile: 'FROM node:24\nCOPY --chmod=0750 src /app\nUSER node\n',
    finds: [2],
  },
  {
    title: 'a VOLUME that root made',
    dockerfile: 'FROM debian:trixie\nRUN useradd app && mkdir -p /srv/data\nVOLUME /srv/data\nUSER app\n',
    finds: [2],
  },
  { title: 'a VOLUME that nobody made', dockerfile: 'FROM node:24\nVOLUME ["/data"]\nUSER node\n', finds: [2] },
  {
    title: 'a directory for uploads',
    dockerfile: 'FROM node:24\nWORKDIR /app/uploads\nENV UPLOAD_DIR=/app/uploads\nUSER node\n',
    finds: [2],
  },
  {
    title: 'an empty directory for uploads',
    dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY src ./src\nRUN mkdir -p uploads\nUSER node\n',
    finds: [4],
    says: 'made empty',
  },
  {
    title: 'directories that are filled, opened or at home',
    dockerfile: `FROM node:24
WORKDIR /app
RUN mkdir -p data logs && tar -xzf /seed.tgz -C data && chown node logs
RUN mkdir cache
COPY warm ./cache
RUN mkdir -p /srv/state && chown -R node:node /srv
RUN mkdir -p /tmp/data /app/public
USER node
`,
  },
  {
    title: 'given to the user',
    dockerfile: 'FROM node:24\nRUN mkdir /data && chown node:node /data\nVOLUME /data\nUSER node\n',
  },
  {
    title: 'made for the user',
    dockerfile: 'FROM node:24\nRUN install -d -o node -g node /data\nVOLUME /data\nUSER node\n',
  },
  {
    title: 'made by the user',
    dockerfile: 'FROM node:24\nUSER node\nRUN mkdir /tmp/x && mkdir -p /home/node/data\nVOLUME /home/node/data\n',
  },
  { title: 'copied for the user', dockerfile: 'FROM node:24\nCOPY --chown=node data /data\nVOLUME /data\nUSER node\n' },
  {
    title: 'a private file of the user',
    dockerfile: 'FROM node:24\nCOPY --chmod=0600 --chown=node:node key /k\nUSER node\n',
  },
  { title: 'a mode for everybody', dockerfile: 'FROM node:24\nCOPY --chmod=0755 run /usr/local/bin/run\nUSER node\n' },
  {
    title: 'open to everybody',
    dockerfile: 'FROM node:24\nRUN mkdir /data && chmod 777 /data\nVOLUME /data\nUSER node\n',
  },
  { title: 'root writes', dockerfile: 'FROM node:24\nRUN mkdir /data\nVOLUME /data\n' },
]
