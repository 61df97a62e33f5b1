import { dpkgExcludes } from './slim-paths.ts'

/** Configuration of apt and dpkg for images, as the official Debian images have it: path and text. */
export function aptFiles(options: {
  readonly suite: string
  readonly variant: 'slim' | 'full'
}): readonly (readonly [path: string, text: string])[] {
  return [
    ['etc/apt/sources.list.d/debian.sources', sources(options.suite)],
    ['etc/apt/apt.conf.d/docker-clean', clean],
    [
      'etc/apt/apt.conf.d/docker-gzip-indexes',
      '// Lists are read once per layer: keep them small.\nAcquire::GzipIndexes "true";\n',
    ],
    [
      'etc/apt/apt.conf.d/docker-no-languages',
      '// Translated package descriptions are of no use in an image.\nAcquire::Languages "none";\n',
    ],
    [
      'etc/apt/apt.conf.d/docker-autoremove-suggests',
      '// Purging with --auto-remove takes away what was only suggested.\nApt::AutoRemove::SuggestsImportant "false";\n',
    ],
    [
      'etc/dpkg/dpkg.cfg.d/docker-apt-speedup',
      '# A build that dies is thrown away: there is no need to sync every file.\nforce-unsafe-io\n',
    ],
    ...(options.variant === 'slim' ? [['etc/dpkg/dpkg.cfg.d/docker', dpkgExcludes] as const] : []),
  ]
}

function sources(suite: string): string {
  const source = (path: string, suites: string): string =>
    [
      'Types: deb',
      `URIs: http://deb.debian.org/${path}`,
      `Suites: ${suites}`,
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
      '',
    ].join('\n')
  return `${source('debian', `${suite} ${suite}-updates`)}\n${source('debian-security', `${suite}-security`)}`
}

const remove = 'rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true'

const clean = [
  '// Downloaded packages and caches would only make layers larger.',
  `DPkg::Post-Invoke { "${remove}"; };`,
  `APT::Update::Post-Invoke { "${remove}"; };`,
  'Dir::Cache::pkgcache "";',
  'Dir::Cache::srcpkgcache "";',
  '',
].join('\n')
