import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  { title: 'no tag', dockerfile: 'FROM node\n', finds: [1], says: 'node has no tag' },
  { title: 'latest', dockerfile: 'FROM golang:latest AS build\nFROM scratch\nCOPY --from=build /a /a\n', finds: [1] },
  { title: 'latest by an argument', dockerfile: 'ARG TAG=latest\nFROM python:${TAG}\n', finds: [2] },
  {
    title: 'an image that is only copied from',
    dockerfile: 'FROM php:8.4-cli\nCOPY --from=composer /usr/bin/composer /usr/bin/composer\n',
    finds: [2],
  },
  {
    title: 'an image that is only mounted',
    dockerfile: 'FROM alpine:3.22\nRUN --mount=from=busybox:latest,target=/b /b/bin/true\n',
    finds: [2],
  },
  { title: 'a registry with a port and no tag', dockerfile: 'FROM registry.example.com:5000/team/base\n', finds: [1] },
  { title: 'a tag', dockerfile: 'FROM node:24-slim\n' },
  { title: 'a digest without a tag', dockerfile: `FROM node@sha256:${'a'.repeat(64)}\n` },
  { title: 'latest with a digest', dockerfile: `FROM node:latest@sha256:${'a'.repeat(64)}\n` },
  {
    title: 'scratch and stages',
    dockerfile: 'FROM alpine:3.22 AS a\nFROM a AS b\nFROM scratch\nCOPY --from=b /x /x\n',
  },
  { title: 'a version that only the command line gives', dockerfile: 'ARG VERSION\nFROM node:${VERSION}\n' },
  { title: 'a stage that nothing needs', dockerfile: 'FROM node AS lint\nFROM alpine:3.22\n' },
  { title: 'a misspelt stage', dockerfile: 'FROM node:24 AS builder\nFROM alpine:3.22\nCOPY --from=bulder /a /a\n' },
]
