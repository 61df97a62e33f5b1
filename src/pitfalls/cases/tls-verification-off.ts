import type { PitfallCase } from './pitfall-case.ts'

/** What switches verification off, and what only looks like it. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds curl -k among other letters',
    dockerfile: 'FROM debian:12\nRUN curl -fsSLk https://e.test/a | sh\nRUN curl --insecure https://e.test\n',
    finds: [2, 3],
  },
  { title: 'finds wget', dockerfile: 'FROM debian:12\nRUN wget --no-check-certificate https://e.test/a\n', finds: [2] },
  {
    title: 'finds settings of git, npm, yarn and pnpm',
    dockerfile: [
      'FROM node:24',
      'RUN git config --global http.sslVerify false',
      'RUN git -c http.sslVerify=false clone https://e.test/r.git',
      'RUN npm config set strict-ssl false && npm ci',
      'RUN npm ci --strict-ssl=false',
      'RUN yarn config set strict-ssl false',
      'RUN pnpm config set strict-ssl false',
      '',
    ].join('\n'),
    finds: [2, 3, 4, 5, 6, 7],
  },
  {
    title: 'finds pip in its spellings',
    dockerfile: [
      'FROM python:3.13',
      'RUN pip install --trusted-host pypi.org flask',
      'RUN python -m pip install --trusted-host=pypi.org flask',
      'RUN pip config set global.trusted-host pypi.org',
      '',
    ].join('\n'),
    finds: [2, 3, 4],
    says: '--trusted-host pypi.org',
  },
  {
    title: 'finds packages without signatures',
    dockerfile: [
      'FROM debian:12',
      'RUN apk add --allow-untrusted /x.apk',
      'RUN apt-get install -y --allow-unauthenticated x',
      'RUN apt-get -o Acquire::https::Verify-Peer=false update',
      'RUN dnf install -y --nogpgcheck x',
      'RUN yum --setopt=sslverify=false install -y x',
      '',
    ].join('\n'),
    finds: [2, 3, 4, 5, 6],
  },
  {
    title: 'finds variables, in ENV, ARG and before a command',
    dockerfile: [
      'FROM node:24',
      'ENV NODE_TLS_REJECT_UNAUTHORIZED=0',
      'ARG PYTHONHTTPSVERIFY=0',
      'RUN GIT_SSL_NO_VERIFY=1 git clone https://e.test/r.git',
      'RUN export NODE_TLS_REJECT_UNAUTHORIZED=0 && npm ci',
      '',
    ].join('\n'),
    finds: [2, 3, 4, 5],
    says: 'in every container',
  },
  {
    title: 'is content with verification',
    dockerfile: [
      'FROM node:24',
      'ENV NODE_TLS_REJECT_UNAUTHORIZED=1 NODE_EXTRA_CA_CERTS=/ca.pem GIT_SSL_NO_VERIFY=false',
      'RUN npm config set strict-ssl true && git config --global http.sslVerify true',
      'RUN pip config set global.cert /ca.pem && curl --cacert /ca.pem https://e.test',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing about the machine itself',
    dockerfile: 'FROM debian:12\nRUN curl -k https://localhost:8443/\nRUN pip install --trusted-host localhost flask\n',
  },
  {
    title: 'is not about other letters',
    dockerfile: 'FROM debian:12\nRUN curl -o kkk https://e.test/k && tar -k -xf a.tar\n',
  },
  { title: 'is not about texts', dockerfile: 'FROM debian:12\nRUN echo strict-ssl false\nLABEL a="curl -k"\n' },
  {
    title: 'is not about HEALTHCHECK',
    dockerfile: 'FROM debian:12\nHEALTHCHECK CMD curl -kf https://localhost || exit 1\n',
  },
]
