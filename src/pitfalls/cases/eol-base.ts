import type { PitfallCase } from './pitfall-case.ts'

export const cases: readonly PitfallCase[] = [
  { title: 'an old Node', dockerfile: 'FROM node:14-alpine\n', finds: [1], says: 'Node.js 14' },
  { title: 'an old Alpine', dockerfile: 'FROM alpine:3.12\n', finds: [1] },
  { title: 'an old Python on an old Debian', dockerfile: 'FROM python:3.7-slim-buster\n', finds: [1] },
  { title: 'an old distribution below a language', dockerfile: 'FROM python:3.12-slim-stretch\n', finds: [1] },
  {
    title: 'an old builder',
    dockerfile: 'FROM golang:1.15 AS build\nFROM scratch\nCOPY --from=build /a /a\n',
    finds: [1],
  },
  { title: 'CentOS', dockerfile: 'FROM centos:7\n', finds: [1] },
  { title: 'a release that is supported', dockerfile: 'FROM node:24-slim\n' },
  { title: 'a supported distribution', dockerfile: 'FROM debian:trixie-slim\n' },
  { title: 'an image that the catalogue does not know', dockerfile: 'FROM registry.example.com/team/base:1\n' },
  { title: 'a version that only the command line gives', dockerfile: 'ARG V\nFROM node:$V\n' },
]
