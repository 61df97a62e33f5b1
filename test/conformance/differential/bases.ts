import { mkdirSync } from 'node:fs'
import { slipway } from '../../kit/slipway.ts'
import type { Workbench } from '../../kit/workbench.ts'
import type { DockerBuilder } from './docker-builder.ts'

/** Images to start from. Both builders have the same bytes of them. */
const dockerfiles = {
  // Directories, links of every kind, and users, for COPY to run into.
  'diff-base': `FROM bb
RUN mkdir -p /d/sub/deep /e /t/u/v /w && echo f >/d/f && echo t >/d/t && echo g >/d/sub/g && \
    ln -s d /l && ln -s /d /m && ln -s nowhere /n && ln -s o /o && ln -s ../../d /t/u/v/up && ln -s t/u/v/up /up && \
    echo file >/file && chown 1000:1000 /file && chmod 640 /file && chown 1000:50 /e && chmod 700 /e && \
    echo h >/h1 && ln /h1 /h2 && ln -s ../d/sub /d/up && cp /file /setuid && chmod 4755 /setuid && \
    chmod 3777 /w && echo x >/w/x && \
    echo 'app:x:1001:50::/:/bin/sh' >>/etc/passwd && echo 'www:x:33:33::/:/bin/sh' >>/etc/passwd && \
    echo 'both:x:1002:1002::/d:/bin/sh' >>/etc/passwd && echo 'www:x:33:both,app' >>/etc/group && \
    echo 'both:x:1002:' >>/etc/group && find / -xdev -exec touch -h -d '2002-02-02 02:02:02' {} + 2>/dev/null; true
`,
  // Every field of a configuration.
  'diff-rich': `FROM diff-base
ENV A=base B="b c" PATH=/bin:/usr/bin BASE=1
LABEL A=base base="x y"
WORKDIR /d
USER app
EXPOSE 80 81/udp
VOLUME /v /d/data
STOPSIGNAL SIGINT
SHELL ["/bin/busybox", "sh", "-c"]
HEALTHCHECK --interval=5s --retries=2 CMD test -e /d
ENTRYPOINT ["/bin/sh", "-c"]
CMD ["true"]
MAINTAINER someone
`,
  'diff-onbuild': `FROM diff-base
ENV A=base
ONBUILD ARG B=trigger
ONBUILD COPY a /onbuild/
ONBUILD ENV ab=$A-$B
ONBUILD WORKDIR inner
ONBUILD LABEL A="\${A}"
`,
}

/** Names of the images, the simplest first. */
export const baseNames = Object.keys(dockerfiles)

/** Makes the images in the bench's store and hands them to the reference. */
export async function provideBases(bench: Workbench, reference: DockerBuilder): Promise<void> {
  for (const [name, text] of Object.entries(dockerfiles)) await bench.build(text, ['-t', name])
  const directory = bench.place('bases')
  mkdirSync(directory)
  for (const name of ['bb', ...baseNames]) {
    const archive = `${directory}/${name}.tar`
    await slipway(['save', '-o', archive, name], { root: bench.root })
    reference.load(archive)
  }
}
