import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM alpine:3.22\nCOPY app /app\nENTRYPOINT ["/app/start"]\nCMD ["serve"]\n'
const base = 'base 0755 1 MB /bin/busybox\nbase link busybox /bin/sh\n'
const start = 'entrypoint ["/app/start"]\ncmd ["serve"]'

/** What a container cannot start. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'is not there',
    dockerfile,
    image: `${base}${start}`,
    finds: [3],
    says: 'there is no /app/start in the image',
  },
  {
    title: 'may not be executed',
    dockerfile,
    image: `${base}line 2 0644 "#!/bin/sh" /app/start\n${start}`,
    finds: [3],
    says: '/app/start may not be executed (mode 0644)',
  },
  {
    title: 'has an interpreter that is missing',
    dockerfile,
    image: `${base}line 2 0755 "#!/bin/bash\\necho" /app/start\n${start}`,
    finds: [3],
    says: 'is to be run by /bin/bash',
  },
  {
    title: 'has Windows line ends',
    dockerfile,
    image: `${base}line 2 0755 "#!/bin/sh\\r\\necho\\r\\n" /app/start\n${start}`,
    finds: [3],
    says: 'carriage return',
  },
  {
    title: 'asks env for a program that is missing',
    dockerfile,
    image: `${base}base link /bin/busybox /usr/bin/env\nline 2 0755 "#!/usr/bin/env python3\\n" /app/start\n${start}`,
    finds: [3],
    says: 'is to be run by python3, which no directory of PATH has',
  },
  {
    title: 'is in no directory of PATH',
    dockerfile: 'FROM alpine\nCMD ["server"]',
    image: `${base}line 2 0755 1 MB /opt/server\ncmd ["server"]`,
    finds: [2],
    says: 'no directory of PATH has server',
  },
  { title: 'is a directory', dockerfile, image: `${base}line 2 0755 directory /app/start\n${start}`, finds: [3] },
  {
    title: 'needs a shell that is not there',
    dockerfile: 'FROM scratch\nCOPY app /app\nCMD /app serve',
    image: 'line 2 0755 9 MB /app\ncmd ["/bin/sh", "-c", "/app serve"]',
    finds: [3],
    says: 'there is no /bin/sh',
  },
  { title: 'is there', dockerfile, image: `${base}line 2 0755 "#!/bin/sh\\n" /app/start\n${start}` },
  {
    title: 'is found by PATH',
    dockerfile: 'FROM alpine\nCMD ["server"]',
    image: `${base}line 2 0755 1 MB /opt/server\nenv PATH=/bin:/opt\ncmd ["server"]`,
  },
  {
    title: 'is found from the working directory',
    dockerfile: 'FROM alpine\nCMD ["./server"]',
    image: `${base}line 2 0755 1 MB /opt/server\nworkdir /opt\ncmd ["./server"]`,
  },
  { title: 'is found by a link', dockerfile, image: `${base}line 2 link ../bin/sh /app/start\n${start}` },
  { title: 'is in a volume', dockerfile, image: `${base}volume /app\n${start}` },
  { title: 'starts nothing', dockerfile: 'FROM alpine\nRUN true', image: base },
]
