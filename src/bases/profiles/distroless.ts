import type { ImageFamily } from './image-family.ts'
import { busybox } from './alpine.ts'
import { grown, type ImageFacts } from './image-facts.ts'
import { debianNumber, debianRelease, type ImageTag, says } from './image-tag.ts'
import { opensslOfDebian } from './debian.ts'

const namePattern =
  /(?:^|\/)distroless\/(static|base-nossl|base|cc|python3|java-base|java(\d+)?|nodejs(\d+)?)(?:-debian(\d+))?$/

/**
 * gcr.io/distroless (github.com/GoogleContainerTools/distroless): no shell but with `debug`, certificates everywhere,
 * root unless the tag says `nonroot` (65532).
 */
export const distroless: ImageFamily = {
  matches: ({ registry, repository }) => registry !== 'docker.io' && namePattern.test(repository),
  facts: (tag, { repository }) => {
    const [, name = '', java, node, debian] = namePattern.exec(repository) ?? []
    const release = debian === undefined ? undefined : debianRelease(debian)
    return debugged(content(name, java ?? node, release), tag)
  },
}

function content(name: string, version: string | undefined, release: string | undefined): ImageFacts {
  const bottom = grown(
    {},
    {
      distribution: 'distroless',
      ...(release === undefined ? {} : { release }),
      libc: 'none',
      hasShell: false,
      packageManager: 'none',
      hasCertificates: true,
      hasCompiler: false,
      variant: 'static',
      complete: 'all',
      accounts: 'root nobody nonroot',
    },
  )
  if (name === 'static') return bottom
  const openssl = release === undefined ? '' : opensslOfDebian(debianNumber(release))
  const libc = grown(bottom, {
    libc: 'glibc',
    variant: 'distroless',
    libraries: `libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 ${name === 'base-nossl' ? '' : openssl}`,
    unsure: `ldd iconv getent locale localedef getconf openssl ${release === undefined ? 'libssl libcrypto' : ''}`,
  })
  if (name === 'base' || name === 'base-nossl') return libc
  const cc = grown(libc, {
    libraries: 'libgcc_s.so.1 libstdc++.so.6 libgomp.so.1',
    unsure: 'libz libatomic libquadmath libitm',
  })
  return withLanguage(cc, name, version, release)
}

function withLanguage(
  cc: ImageFacts,
  name: string,
  version: string | undefined,
  release: string | undefined,
): ImageFacts {
  const { complete: _, ...open } = cc
  const more: ImageFacts = { ...open, complete: 'well-known' }
  if (name.startsWith('nodejs')) {
    return grown(more, { ...runtime('node', version), programs: 'node' })
  }
  if (name.startsWith('java')) {
    const jre = grown(more, {
      unsure:
        'libz libjpeg libfontconfig libfreetype liblcms2 libpng16 libuuid libexpat libharfbuzz libglib-2.0 libpcre libgraphite2',
    })
    return name === 'java-base' ? jre : grown(jre, { ...runtime('java', version), programs: 'java keytool' })
  }
  if (name !== 'python3') return cc
  return grown(more, {
    ...runtime('python', pythonOf(release)),
    programs: 'python python3',
    libraries:
      'libz.so.1 libffi.so.8 libbz2.so.1.0 liblzma.so.5 libsqlite3.so.0 libexpat.so.1 libuuid.so.1 libreadline.so.8 libncursesw.so.6',
    unsure: 'bash sh libgssapi_krb5 libkrb5 libdb-5.3 libtinfo libk5crypto perl',
  })
}

function pythonOf(release: string | undefined): string | undefined {
  return { bullseye: '3.9', bookworm: '3.11', trixie: '3.13' }[release ?? '']
}

function runtime(language: 'node' | 'java' | 'python', version: string | undefined): Pick<ImageFacts, 'runtime'> {
  return { runtime: { language, kind: 'runtime', ...(version === undefined ? {} : { version }) } }
}

/** `debug` brings busybox below /busybox, which is on the path. */
function debugged(facts: ImageFacts, tag: ImageTag): ImageFacts {
  const user = says(tag, 'nonroot') ? { user: '65532', workdir: '/home/nonroot' } : { user: '0' }
  if (!says(tag, 'debug')) return grown(facts, user)
  const applets = [...(busybox('musl').programs ?? [])].join(' ')
  return grown(facts, { ...user, hasShell: true, programs: applets, complete: 'well-known' })
}
