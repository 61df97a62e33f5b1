import type { PitfallCase } from './pitfall-case.ts'

/** Where sudo is useless, and where it may be needed. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds it before apt-get',
    dockerfile: 'FROM debian:12\nRUN sudo apt-get update\n',
    finds: [2],
    says: 'apt-get',
  },
  {
    title: 'finds each of several, at its line',
    dockerfile: 'FROM ubuntu:24.04\nRUN sudo mkdir /a \\\n && sudo chown 1000 /a\n',
    finds: [2, 3],
  },
  { title: 'finds it with options', dockerfile: 'FROM alpine:3.22\nRUN sudo -E npm ci\n', finds: [2] },
  {
    title: 'finds it after USER root',
    dockerfile: 'FROM node:24\nUSER node\nUSER root\nRUN sudo npm i -g x\n',
    finds: [4],
  },
  { title: 'finds it in heredocs', dockerfile: 'FROM debian:12\nRUN <<EOF\nsudo rm -rf /x\nEOF\n', finds: [3] },
  { title: 'says nothing when another user works', dockerfile: 'FROM node:24\nUSER node\nRUN sudo npm i -g x\n' },
  {
    title: 'says nothing when nobody knows who works',
    dockerfile: 'FROM example.com/ci/base:1\nRUN sudo apt-get update\n',
  },
  { title: 'is not about installing it', dockerfile: 'FROM debian:12\nRUN apt-get install -y sudo && echo sudo\n' },
  { title: 'is not about CMD', dockerfile: 'FROM debian:12\nCMD ["sudo", "x"]\n' },
]
