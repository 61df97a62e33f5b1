import type { PitfallCase } from './pitfall-case.ts'

const java = 'FROM gcr.io/distroless/java21-debian12:nonroot\nCOPY app.jar /app.jar\n'

export const cases: readonly PitfallCase[] = [
  {
    title: 'ENTRYPOINT in the shell form on distroless',
    dockerfile: `${java}ENTRYPOINT java $JAVA_OPTS -jar /app.jar\n`,
    finds: [3],
    says: 'ENTRYPOINT',
  },
  {
    title: 'CMD in the shell form in an empty image',
    dockerfile: 'FROM scratch\nCOPY svc /svc\nCMD /svc --port $PORT\n',
    finds: [3],
  },
  {
    title: 'HEALTHCHECK in the shell form',
    dockerfile: `${java}HEALTHCHECK --interval=5s CMD java -version || exit 1\nCMD ["/app.jar"]\n`,
    finds: [3],
  },
  {
    title: 'RUN on distroless',
    dockerfile: 'FROM gcr.io/distroless/cc-debian12\nRUN mkdir /data\nCMD ["/a"]\n',
    finds: [2],
  },
  {
    title: 'a shell as the program',
    dockerfile: 'FROM gcr.io/distroless/nodejs22-debian12\nENTRYPOINT ["sh", "-c", "node a.js"]\n',
    finds: [2],
  },
  {
    title: 'a script of the context',
    dockerfile: 'FROM gcr.io/distroless/static-debian12\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
    files: { 'start.sh': '#!/bin/sh\nexec /svc\n' },
    finds: [3],
    says: '`start.sh`',
  },
  { title: 'the exec form', dockerfile: `${java}ENTRYPOINT ["java", "-jar", "/app.jar"]\n` },
  { title: 'Alpine has a shell', dockerfile: 'FROM alpine:3.22\nCMD svc $ARGS\n' },
  { title: 'the variant for debugging has one', dockerfile: 'FROM gcr.io/distroless/base-debian12:debug\nCMD /svc\n' },
  {
    title: 'a shell that is brought along',
    dockerfile: 'FROM scratch\nCOPY --from=busybox:1.37 /bin/busybox /bin/sh\nCMD /svc\n',
  },
  {
    title: 'the shell form in the builder',
    dockerfile: 'FROM golang:1.25 AS b\nRUN go build -o /svc\nFROM scratch\nCOPY --from=b /svc /svc\nCMD ["/svc"]\n',
  },
  { title: 'a base that nobody knows', dockerfile: 'FROM registry.example.com/min:1\nCMD svc\n' },
  { title: 'no check at all', dockerfile: `${java}HEALTHCHECK NONE\nCMD ["/app.jar"]\n` },
  {
    title: 'a whole tree, in which a shell may be',
    dockerfile: 'FROM debian:trixie AS b\nRUN make rootfs\nFROM scratch\nCOPY --from=b /rootfs /\nCMD svc\n',
  },
  {
    title: 'a script, and an archive in which a shell may be',
    dockerfile: 'FROM scratch\nADD rootfs.tar.xz /\nCOPY --chmod=755 start.sh /start\nENTRYPOINT ["/start"]\n',
    files: { 'start.sh': '#!/bin/sh\nexec svc\n', 'rootfs.tar.xz': 'x' },
  },
  {
    title: 'an archive that COPY does not unpack',
    dockerfile: 'FROM scratch\nCOPY rootfs.tar.xz /\nCMD svc\n',
    finds: [3],
  },
]
