import type { PitfallCase } from './pitfall-case.ts'

/** ADD for files, and ADD for what only it can do. */
export const cases: readonly PitfallCase[] = [
  { title: 'finds a directory', dockerfile: 'FROM nginx:1.29\nADD site /usr/share/nginx/html\n', finds: [2] },
  {
    title: 'finds files, flags and all',
    dockerfile: 'FROM node:24\nADD --chown=node:node package.json package-lock.json ./\n',
    finds: [2],
    says: 'package.json, package-lock.json',
  },
  { title: 'finds the whole context', dockerfile: 'FROM python:3.13\nADD . /app\n', finds: [2] },
  { title: 'finds JSON and small letters', dockerfile: 'FROM python:3.13\nadd ["app.py", "/srv/"]\n', finds: [2] },
  {
    title: 'finds archives that ADD does not unpack',
    dockerfile: 'FROM tomcat:11\nADD app.war ext.zip /opt/\n',
    finds: [2],
  },
  { title: 'finds wildcards', dockerfile: 'FROM node:24\nADD package*.json *.js ./\n', finds: [2] },
  {
    title: 'finds it in a builder',
    dockerfile: 'FROM golang:1.25 AS build\nADD go.mod go.sum ./\nFROM scratch\nCOPY --from=build /a /a\n',
    finds: [2],
  },
  {
    title: 'is content with archives',
    dockerfile: 'FROM scratch\nADD rootfs.tar.xz /\nADD layer.tgz /\nADD a.tar b.tbz2 /\nADD --chown=1 x.tar.gz /x\n',
  },
  {
    title: 'is content with addresses and repositories',
    dockerfile:
      'FROM debian:12\nADD https://e.test/a.bin /a\nADD https://github.com/o/r.git#v1 /r\nADD git@github.com:o/r.git /s\n',
  },
  {
    title: 'says nothing when something among them may be an archive',
    dockerfile: 'FROM debian:12\nARG ROOTFS\nADD ${ROOTFS} /\nADD rootfs* /\nADD a.txt data.tar /x/\n',
  },
  { title: 'reads brackets that are none', dockerfile: 'FROM debian:12\nADD [x a( /y/\n', finds: [2] },
  {
    title: 'looks up what a wildcard matches',
    dockerfile: 'FROM debian:12\nADD vendor/* /vendor/\n',
    files: { 'vendor/a.tar.gz': 'x' },
  },
  { title: 'is not about COPY and heredocs', dockerfile: 'FROM debian:12\nCOPY a /a\nADD <<EOF /b\nx\nEOF\n' },
]
