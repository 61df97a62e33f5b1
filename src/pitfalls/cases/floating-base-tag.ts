import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  { title: 'a major version', dockerfile: 'FROM node:24-slim\n', finds: [1], says: 'the tag 24-slim' },
  {
    title: 'a minor version',
    dockerfile: 'FROM golang:1.25 AS build\nFROM scratch\nCOPY --from=build /a /a\n',
    finds: [1],
  },
  { title: 'the release of a distribution', dockerfile: 'FROM ubuntu:24.04\n', finds: [1] },
  { title: 'a codename', dockerfile: 'FROM debian:trixie-slim\n', finds: [1] },
  { title: 'a tag without a version', dockerfile: 'FROM gcr.io/distroless/static-debian12:nonroot\n', finds: [1] },
  { title: 'a full version', dockerfile: 'FROM node:24.4.1-slim\n' },
  { title: 'a full version of two numbers', dockerfile: 'FROM postgres:16.4\n' },
  { title: 'two numbers of a version of three', dockerfile: 'FROM python:3.12-slim-bookworm\n', finds: [1] },
  { title: 'a full version of two numbers and a day', dockerfile: 'FROM debian:trixie-20250811-slim\n' },
  { title: 'a digest', dockerfile: `FROM node:24@sha256:${'a'.repeat(64)}\n` },
  { title: 'no tag, which another rule is about', dockerfile: 'FROM node\n' },
  { title: 'scratch', dockerfile: 'FROM scratch\n' },
]
