import { SlipwayError } from '../../core/index.ts'

/** What a distroless base is made for. */
export type DistrolessPreset = 'static' | 'base' | 'cc' | 'nodejs20' | 'python3' | 'java17'

export const distrolessPresets: readonly DistrolessPreset[] = ['static', 'base', 'cc', 'nodejs20', 'python3', 'java17']

/**
 * The exact packages of a preset for a suite: no dependency is followed, because tzdata and ca-certificates would bring
 * debconf, perl and a shell. ca-certificates is not listed: its certificates are taken, its scripts are not.
 * Throws `package-archive` for a preset that the suite has no packages for.
 */
export function presetPackages(preset: DistrolessPreset, suite: string): readonly string[] {
  const fundament = ['base-files', 'media-types', 'netbase', 'tzdata']
  const base = [...fundament, 'libc6', suite === 'trixie' ? 'libssl3t64' : 'libssl3']
  const cc = [...base, suite === 'trixie' ? 'gcc-14-base' : 'gcc-12-base', 'libgcc-s1', 'libgomp1', 'libstdc++6']
  if (suite !== 'bookworm' && (preset === 'python3' || preset === 'java17')) {
    throw new SlipwayError('package-archive', `distroless ${preset} is made from bookworm only, not from ${suite}`)
  }
  switch (preset) {
    case 'static':
      return fundament
    case 'base':
      return base
    case 'cc':
    case 'nodejs20':
      return cc
    case 'python3':
      return [...cc, ...python]
    case 'java17':
      return [...cc, ...java]
  }
}

/** The interpreter, its standard library and what the extension modules of that library link. */
const python = [
  'libbz2-1.0',
  'libcom-err2',
  'libcrypt1',
  'libdb5.3',
  'libexpat1',
  'libffi8',
  'libgssapi-krb5-2',
  'libk5crypto3',
  'libkeyutils1',
  'libkrb5-3',
  'libkrb5support0',
  'liblzma5',
  'libncursesw6',
  'libnsl2',
  'libpython3-stdlib',
  'libpython3.11-minimal',
  'libpython3.11-stdlib',
  'libreadline8',
  'libsqlite3-0',
  'libtinfo6',
  'libtirpc3',
  'libtirpc-common',
  'libuuid1',
  'python3-minimal',
  'python3.11-minimal',
  'zlib1g',
]

/** The headless runtime and the libraries its modules load by name. */
const java = [
  'libblkid1',
  'libbrotli1',
  'libexpat1',
  'libffi8',
  'libfontconfig1',
  'libfreetype6',
  'libgraphite2-3',
  'libharfbuzz0b',
  'libglib2.0-0',
  'libjpeg62-turbo',
  'liblcms2-2',
  'libmount1',
  'libpcre2-8-0',
  'libpcsclite1',
  'libpng16-16',
  'libselinux1',
  'fontconfig-config',
  'fonts-dejavu-core',
  'openjdk-17-jre-headless',
  'zlib1g',
]
