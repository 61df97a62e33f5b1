import type { PitfallCase } from './pitfall-case.ts'

/** Installations that ask, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds apt-get',
    dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install git\n',
    finds: [2],
    says: 'git',
  },
  {
    title: 'finds it in a builder, with one -q',
    dockerfile: 'FROM debian:12 AS b\nRUN apt-get -q install gcc\nFROM scratch\nCOPY --from=b /a /a\n',
    finds: [2],
  },
  {
    title: 'finds DEBIAN_FRONTEND, which answers other questions',
    dockerfile: 'FROM debian:12\nENV DEBIAN_FRONTEND=noninteractive\nRUN apt-get install git\n',
    finds: [3],
  },
  {
    title: 'finds dnf and yum',
    dockerfile: 'FROM fedora:42\nRUN dnf install git\nRUN yum install git\n',
    finds: [2, 3],
  },
  {
    title: 'finds zypper',
    dockerfile: 'FROM opensuse/leap:15.6\nRUN zypper install git\n',
    finds: [2],
    says: 'zypper install',
  },
  {
    title: 'is content with the flags',
    dockerfile: [
      'FROM debian:12',
      'RUN apt-get install -y git && apt-get -y install git && apt-get install git --yes && apt-get -qqy install git',
      'RUN apt-get -o APT::Get::Assume-Yes=true install git',
      'RUN dnf -y install git && yum install -y git',
      'RUN zypper -n in git && zypper --non-interactive install git && zypper in -y git',
      '',
    ].join('\n'),
  },
  { title: 'is content with somebody who answers', dockerfile: 'FROM debian:12\nRUN yes | apt-get install git\n' },
  {
    title: 'knows settings of apt',
    dockerfile:
      'FROM debian:12\nRUN echo \'APT::Get::Assume-Yes "true";\' > /etc/apt/apt.conf.d/90yes\nRUN apt-get install git\n',
  },
  {
    title: 'is not about managers that do not ask',
    dockerfile: 'FROM alpine:3.22\nRUN apk add git && npm install && microdnf install git\n',
  },
]
