import { describe, expect, it } from 'vitest'
import { hasAccount } from './base-questions.ts'
import type { BaseProfile } from './base-profile.ts'
import { profileOf } from './profile-of.ts'

/**
 * A fact is a word: `+curl`, `-git`, `?ps` for programs, the same with `libpq.so.5` for libraries, `@node` and `!app` for
 * accounts, `name=value` for everything else.
 */
function factsThatFail(name: string, words: string): readonly string[] {
  const base = profileOf(name)
  return words
    .split(/\s+/)
    .filter(Boolean)
    .filter((word) => !holds(base, word))
}

function holds(base: BaseProfile, word: string): boolean {
  const [sign, rest] = [word[0] ?? '', word.slice(1)]
  const wanted = { '+': true, '-': false, '?': undefined }
  if (sign === '@' || sign === '!') return hasAccount(base, rest) === (sign === '@')
  if (sign in wanted) {
    const asked = rest.includes('.so') ? base.hasLibrary(rest) : base.hasProgram(rest)
    return asked === wanted[sign as keyof typeof wanted]
  }
  const at = word.indexOf('=')
  return String(field(base, word.slice(0, at))) === word.slice(at + 1)
}

function field(base: BaseProfile, name: string): unknown {
  const { runtime } = base
  const fields: Readonly<Record<string, unknown>> = {
    of: base.distribution,
    release: base.release,
    libc: base.libc,
    by: base.packageManager,
    shell: base.hasShell,
    user: base.user,
    variant: base.variant,
    cc: base.hasCompiler,
    ca: base.hasCertificates,
    smaller: base.smaller,
    cwd: base.workdir,
    serves: base.startsService,
    stepsDown: base.stepsDown,
    known: base.known,
    lang: runtime === undefined ? undefined : `${runtime.language}/${runtime.kind}/${runtime.version ?? ''}`,
  }
  return fields[name]
}

const tables: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  distributions: [
    ['scratch', 'known=true shell=false libc=none by=none variant=empty ca=false cc=false -sh -curl -libc.so.6 !root'],
    [
      'debian:bookworm',
      'of=debian release=bookworm libc=glibc by=apt shell=true ca=false variant=full smaller=debian:bookworm-slim -curl -wget -ps -git +bash +useradd +adduser -libssl.so.3 +libgcc_s.so.1 +libstdc++.so.6 !app @nobody',
    ],
    ['debian:bookworm-slim', 'variant=slim smaller=undefined +perl -python3 -xz -nc -openssl -vim +getent @www-data'],
    ['debian:trixie-slim', 'release=trixie -adduser +useradd +libssl.so.3 +libcrypto.so.3 -libpq.so.5'],
    ['debian:13', 'release=trixie smaller=debian:13-slim'],
    ['debian:12.5', 'release=bookworm smaller=debian:12.5-slim'],
    ['debian:bookworm-20240612', 'release=bookworm smaller=debian:bookworm-20240612-slim'],
    ['debian:bullseye-slim', '+libssl.so.1.1 -libssl.so.3 +adduser'],
    ['debian:buster', 'release=buster smaller=debian:buster-slim ?libssl.so.1.1'],
    ['debian:stable-slim', 'release=trixie variant=slim'],
    ['debian', 'release=trixie smaller=debian:stable-slim'],
    ['debian:sid', 'release=sid -adduser smaller=debian:sid-slim'],
    ['debian:bookworm-backports', 'release=bookworm smaller=undefined'],
    ['docker.io/library/debian:12', 'release=bookworm smaller=docker.io/library/debian:12-slim'],
    [
      'ubuntu:24.04',
      'of=ubuntu release=noble by=apt ca=false -curl -wget ?ps ?adduser @ubuntu +libssl.so.3 smaller=undefined',
    ],
    ['ubuntu:22.04', 'release=jammy +ps +adduser !ubuntu +libssl.so.3'],
    ['ubuntu:focal', 'release=focal +libssl.so.1.1 -libssl.so.3'],
    ['ubuntu', 'of=ubuntu release=undefined ?libssl.so.3 -curl'],
    [
      'alpine:3.20',
      'of=alpine release=3.20 libc=musl by=apk ca=true variant=minimal +wget +nc +ps -curl -bash -git -gcc +adduser -useradd -libc.so.6 -libgcc_s.so.1 +libssl.so.3 @nobody !node',
    ],
    ['alpine:3.12', 'release=3.12 +libssl.so.1.1 -libssl.so.3'],
    ['alpine', 'of=alpine release=undefined +apk -apt-get +libcrypto.so.3'],
    ['alpine:edge', 'release=undefined +wget'],
    ['busybox:1.36', 'of=busybox libc=glibc by=none shell=true ca=false +wget -curl -bash +libc.so.6'],
    ['busybox:musl', 'libc=musl -libc.so.6 +sh'],
    ['busybox:1.37-uclibc', 'libc=undefined +sh'],
    ['buildpack-deps:bookworm', 'of=debian release=bookworm cc=true ca=true +curl +git +gcc +libpq.so.5'],
    ['buildpack-deps:jammy-curl', 'of=ubuntu release=jammy ca=true cc=false +curl +wget -git -gcc'],
    ['buildpack-deps:trixie-scm', '+git +ssh -gcc +ps +python3'],
    ['bash:5.2', 'of=alpine +bash -curl'],
    ['buildpack-deps:24.04-scm', 'of=ubuntu release=noble +git -gcc'],
    ['fedora:41', 'of=fedora release=41 by=dnf +curl +bash ca=true -apt-get -git'],
    ['rockylinux:9-minimal', 'of=rhel release=9 variant=minimal +microdnf ?dnf'],
    ['rockylinux/rockylinux:9', 'of=rhel release=9 +dnf'],
    ['almalinux:9', 'of=rhel release=9 by=dnf -apk'],
    ['quay.io/centos/centos:stream9', 'of=rhel by=dnf'],
    ['oraclelinux:9-slim', 'of=rhel release=9 +microdnf variant=minimal'],
    ['amazonlinux:2023', 'of=amazon release=2023 by=dnf +curl ?tar'],
    ['amazonlinux:2', 'release=2 +yum'],
    ['archlinux', 'of=arch by=pacman +pacman ?git cc=false'],
    ['archlinux:base-devel', 'cc=true +gcc'],
    ['opensuse/leap:15.6', 'of=opensuse release=15.6 by=zypper'],
    ['photon:5.0', 'known=true of=undefined shell=true'],
    [
      'registry.access.redhat.com/ubi9/ubi-minimal:9.4',
      'of=rhel release=9 by=dnf variant=minimal +microdnf +curl -apt-get -git',
    ],
    ['registry.access.redhat.com/ubi8', 'of=rhel release=8 by=dnf variant=full +dnf +python3'],
    ['redhat/ubi9-micro', 'by=none shell=true -git -gcc'],
    ['registry.access.redhat.com/ubi9/nodejs-20', 'user=1001 lang=node/runtime/20 +npm cwd=/opt/app-root/src +curl'],
    ['registry.access.redhat.com/ubi9/python-311:latest', 'user=1001 lang=python/runtime/3.11 +pip'],
    ['registry.access.redhat.com/ubi8/openjdk-17-runtime', 'user=185 lang=java/runtime/17'],
  ],
  'without a shell': [
    [
      'gcr.io/distroless/static-debian12:nonroot',
      'of=distroless release=bookworm libc=none shell=false by=none user=65532 ca=true variant=static cwd=/home/nonroot -libc.so.6 -libssl.so.3 -sh @nonroot !app',
    ],
    ['gcr.io/distroless/static', 'user=0 release=undefined shell=false'],
    ['gcr.io/distroless/base-debian12', 'libc=glibc +libc.so.6 +libssl.so.3 -libgcc_s.so.1 -libstdc++.so.6 user=0'],
    ['gcr.io/distroless/base-nossl-debian12', '+libc.so.6 -libssl.so.3'],
    ['gcr.io/distroless/base-debian11', '+libssl.so.1.1 -libssl.so.3'],
    [
      'gcr.io/distroless/cc-debian13:nonroot',
      'release=trixie +libgcc_s.so.1 +libstdc++.so.6 +libssl.so.3 -libpq.so.5 shell=false',
    ],
    ['gcr.io/distroless/cc-debian12:debug-nonroot', 'shell=true +sh +wget -bash -curl user=65532'],
    ['gcr.io/distroless/nodejs22-debian12', 'lang=node/runtime/22 +node -npm -sh user=0'],
    ['gcr.io/distroless/nodejs24-debian13:nonroot', 'lang=node/runtime/24 user=65532'],
    ['gcr.io/distroless/python3-debian12', 'lang=python/runtime/3.11 +python3 -pip shell=false'],
    ['gcr.io/distroless/java21-debian12:nonroot', 'lang=java/runtime/21 +java -javac user=65532'],
    ['gcr.io/distroless/java-base-debian12', 'lang=undefined -java shell=false'],
    ['mirror.example.com/distroless/static-debian12', 'of=distroless shell=false'],
    ['cgr.dev/chainguard/static', 'of=wolfi user=65532 shell=false ca=true libc=none -libc.so.6'],
    ['cgr.dev/chainguard/glibc-dynamic:latest', 'shell=false +libgcc_s.so.1 +libstdc++.so.6'],
    ['cgr.dev/chainguard/python:latest', 'shell=false lang=python/runtime/ ?libssl.so.3'],
    ['cgr.dev/chainguard/python:latest-dev', 'shell=true by=apk user=65532 +apk'],
    ['cgr.dev/chainguard/wolfi-base', 'shell=true user=root by=apk'],
    ['cgr.dev/chainguard/node', 'lang=node/runtime/ user=65532 shell=undefined'],
    ['cgr.dev/chainguard/go:latest', 'lang=go/sdk/ shell=true'],
    [
      'mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled',
      'shell=false user=1654 by=none lang=dotnet/runtime/8.0 @app ca=true',
    ],
    ['ghcr.io/astral-sh/uv:0.5', 'shell=false +uv -sh -python3'],
    ['ghcr.io/astral-sh/uv', '+uvx shell=false'],
    ['tonistiigi/xx', 'shell=false known=true'],
    ['denoland/deno:bin', 'shell=false'],
  ],
  'node, python, go and rust': [
    [
      'node:22',
      'of=debian release=bookworm lang=node/runtime/22 variant=full cc=true ca=true smaller=node:22-slim @node user=root +npm +npx +yarn +corepack +curl +git +gcc +python3 -tini -jq +libpq.so.5 +libssl.so.3',
    ],
    [
      'node:22-slim',
      'variant=slim smaller=undefined ca=false cc=false -curl -wget -python3 -gcc -git -openssl +yarn @node -libssl.so.3 +libstdc++.so.6',
    ],
    [
      'node:22-alpine',
      'of=alpine ca=true -bash -curl -git -python3 -gcc +wget +yarn +libstdc++.so.6 +libgcc_s.so.1 @node smaller=undefined',
    ],
    ['node:20.11.1-alpine3.19', 'release=3.19 lang=node/runtime/20.11.1'],
    ['node:22-bookworm', 'smaller=node:22-bookworm-slim'],
    ['node:26', 'release=trixie -yarn -corepack +npm'],
    ['node:26-slim', '+libssl.so.3 -adduser'],
    ['node:25', '+yarn -corepack'],
    ['node', 'release=trixie smaller=node:slim ?yarn'],
    ['node:lts', 'release=bookworm smaller=node:lts-slim lang=node/runtime/'],
    ['node:lts-alpine', 'of=alpine lang=node/runtime/ -curl'],
    ['node:jod-slim', 'lang=node/runtime/22 release=bookworm +yarn'],
    ['node:14', 'release=buster ?corepack'],
    ['node:16-slim', 'release=buster'],
    ['node:20.1.0', 'release=bullseye'],
    ['node:18-bullseye-slim', 'release=bullseye variant=slim +libssl.so.1.1'],
    ['node:22-windowsservercore', 'known=false'],
    [
      'python:3.12',
      'release=trixie lang=python/runtime/3.12 variant=full cc=true smaller=python:3.12-slim +pip +gcc +git +curl +libpq.so.5 +libmariadb.so.3 ?libGL.so.1',
    ],
    [
      'python:3.12-slim',
      'release=trixie ca=true cc=false -gcc -curl -wget -git +openssl +pip +libssl.so.3 +libffi.so.8 +libsqlite3.so.0 -libpq.so.5 -libGL.so.1 -libglib-2.0.so.0 -libgomp.so.1',
    ],
    ['python:3.12.3-slim', 'release=bookworm -libssl.so.1.1 +libssl.so.3'],
    ['python:3.13.1', 'release=bookworm smaller=python:3.13.1-slim'],
    ['python:3.12-slim-bookworm', 'release=bookworm variant=slim'],
    ['python:3.12-bookworm', 'smaller=python:3.12-slim-bookworm'],
    ['python:3.7-slim-buster', 'release=buster'],
    ['python:3.13-alpine', 'of=alpine libc=musl -gcc -libpq.so.5 +libffi.so.8 +pip ca=true'],
    ['python', 'smaller=python:slim'],
    [
      'golang:1.25',
      'release=trixie lang=go/sdk/1.25 cc=true ca=true cwd=/go +git +gcc +make +curl smaller=undefined -libpq.so.5',
    ],
    ['golang:1.22', 'release=bookworm'],
    ['golang:1.25-alpine', 'of=alpine cc=false -git -gcc -make -bash +go ca=true'],
    ['golang:1.25.3-alpine3.22', 'release=3.22 lang=go/sdk/1.25.3'],
    ['golang:bookworm', 'release=bookworm lang=go/sdk/'],
    ['rust:1.90', 'release=trixie lang=rust/sdk/1.90 variant=full smaller=rust:1.90-slim +make +git +pkg-config'],
    ['rust:1.90-slim', 'cc=true ca=true +gcc -make -git -curl -wget -pkg-config -g++ +libssl.so.3'],
    ['rust:1.80', 'release=bookworm'],
    ['rust:1.90-trixie', 'smaller=rust:1.90-slim-trixie'],
    ['rust:1-alpine', 'of=alpine +gcc cc=true -make -libc.so.6'],
    ['rust:slim-bookworm', 'release=bookworm lang=rust/sdk/ variant=slim'],
    ['lukemathwalker/cargo-chef:0.1.72-rust-1.90-trixie', 'lang=rust/sdk/1.90 release=trixie +cargo +git'],
    [
      'ghcr.io/astral-sh/uv:python3.12-bookworm-slim',
      'lang=python/runtime/3.12 release=bookworm +uv -gcc -curl smaller=undefined',
    ],
    ['ghcr.io/astral-sh/uv:0.5.1-python3.13-alpine', 'of=alpine lang=python/runtime/3.13 +uv'],
    ['ghcr.io/astral-sh/uv:bookworm-slim', 'of=debian release=bookworm +uv -python3'],
    ['tiangolo/uvicorn-gunicorn-fastapi:python3.11', 'lang=python/runtime/3.11 cwd=/app serves=true +curl'],
    ['continuumio/miniconda3', '+conda +git +wget ca=true ?curl'],
    ['mambaorg/micromamba:1.5', 'user=mambauser +micromamba cwd=/tmp -curl -python3'],
    ['public.ecr.aws/lambda/python:3.12', 'lang=python/runtime/3.12 cwd=/var/task user=undefined'],
    ['amazon/aws-lambda-nodejs:20', 'lang=node/runtime/20 +npm'],
  ],
  'other languages': [
    ['ruby:3.3', 'release=trixie lang=ruby/runtime/3.3 smaller=ruby:3.3-slim +gcc +bundle +libpq.so.5'],
    ['ruby:3.3-slim', 'ca=true -gcc -git -curl -make +libyaml-0.so.2 -libpq.so.5 +openssl'],
    ['ruby:3.2-bookworm', 'smaller=ruby:3.2-slim-bookworm'],
    ['ruby:3.3-alpine', 'of=alpine -gcc -git +gem'],
    [
      'php:8.3-fpm',
      'release=trixie lang=php/runtime/8.3 cc=true +gcc +make +curl -git -unzip -zip +php-fpm cwd=/var/www/html @www-data serves=true -libzip.so.4 -libpng16.so.16 -libpq.so.5',
    ],
    ['php:8.3-apache-bookworm', 'release=bookworm +a2enmod -php-fpm'],
    ['php:8.3-cli', 'serves=undefined cwd=undefined +pecl'],
    ['php:8.4-fpm-alpine', 'of=alpine cc=false -gcc -bash -git +curl @www-data'],
    ['composer:2', '+composer +git +unzip +bash of=alpine lang=php/sdk/'],
    ['perl:5.40', 'lang=perl/runtime/5.40 smaller=perl:5.40-slim +cpanm'],
    ['elixir:1.17', 'lang=elixir/sdk/1.17 smaller=elixir:1.17-slim +mix +git'],
    ['elixir:1.17-otp-27-slim', '+iex ?git cc=undefined'],
    ['erlang:27-alpine', 'of=alpine +rebar3 -mix -bash'],
    ['gcc:14', 'lang=c/sdk/14 cc=true +make release=trixie'],
    [
      'eclipse-temurin:21-jdk',
      'of=ubuntu release=undefined lang=java/sdk/21 smaller=eclipse-temurin:21-jre +javac +curl +wget -git -mvn ca=true',
    ],
    ['eclipse-temurin:21-jre', 'lang=java/runtime/21 smaller=undefined -javac +java +curl'],
    ['eclipse-temurin:21', 'smaller=eclipse-temurin:21-jre lang=java/sdk/21'],
    ['eclipse-temurin:21-jre-alpine', 'of=alpine -bash -curl +wget ca=true'],
    ['eclipse-temurin:17-jdk-jammy', 'release=jammy smaller=eclipse-temurin:17-jre-jammy +ps'],
    ['eclipse-temurin:21-jre-ubi9-minimal', 'of=rhel release=9'],
    ['eclipse-temurin:21.0.2_13-jre', 'lang=java/runtime/21.0.2'],
    ['maven:3.9-eclipse-temurin-21', 'lang=java/sdk/21 +mvn +javac +git +curl'],
    ['maven:3.9-eclipse-temurin-21-alpine', 'of=alpine +bash +mvn -git'],
    ['maven:3.9-amazoncorretto-17', 'of=amazon lang=java/sdk/17 +mvn'],
    ['gradle:8.10-jdk21', 'lang=java/sdk/21 +gradle +git +unzip @gradle user=root'],
    ['gradle:8-jdk17-alpine', 'of=alpine lang=java/sdk/17 +curl'],
    ['openjdk:17', 'of=rhel lang=java/sdk/17 smaller=openjdk:17-jdk-slim'],
    ['openjdk:11-jre', 'of=debian lang=java/runtime/11 smaller=openjdk:11-jre-slim'],
    ['openjdk:17-jdk-slim', 'of=debian variant=slim -curl -git'],
    ['openjdk:8-jdk-alpine', 'of=alpine -bash'],
    ['amazoncorretto:21', 'of=amazon release=2023 lang=java/sdk/21'],
    ['amazoncorretto:21-alpine', 'of=alpine lang=java/sdk/21'],
    ['azul/zulu-openjdk:21', 'of=ubuntu lang=java/sdk/21 smaller=azul/zulu-openjdk:21-jre'],
    ['azul/zulu-openjdk-alpine:17-jre', 'of=alpine lang=java/runtime/17'],
    ['ibm-semeru-runtimes:open-21-jdk', 'lang=java/sdk/21 smaller=ibm-semeru-runtimes:open-21-jre'],
    [
      'mcr.microsoft.com/dotnet/sdk:8.0',
      'of=debian release=bookworm lang=dotnet/sdk/8.0 +git +curl @app smaller=mcr.microsoft.com/dotnet/aspnet:8.0',
    ],
    ['mcr.microsoft.com/dotnet/sdk:8.0.404', 'smaller=undefined'],
    ['mcr.microsoft.com/dotnet/aspnet:9.0', 'of=debian -curl -wget user=root @app ca=true +libssl.so.3'],
    ['mcr.microsoft.com/dotnet/aspnet:10.0', 'of=ubuntu release=noble @app'],
    ['mcr.microsoft.com/dotnet/runtime:6.0', 'release=bullseye !app -libssl.so.3'],
    ['mcr.microsoft.com/dotnet/runtime-deps:8.0-alpine', 'of=alpine -dotnet +libgcc_s.so.1'],
    [
      'mcr.microsoft.com/dotnet/sdk:9.0-alpine',
      '+git +curl of=alpine smaller=mcr.microsoft.com/dotnet/aspnet:9.0-alpine',
    ],
    ['denoland/deno:2.1.4', 'of=debian lang=deno/runtime/2.1.4 @deno +deno -curl -tini ca=false'],
    ['denoland/deno:alpine', 'of=alpine @deno ?libgcc_s.so.1'],
    ['oven/bun:1', 'lang=bun/runtime/1 @bun cwd=/home/bun/app smaller=oven/bun:1-slim -curl ca=undefined'],
    ['oven/bun:1.1-alpine', 'of=alpine +bunx'],
    ['oven/bun:distroless', 'shell=false +bun'],
  ],
  servers: [
    ['nginx:1.29', 'release=trixie serves=true +curl +envsubst -wget -ps @nginx ca=true user=root +openssl'],
    ['nginx:1.27.4', 'release=bookworm'],
    ['nginx:alpine', 'of=alpine +curl +wget +envsubst @nginx'],
    ['nginx:1.29-alpine-slim', '-curl +wget serves=true'],
    ['nginxinc/nginx-unprivileged:1.29-alpine', 'user=101 of=alpine +curl @nginx serves=true'],
    ['httpd:2.4', 'cwd=/usr/local/apache2 +httpd ca=true -curl @www-data'],
    ['caddy:2-alpine', 'cwd=/srv +caddy ?curl serves=true'],
    ['caddy:2-builder', 'lang=go/sdk/ +xcaddy serves=undefined'],
    ['traefik:v3.2', 'of=alpine +traefik serves=true +wget'],
    ['haproxy:3.2', 'user=haproxy @haproxy ca=true serves=true'],
    ['postgres:16', 'of=debian +psql +pg_isready +gosu -git @postgres stepsDown=true serves=true +libpq.so.5'],
    ['postgres:16-alpine', 'of=alpine +psql -git @postgres'],
    ['mysql:8.4', 'of=rhel +mysqladmin stepsDown=true @mysql'],
    ['mariadb:11', 'of=ubuntu +mariadb-admin @mysql'],
    ['redis:7-alpine', 'of=alpine +redis-cli cwd=/data stepsDown=true'],
    ['redis:7', 'release=bookworm -curl @redis'],
    ['valkey/valkey:8', '+valkey-cli @valkey'],
    ['mongo:7', 'release=jammy +mongosh -wget @mongodb'],
    ['rabbitmq:4-management', '+rabbitmq-diagnostics of=ubuntu'],
    ['memcached:1.6', 'user=memcache'],
    ['docker.elastic.co/elasticsearch/elasticsearch:8.15.0', 'user=1000 +curl serves=true'],
    ['bitnami/postgresql:16', 'user=1001 serves=true ?curl'],
    ['bitnami/node:20', 'user=undefined shell=true'],
    ['selenium/standalone-chrome', 'user=1200 serves=true'],
    ['quay.io/jupyter/scipy-notebook', 'user=1000 cwd=/home/jovyan +tini'],
  ],
  'accelerators and browsers': [
    [
      'nvidia/cuda:12.4.1-devel-ubuntu22.04',
      'of=ubuntu release=jammy variant=full cc=true smaller=nvidia/cuda:12.4.1-runtime-ubuntu22.04 ?curl',
    ],
    ['nvidia/cuda:12.4.1-runtime-ubuntu22.04', 'variant=slim smaller=undefined cc=false'],
    [
      'pytorch/pytorch:2.4.0-cuda12.1-cudnn9-devel',
      'smaller=pytorch/pytorch:2.4.0-cuda12.1-cudnn9-runtime lang=python/runtime/',
    ],
    ['tensorflow/tensorflow:2.17.0-gpu', '+python3 ?git'],
    ['mcr.microsoft.com/playwright:v1.48.0-noble', 'release=noble +node +git'],
    ['mcr.microsoft.com/playwright/python:v1.48.0-jammy', 'lang=python/runtime/ release=jammy'],
  ],
  'names of copies and strangers': [
    ['registry.example.com/library/node:20', 'lang=node/runtime/20 smaller=registry.example.com/library/node:20-slim'],
    [
      'registry.example.com:5000/mirror/python:3.12',
      'lang=python/runtime/3.12 smaller=registry.example.com:5000/mirror/python:3.12-slim',
    ],
    ['myregistry/dockerhub/node:20', 'lang=node/runtime/20'],
    ['public.ecr.aws/docker/library/golang:1.25', 'lang=go/sdk/1.25'],
    ['arm64v8/alpine:3.20', 'of=alpine'],
    ['someone/node:20', 'known=false ?curl ?libssl.so.3 shell=undefined user=undefined'],
    ['ghcr.io/someone/python:3.12', 'known=false'],
    ['mcr.microsoft.com/devcontainers/python:3.12', 'known=false'],
    ['acme/app', 'known=false'],
    ['UPPER CASE', 'known=false'],
  ],
}

describe.each(Object.entries(tables))('images: %s', (_, rows) => {
  it.each(rows)('knows what %s holds', (name, words) => {
    expect(factsThatFail(name, words)).toEqual([])
  })
})

describe('a digest', () => {
  const digest = `sha256:${'a'.repeat(64)}`

  it('beside a tag changes nothing but the smaller name, which has none', () => {
    expect(factsThatFail(`node:22@${digest}`, 'release=bookworm smaller=node:22-slim +curl')).toEqual([])
  })

  it('alone leaves what all variants share', () => {
    expect(
      factsThatFail(
        `node@${digest}`,
        'lang=node/runtime/ user=root shell=true release=undefined of=undefined smaller=undefined +npm ?curl ?libpq.so.5',
      ),
    ).toEqual([])
    expect(
      factsThatFail(
        `gcr.io/distroless/static-debian12@${digest}`,
        'of=distroless user=undefined shell=undefined ca=true',
      ),
    ).toEqual([])
  })
})
