import { grown, type ImageFacts } from './image-facts.ts'
import type { ImageFamily } from './image-family.ts'
import { type ImageTag, says } from './image-tag.ts'
import { language } from './platforms.ts'

const namePattern = /(?:^|\/)chainguard\/([a-z0-9-]+)$/
const languages: Readonly<Record<string, NonNullable<ImageFacts['runtime']>['language']>> = {
  node: 'node',
  python: 'python',
  go: 'go',
  rust: 'rust',
  jdk: 'java',
  jre: 'java',
  maven: 'java',
  gradle: 'java',
  ruby: 'ruby',
  php: 'php',
  perl: 'perl',
  'dotnet-sdk': 'dotnet',
  'dotnet-runtime': 'dotnet',
  'aspnet-runtime': 'dotnet',
  deno: 'deno',
  bun: 'bun',
  'gcc-glibc': 'c',
}
const sdks: readonly string[] = ['go', 'rust', 'jdk', 'maven', 'gradle', 'dotnet-sdk', 'gcc-glibc']
/** Sure to be without a shell unless the tag ends in `-dev`. */
const bare: readonly string[] = ['static', 'glibc-dynamic', 'python', 'cc-dynamic', 'nginx', 'ruby']
const programs: Readonly<Record<string, string>> = {
  node: 'node npm npx',
  python: 'python python3',
  go: 'go gofmt git gcc make',
  jdk: 'java javac jar jlink',
  jre: 'java',
  maven: 'java javac mvn',
  nginx: 'nginx',
}

/** cgr.dev/chainguard and Wolfi's base: 65532 runs everything but the bases; `-dev` brings busybox and apk. */
export const chainguard: ImageFamily = {
  matches: ({ repository }) => namePattern.test(repository),
  facts: (tag, { repository }) => chainguardImage(tag, namePattern.exec(repository)?.[1] ?? ''),
}

function chainguardImage(tag: ImageTag, name: string): ImageFacts {
  const isBase = name === 'wolfi-base' || name === 'chainguard-base'
  const dev = says(tag, 'dev')
  const isBare = bare.includes(name) && !dev
  const spoken = languages[name]
  const bottom = grown(
    {},
    {
      distribution: 'wolfi',
      libc: name === 'static' ? 'none' : 'glibc',
      user: isBase ? 'root' : '65532',
      accounts: 'root nobody nonroot',
      hasCertificates: true,
      variant: name === 'static' ? 'static' : isBase || dev ? 'minimal' : 'distroless',
      ...(spoken === undefined
        ? {}
        : language(spoken, sdks.includes(name) ? 'sdk' : 'runtime', /^\d/.test(tag.text) ? tag.version : undefined)),
      programs: programs[name] ?? '',
      libraries: name === 'static' ? '' : 'libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0',
    },
  )
  if (isBare) return shellLess(bottom, name)
  if (!isBase && !dev) return name === 'go' ? grown(bottom, { hasShell: true, hasCompiler: true }) : bottom
  return grown(bottom, {
    hasShell: true,
    packageManager: 'apk',
    programs: 'sh ash busybox apk wget adduser addgroup nc ps',
  })
}

function shellLess(bottom: ImageFacts, name: string): ImageFacts {
  const closed = { hasShell: false, packageManager: 'none', hasCompiler: false, complete: 'well-known' } as const
  if (name === 'static') return grown(bottom, { ...closed, complete: 'all' })
  if (name !== 'glibc-dynamic') {
    // Nobody has counted their libraries.
    return grown(bottom, { ...closed, unsure: openLibraries })
  }
  return grown(bottom, { ...closed, libraries: 'libgcc_s.so.1 libstdc++.so.6', unsure: 'ldd' })
}

const openLibraries = `bash openssl perl ldd libssl libcrypto libz libffi libsqlite3 libbz2 liblzma libexpat libreadline libncursesw libuuid libgdbm
    libcrypt libgcc_s libstdc++ libyaml-0 libgmp libpcre2-8 libmpdec libzstd`
