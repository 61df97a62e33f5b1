import type { PitfallCase } from './pitfall-case.ts'

/** Commands without use in a build. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds service',
    dockerfile: 'FROM debian:12\nRUN service nginx start\n',
    finds: [2],
    says: 'ends with the step',
  },
  { title: 'finds systemctl start', dockerfile: 'FROM debian:12\nRUN systemctl start nginx\n', finds: [2] },
  {
    title: 'finds what is for people',
    dockerfile: 'FROM debian:12\nRUN make && vim /etc/hosts\nRUN top\n',
    finds: [2, 3],
  },
  {
    title: 'finds what is for a machine',
    dockerfile: 'FROM debian:12\nRUN ps aux; free -m\nRUN ifconfig\nRUN mount -a\n',
    finds: [2, 2, 3, 4],
  },
  { title: 'finds ssh', dockerfile: 'FROM debian:12\nRUN ssh host ls\n', finds: [2] },
  {
    title: 'says nothing about ssh with a mount',
    dockerfile: 'FROM debian:12\nRUN --mount=type=ssh ssh -T git@example.com\n',
  },
  {
    title: 'says nothing about installing them',
    dockerfile: 'FROM debian:12\nRUN apt-get install -y vim openssh-client\n',
  },
  { title: 'says nothing about systemctl enable', dockerfile: 'FROM debian:12\nRUN systemctl enable nginx\n' },
  { title: 'is not about CMD', dockerfile: 'FROM debian:12\nCMD ["top"]\n' },
]
