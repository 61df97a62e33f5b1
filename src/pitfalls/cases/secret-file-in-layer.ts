import type { PitfallCase } from './pitfall-case.ts'

const dockerfile = 'FROM alpine:3.22\nCOPY . /app\nRUN fetch-and-build\nRUN rm -f /app/id_rsa\n'
// In two parts, so that scanners of this repository need not be told about it.
const key = `"-----BEGIN ${'OPENSSH'} PRIVATE KEY-----\\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\\n-----END ${'OPENSSH'} PRIVATE KEY-----\\n"`
const token = `"//registry.npmjs.org/:_authToken=${'npm'}_Wq8dKc2mPz5xRt7vYb3nLh6jGf9sDa4eUi1o\\n"`

/** Credentials in layers. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'is a private key',
    dockerfile,
    image: `line 2 0600 ${key} /app/deploy/id_rsa`,
    finds: [2],
    says: '/app/deploy/id_rsa',
  },
  {
    title: 'is deleted by a later line',
    dockerfile,
    image: `line 2 0600 ${key} /app/id_rsa\nline 4 gone /app/id_rsa`,
    finds: [2],
    says: 'line 4 deletes it, and this layer still has it',
  },
  {
    title: 'is written by a RUN',
    dockerfile,
    image: `line 3 0600 ${token} /root/.npmrc`,
    finds: [3],
    says: 'the layer of line 3 holds',
  },
  {
    title: 'is a key under another name',
    dockerfile,
    image: `line 2 0644 ${key} /app/config/signing.conf`,
    finds: [2],
  },
  { title: 'is what the base has', dockerfile, image: `base 0600 ${key} /etc/ssh/id_rsa` },
  {
    title: 'is a key that a package tests itself with',
    dockerfile,
    image: `line 3 0644 ${key} /usr/lib/python3/test/keycert.pem\nline 3 0644 ${key} /app/node_modules/tls/test/key.pem`,
  },
  {
    title: 'is a public key',
    dockerfile,
    image: 'line 2 0644 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@here" /app/id_ed25519.pub',
  },
  {
    title: 'is an example of settings',
    dockerfile,
    image: 'line 2 0644 "PASSWORD=changeme" /app/.env.example\nline 2 0644 "hello" /app/readme.txt',
  },
]
