import type { PitfallCase } from './pitfall-case.ts'

/** Upgrades of everything, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds apt-get dist-upgrade',
    dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get -y dist-upgrade\n',
    finds: [2],
    says: 'debian:12',
  },
  {
    title: 'finds apt full-upgrade',
    dockerfile: 'FROM ubuntu:24.04\nRUN apt update; apt full-upgrade -y\n',
    finds: [2],
  },
  {
    title: 'finds zypper',
    dockerfile: 'FROM opensuse/leap:15.6\nRUN zypper -n dup\nRUN zypper --non-interactive dist-upgrade\n',
    finds: [2, 3],
  },
  {
    title: 'finds dnf and do-release-upgrade',
    dockerfile: 'FROM fedora:42\nRUN dnf -y distro-sync\nRUN do-release-upgrade\n',
    finds: [2, 3],
  },
  {
    title: 'is content with upgrades of packages',
    dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get upgrade -y && apt-get install -y jq\n',
  },
  { title: 'is content with apk', dockerfile: 'FROM alpine:3.22\nRUN apk upgrade --no-cache\n' },
  {
    title: 'is not about words',
    dockerfile: 'FROM debian:12\nRUN echo dist-upgrade && apt-get install -y dist-upgrade-tool\n',
  },
  { title: 'is not about dnf update', dockerfile: 'FROM fedora:42\nRUN dnf -y update && dnf clean all\n' },
]
