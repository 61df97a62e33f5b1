import type { PitfallCase } from './pitfall-case.ts'

/** apt and apt-get. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds apt update and apt install',
    dockerfile: 'FROM debian:12\nRUN apt update && apt install -y jq\n',
    finds: [2, 2],
    says: 'apt update',
  },
  {
    title: 'finds it under sudo and with a path',
    dockerfile: 'FROM debian:12\nRUN sudo apt update\nRUN /usr/bin/apt upgrade -y\n',
    finds: [2, 3],
  },
  {
    title: 'finds options in front',
    dockerfile: 'FROM debian:12\nRUN apt -y install jq\n',
    finds: [2],
    says: 'apt install',
  },
  { title: 'finds questions', dockerfile: 'FROM debian:12\nRUN apt list --installed\n', finds: [2] },
  { title: 'is content with apt-get', dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install -y jq\n' },
  {
    title: 'is content with apt-cache and apt-mark',
    dockerfile: 'FROM debian:12\nRUN apt-cache policy jq && apt-mark hold jq\n',
  },
  {
    title: 'is not about words that only contain it',
    dockerfile: 'FROM debian:12\nRUN rm -rf /var/cache/apt && echo apt install\n',
  },
  { title: 'is not about packages', dockerfile: 'FROM debian:12\nRUN apt-get install -y apt\n' },
]
