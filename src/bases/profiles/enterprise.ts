import { grown, type ImageFacts } from './image-facts.ts'
import { type ImageFamily, official } from './image-family.ts'
import { type ImageTag, says } from './image-tag.ts'
import { language } from './platforms.ts'
import { amazonLinux, oracleLinux, rpmDistribution, ubi } from './red-hat.ts'

const ubiPattern = /(?:^|\/)ubi(\d+)(?:\/ubi)?(?:-(minimal|micro|init))?$/
const builderPattern = /(?:^|\/)(?:ubi|rhel)(\d+)\/([a-z]+(?:-toolset)?)-?(\d+)?(?:-(minimal|runtime))?$/

/** Distributions of Red Hat's kind, and the others that know neither apt nor apk. */
export const enterprise: readonly ImageFamily[] = [
  {
    matches: ({ repository }) => ubiPattern.test(repository),
    facts: (_, { repository }) => {
      const [, release, kind] = ubiPattern.exec(repository) ?? []
      return ubi(release, kind === 'minimal' || kind === 'micro' ? kind : 'whole')
    },
  },
  { matches: ({ repository }) => builderPattern.test(repository), facts: (_, { repository }) => builder(repository) },
  official(['fedora'], (tag) =>
    rpmDistribution('fedora', tag.version, {
      packageManager: 'dnf',
      programs: 'dnf curl tar gzip useradd groupadd usermod',
    }),
  ),
  official(['fedora-minimal', 'fedora/fedora-minimal'], (tag) =>
    rpmDistribution('fedora', tag.version, { packageManager: 'dnf', programs: 'microdnf', minimal: true }),
  ),
  official(
    ['rockylinux', 'rockylinux/rockylinux', 'almalinux', 'almalinux/almalinux', 'centos', 'centos/centos'],
    rebuild,
  ),
  official(['almalinux/8-minimal', 'almalinux/9-minimal', 'almalinux/10-minimal'], () =>
    rpmDistribution('rhel', undefined, { packageManager: 'dnf', programs: 'microdnf', minimal: true }),
  ),
  official(['oraclelinux'], (tag) => oracleLinux(tag.version, says(tag, 'slim', 'slim-fips') ? 'slim' : 'whole')),
  official(['amazonlinux', 'amazonlinux/amazonlinux'], (tag) => amazonLinux(tag.version?.split('.')[0] ?? '2023')),
  official(['opensuse/leap', 'opensuse/tumbleweed'], (tag) =>
    rpmDistribution('opensuse', tag.version, { packageManager: 'zypper', programs: 'zypper' }),
  ),
  official(['archlinux', 'archlinux/archlinux'], (tag) => arch(tag)),
  official(['photon'], () =>
    uncounted({ hasShell: true, libc: 'glibc', user: 'root', programs: 'sh bash tdnf curl rpm', variant: 'minimal' }),
  ),
]

function rebuild(tag: ImageTag): ImageFacts {
  const release = tag.version
  const minimal = says(tag, 'minimal')
  return rpmDistribution('rhel', release, {
    packageManager: 'dnf',
    programs: minimal ? 'microdnf' : 'dnf yum curl useradd groupadd tar find xargs',
    minimal,
  })
}

/** Red Hat's builder images: 1001 runs them, Java's 185. */
function builder(repository: string): ImageFacts {
  const [, release, name = '', version, kind] = builderPattern.exec(repository) ?? []
  const { complete: _, ...bottom } = ubi(release, kind === 'minimal' || kind === 'runtime' ? 'minimal' : 'whole')
  const isJava = name === 'openjdk'
  const spoken = (
    {
      nodejs: 'node',
      python: 'python',
      openjdk: 'java',
      php: 'php',
      ruby: 'ruby',
      perl: 'perl',
      dotnet: 'dotnet',
      'go-toolset': 'go',
    } as const
  )[name]
  return grown(bottom, {
    ...(spoken === undefined
      ? {}
      : language(spoken, spoken === 'go' || (isJava && kind !== 'runtime') ? 'sdk' : 'runtime', dotted(name, version))),
    user: isJava ? '185' : '1001',
    accounts: isJava ? 'jboss' : 'default',
    programs:
      {
        nodejs: 'node npm npx',
        python: 'python python3 pip pip3',
        openjdk: 'java',
        'go-toolset': 'go gcc',
        php: 'php',
        ruby: 'ruby gem bundle',
      }[name] ?? '',
    ...(isJava ? { workdir: '/home/jboss' } : { workdir: '/opt/app-root/src' }),
  })
}

/** `311` is Python 3.11, `82` PHP 8.2. */
function dotted(name: string, version: string | undefined): string | undefined {
  const together = ['python', 'php', 'ruby', 'perl', 'dotnet'].includes(name)
  return together ? version?.replace(/^(\d)(\d+)$/, '$1.$2') : version
}

function arch(tag: ImageTag): ImageFacts {
  const devel = says(tag, 'devel')
  return uncounted({
    distribution: 'arch',
    libc: 'glibc',
    hasShell: true,
    packageManager: 'pacman',
    user: 'root',
    hasCertificates: true,
    hasCompiler: devel,
    variant: 'full',
    programs: `sh bash pacman curl gpg useradd groupadd usermod find grep sed gzip tar xz ${devel ? 'gcc g++ make sudo' : ''}`,
    accounts: 'root bin daemon nobody http',
  })
}

function uncounted(facts: Parameters<typeof grown>[1]): ImageFacts {
  return grown({}, facts)
}
