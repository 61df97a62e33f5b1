import type { PitfallCase } from './pitfall-case.ts'

/** Mounts of root in steps of others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a mount of a step that runs as node',
    dockerfile: 'FROM node:24\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm npm ci\n',
    finds: [3],
    says: 'node',
  },
  {
    title: 'finds it for a number',
    dockerfile:
      'FROM python:3.13\nUSER 10001:10001\nRUN --mount=type=cache,target=/tmp/pip pip install --cache-dir /tmp/pip flask==3.1.0\n',
    finds: [3],
  },
  {
    title: 'finds it for an account that the file makes, with its number in the hint',
    dockerfile:
      'FROM debian:12\nRUN useradd -m -u 4321 app\nUSER app\nRUN --mount=type=cache,target=/home/app/.cache make\n',
    finds: [4],
    says: 'app',
  },
  {
    title: 'finds the user of an earlier stage, and a mount with the mode of others only to read',
    dockerfile:
      'FROM ruby:3.4 AS base\nUSER nobody\nFROM base\nRUN --mount=type=cache,target=/gems,mode=0755 bundle install\n',
    finds: [4],
  },
  {
    title: 'finds a mount that says root',
    dockerfile: 'FROM node:24\nUSER node\nRUN --mount=type=cache,target=/c,uid=0 npm ci\n',
    finds: [3],
  },
  {
    title: 'says nothing when the mount has an owner',
    dockerfile: 'FROM node:24\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci\n',
  },
  {
    title: 'says nothing when everybody may write',
    dockerfile: 'FROM node:24\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,mode=0777 npm ci\n',
  },
  {
    title: 'says nothing about steps of root, before and behind',
    dockerfile:
      'FROM node:24\nRUN --mount=type=cache,target=/root/.npm npm ci\nUSER node\nRUN id\nUSER root\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
  },
  {
    title: 'says nothing about mounts that are no caches',
    dockerfile: 'FROM node:24\nUSER node\nRUN --mount=type=bind,target=/src --mount=type=tmpfs,target=/t npm ci\n',
  },
  {
    title: 'says nothing when a variable holds the owner',
    dockerfile: 'FROM node:24\nARG ID\nUSER node\nRUN --mount=type=cache,target=/c,uid=$ID npm ci\n',
  },
  {
    title: 'says nothing when nobody knows the user',
    dockerfile: 'FROM a.example/team/base:1\nRUN --mount=type=cache,target=/c npm ci\n',
  },
]
