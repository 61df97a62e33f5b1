import type { PitfallCase } from './pitfall-case.ts'

/** Archives that stay, and others. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds an archive that is unpacked and forgotten',
    dockerfile:
      'FROM debian:12\nRUN curl -fsSL -o /tmp/go.tar.gz https://go.dev/dl/go.tar.gz && tar -C /usr/local -xzf /tmp/go.tar.gz\n',
    finds: [2],
    says: '/tmp/go.tar.gz',
  },
  {
    title: 'finds one that two later RUNs unpack and delete',
    dockerfile: [
      'FROM debian:12',
      'RUN wget -O /tmp/t.tar.xz https://example.com/t.tar.xz',
      'RUN tar xf /tmp/t.tar.xz -C /opt',
      'RUN rm /tmp/t.tar.xz',
      '',
    ].join('\n'),
    finds: [2],
    says: 'line 4',
  },
  {
    title: 'finds a file that keeps the name of the server, and unzip',
    dockerfile: 'FROM debian:12\nWORKDIR /opt\nRUN wget https://example.com/v2/cli.zip && unzip cli.zip\n',
    finds: [3],
    says: '/opt/cli.zip',
  },
  {
    title: 'finds a package of Debian that dpkg has installed',
    dockerfile: 'FROM debian:12\nRUN curl -LO https://example.com/tool.deb && dpkg -i tool.deb\n',
    finds: [2],
  },
  {
    title: 'finds what ADD fetches and a RUN unpacks',
    dockerfile:
      'FROM debian:12\nADD https://example.com/x.tgz /tmp/\nRUN tar xzf /tmp/x.tgz -C /opt && rm /tmp/x.tgz\n',
    finds: [2],
    says: 'line 3',
  },
  {
    title: 'finds it when something else is deleted',
    dockerfile:
      'FROM alpine:3.22\nRUN apk add --no-cache curl && curl -Lo /a.tgz https://e.test/a.tgz && tar xf /a.tgz && rm -rf /var/cache/apk/*\n',
    finds: [2],
  },
  {
    title: 'finds installers that hold an archive, and input that is redirected',
    dockerfile: [
      'FROM debian:12',
      'RUN wget -O /tmp/Miniconda3.sh https://e.test/Miniconda3.sh && bash /tmp/Miniconda3.sh -b',
      'RUN curl -Lo /tmp/driver.run https://e.test/d && chmod +x /tmp/driver.run && /tmp/driver.run --silent',
      'RUN curl -Lo /tmp/x.tgz https://e.test/x.tgz && tar xz -C /opt < /tmp/x.tgz',
      '',
    ].join('\n'),
    finds: [2, 3, 4],
  },
  {
    title: 'does not take a pipe into tar for the opening of another archive',
    dockerfile:
      'FROM debian:12\nRUN curl -Lo /srv/data.zip https://e.test/data.zip && curl https://e.test/b.tgz | tar xz\n',
  },
  {
    title: 'is content when the RUN deletes it, by name, by wildcard, with its directory',
    dockerfile: [
      'FROM debian:12',
      'RUN curl -fsSLo /tmp/a.tgz https://e.test/a.tgz && tar xzf /tmp/a.tgz -C /opt && rm /tmp/a.tgz',
      'RUN cd /tmp && curl -LO https://e.test/b.zip && unzip b.zip -d /opt && rm -f *.zip',
      'RUN wget -P /tmp/work https://e.test/c.tar.gz && tar xf /tmp/work/c.tar.gz -C /opt && rm -rf /tmp/work',
      'RUN wget -O /tmp/d.tgz https://e.test/d.tgz; tar xf /tmp/d.tgz -C /opt; rm -rf /tmp/*',
      '',
    ].join('\n'),
  },
  {
    title: 'is content with a pipe into tar',
    dockerfile:
      'FROM debian:12\nRUN curl -fsSL https://e.test/a.tgz | tar xz -C /opt && wget -qO- https://e.test/b.tgz | tar xz\n',
  },
  {
    title: 'says nothing about builders and mounts',
    dockerfile: [
      'FROM debian:12 AS fetch',
      'RUN curl -Lo /a.tgz https://e.test/a.tgz && tar xf /a.tgz',
      'FROM debian:12',
      'RUN --mount=type=tmpfs,target=/tmp curl -Lo /tmp/a.tgz https://e.test/a.tgz && tar xf /tmp/a.tgz -C /opt',
      'RUN --mount=type=cache,target=/dl curl -Lo /dl/a.tgz https://e.test/a.tgz && tar xf /dl/a.tgz -C /opt',
      '',
    ].join('\n'),
  },
  {
    title: 'says nothing about files that are used as they are',
    dockerfile: [
      'FROM debian:12',
      'RUN curl -fsSLo /usr/local/bin/tool https://e.test/tool && chmod +x /usr/local/bin/tool',
      'RUN curl -fsSLo /srv/app.jar https://e.test/app.jar',
      'RUN curl -fsSLo /srv/data.csv.gz https://e.test/data.csv.gz',
      '',
    ].join('\n'),
  },
  {
    title: 'knows variables, and names that only the shell knows',
    dockerfile: [
      'FROM debian:12',
      'ARG V=3',
      'RUN curl -Lo "/tmp/x-$V.tgz" https://e.test/x.tgz && tar xf /tmp/x-3.tgz && rm "/tmp/x-${V}.tgz"',
      'RUN A=$(uname -m) && curl -Lo "/tmp/y-$A.tgz" https://e.test/y.tgz && tar xf "/tmp/y-$A.tgz" && rm "/tmp/y-$A.tgz"',
      '',
    ].join('\n'),
  },
  {
    title: 'knows that gunzip takes the archive away',
    dockerfile: 'FROM debian:12\nRUN curl -Lo /opt/x.gz https://e.test/x.gz && gunzip /opt/x.gz\n',
  },
]
