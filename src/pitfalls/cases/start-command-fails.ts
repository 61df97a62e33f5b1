import type { PitfallCase } from './pitfall-case.ts'

const cmd = 'FROM alpine:3.22\nCOPY app /app\nCMD ["/app", "serve"]\n'
const image = 'base 0755 1 MB /bin/busybox\nline 2 0755 2 MB /app\ncmd ["/app", "serve"]'
const both = 'FROM alpine:3.22\nCMD ["serve"]\nENTRYPOINT ["/app"]\n'

/** How start commands end. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'ends with an error, which is shown',
    dockerfile: cmd,
    image,
    run: 'exit 3\nreading /etc/app.conf\nno such file',
    finds: [3],
    says: 'exit code 3: ["/app","serve"] says\n  reading /etc/app.conf\n  no such file',
  },
  {
    title: 'tells how it wants to be called',
    dockerfile: both,
    image: 'entrypoint ["/app"]\ncmd ["serve"]',
    run: 'exit 64\nusage: app FILE',
    finds: [3],
    says: 'usage: app FILE',
  },
  { title: 'says nothing', dockerfile: cmd, image, run: 'exit 1', finds: [3], says: 'says nothing' },
  { title: 'crashes', dockerfile: cmd, image, run: 'exit 139', finds: [3], says: 'exit code 139 (SIGSEGV)' },
  {
    title: 'has the start command of its base',
    dockerfile: 'FROM example.com/server:1\nCOPY app /app\n',
    image: 'entrypoint ["/server"]',
    run: 'exit 1\nno configuration',
    finds: [1],
  },
  {
    title: 'gives the base words that it does not know',
    dockerfile: 'FROM example.com/server:1\nCMD ["--fast"]\n',
    image: 'entrypoint ["/server"]\ncmd ["--fast"]',
    run: 'exit 2\nunknown flag --fast',
    finds: [2],
  },
  { title: 'is still running', dockerfile: cmd, image, run: 'running\nlistening on :8080' },
  { title: 'has done its work', dockerfile: cmd, image, run: 'exit 0\nError: none' },
  {
    title: 'missed the network that it did not have',
    dockerfile: cmd,
    image,
    run: 'exit 1 without network\nno host db',
  },
  { title: 'was not started', dockerfile: cmd, image },
]
