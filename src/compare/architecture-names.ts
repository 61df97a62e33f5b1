/** How file and package names call the architectures of images, besides OCI's own word. */
const words: Readonly<Record<string, readonly string[]>> = {
  amd64: ['x86_64', 'x86-64', 'x64'],
  arm64: ['aarch64', 'arm64v8', 'armv8'],
  arm: ['armhf', 'armel', 'armv7l', 'armv7', 'armv6', 'arm32v7', 'gnueabihf', 'musleabihf'],
  '386': ['i386', 'i486', 'i586', 'i686', 'x86', 'ia32'],
  ppc64le: ['powerpc64le', 'ppc64el'],
  riscv64: ['riscv64gc', 'rv64'],
  loong64: ['loongarch64'],
  mips64le: ['mips64el', 'mips64r6el'],
}

/** The loaders of glibc, which lie in other directories and have other versions on each architecture. */
const loader = /^((?:usr\/)?lib(?:64|32)?)\/ld-(linux|musl)[^/]*\.so(\.\d+)?$/
/** Architectures with 64 bits whose loader lies in a directory of its own. */
const wideLibraries = /^((?:usr\/)?lib)64(\/|$)/

/** What stands in place of an architecture's name. */
const architecturePlaceholder = '{arch}'

/** Names that packages of Debian and Alpine use for an OCI architecture. */
export function architecturesOfPackages(architecture: string): readonly string[] {
  return [architecture, ...(words[architecture] ?? [])]
}

/** The text with names of the architecture replaced, so that what belongs together between platforms is equal. */
export function withoutArchitecture(text: string, architecture: string): string {
  return text.replace(patternOf(architecture), architecturePlaceholder)
}

/** A path as it would be called on any platform: loaders, `lib64` and names of the architecture are made equal. */
export function comparablePath(path: string, architecture: string): string {
  const [, directory, family] = loader.exec(path) ?? []
  if (directory !== undefined) return `${directory.replace(/\d+$/, '')}/ld-${family}-${architecturePlaceholder}.so`
  return withoutArchitecture(path.replace(wideLibraries, '$1$2'), architecture)
}

/** Whether a path says itself that it is for the architecture, as `prebuilds/linux-arm64/addon.node` does. */
export function namesArchitecture(path: string, architecture: string): boolean {
  return path.search(patternOf(architecture)) >= 0
}

const patterns = new Map<string, RegExp>()

/** Whole words only, longest first: `x86_64` is no `x86`. An underscore separates, as in `linux_amd64`. */
function patternOf(architecture: string): RegExp {
  const known = patterns.get(architecture)
  if (known !== undefined) return known
  const names = [...architecturesOfPackages(architecture)].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${names.join('|')})(?![A-Za-z0-9]|_\\d)`, 'g')
  patterns.set(architecture, pattern)
  return pattern
}
