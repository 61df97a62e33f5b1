import type { InstructionKind } from './ast.ts'

/** How each instruction is written: what to do when one lacks its arguments. */
export const instructionForms: Readonly<Record<Exclude<InstructionKind, 'UNKNOWN'>, string>> = {
  FROM: 'FROM image, or FROM image AS name',
  ARG: 'ARG name, or ARG name=default',
  ENV: 'ENV name=value; ENV name= sets it to nothing',
  LABEL: 'LABEL name=value; LABEL name= sets it to nothing',
  RUN: 'RUN command, or RUN ["program", "argument"]',
  CMD: 'CMD command, or CMD ["program", "argument"]',
  ENTRYPOINT: 'ENTRYPOINT ["program", "argument"]',
  SHELL: 'SHELL ["program", "argument"], as in SHELL ["/bin/bash", "-c"]',
  HEALTHCHECK: 'HEALTHCHECK CMD command, or HEALTHCHECK NONE',
  COPY: 'COPY source destination',
  ADD: 'ADD source destination',
  EXPOSE: 'EXPOSE port, or EXPOSE port/protocol',
  VOLUME: 'VOLUME /path, or VOLUME ["/path"]',
  USER: 'USER name, or USER name:group',
  WORKDIR: 'WORKDIR /path',
  STOPSIGNAL: 'STOPSIGNAL SIGTERM, or another signal',
  MAINTAINER: 'LABEL org.opencontainers.image.authors="name" instead: MAINTAINER is out of use',
  ONBUILD: 'ONBUILD instruction, as in ONBUILD COPY . /app',
}
