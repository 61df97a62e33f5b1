import { debian, ubuntu } from './debian.ts'
import { grown, type ImageFacts } from './image-facts.ts'
import type { ImageFamily } from './image-family.ts'
import { type ImageTag, majorOf, says } from './image-tag.ts'
import { certified, language, platformOf } from './platforms.ts'

const namePattern = /(?:^|\/)dotnet\/(?:core\/|nightly\/)?(sdk|aspnet|runtime|runtime-deps)$/

/**
 * mcr.microsoft.com/dotnet (github.com/dotnet/dotnet-docker): Debian until 9, Ubuntu since 10 when the tag names nothing else;
 * the account `app` (1654) since 8, in use only in the images without a shell.
 */
export const dotnet: ImageFamily = {
  matches: ({ registry, repository }) => registry !== 'docker.io' && namePattern.test(repository),
  facts: (tag, { repository }) => {
    const [, name = ''] = namePattern.exec(repository) ?? []
    return tag.isWindows ? undefined : dotnetImage(tag, name)
  },
}

function dotnetImage(tag: ImageTag, name: string): ImageFacts {
  const major = majorOf(tag.version)
  const shellLess = says(tag, 'chiseled', 'distroless')
  const bottom = certified(platformOf(tag, usual(major)))
  const facts = grown(shellLess ? chiseled(bottom) : bottom, {
    ...language('dotnet', name === 'sdk' ? 'sdk' : 'runtime', tag.version),
    ...libraries(bottom),
    programs: name === 'runtime-deps' ? '' : 'dotnet',
    hasCertificates: true,
    ...(major !== undefined && major >= 8 ? { accounts: 'app' } : {}),
    env: {
      DOTNET_RUNNING_IN_CONTAINER: 'true',
      ...(major !== undefined && major >= 8 ? { ASPNETCORE_HTTP_PORTS: '8080', APP_UID: '1654' } : {}),
    },
  })
  return name === 'sdk' ? sdk(facts, tag) : facts
}

function sdk(facts: ImageFacts, tag: ImageTag): ImageFacts {
  return grown(facts, {
    programs: `curl git pwsh ${facts.distribution === 'alpine' ? '' : 'wget perl'}`,
    unsure: 'ps top free uptime pgrep pkill unzip tar libcurl libexpat libnghttp2 libssh2 libldap libatomic libsqlite3',
    libraries: 'libcurl.so.4',
    variant: 'full',
    // The SDK counts its patches otherwise than the runtime.
    ...(/^\d+\.\d+(-[a-z]\w*)*$/.test(tag.text) ? { smallerName: 'aspnet' } : {}),
  })
}

function usual(major: number | undefined): ImageFacts {
  if (major === undefined || major >= 10) return ubuntu(major === 10 ? 'noble' : undefined)
  const release = { 8: 'bookworm', 9: 'bookworm', 7: 'bullseye', 6: 'bullseye' }[major]
  return debian(release)
}

function libraries(bottom: ImageFacts): { readonly libraries: string; readonly unsure: string } {
  const openssl = bottom.release === 'bullseye' ? '' : 'libssl.so.3 libcrypto.so.3'
  return {
    libraries: `libgcc_s.so.1 libstdc++.so.6 libz.so.1 ${openssl}`,
    unsure: 'libicuuc libicudata libicui18n libkrb5 libgssapi_krb5 libk5crypto',
  }
}

function chiseled(bottom: ImageFacts): ImageFacts {
  const { programs: _, variant: _before, ...rest } = bottom
  return grown(rest, {
    hasShell: false,
    packageManager: 'none',
    variant: 'distroless',
    user: '1654',
    complete: 'all',
    libraries: 'libc.so.6',
    accounts: 'app',
  })
}
