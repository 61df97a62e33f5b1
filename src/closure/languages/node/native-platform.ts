import type { ImageFiles, LibC } from '../image-files.ts'
import { joinPath } from '../../../fileset/index.ts'

/** What a native addon must be built for. */
export interface NativePlatform {
  /** As Node calls it: `x64`, `arm64`. */
  readonly arch: string
  /** Undefined where the image does not tell: then any is taken. */
  readonly libc: LibC | undefined
  readonly moduleVersion: number | undefined
}

const archNames: Readonly<Record<string, string>> = {
  amd64: 'x64',
  386: 'ia32',
  ppc64le: 'ppc64',
  arm: 'arm',
}

export function nodeArch(architecture: string): string {
  return archNames[architecture] ?? architecture
}

/** `linux-x64-musl`, the way prebuilt packages name a platform. */
export function platformName({ arch, libc }: NativePlatform): string {
  return `linux-${arch}${libc === undefined ? '' : libc === 'musl' ? '-musl' : '-gnu'}`
}

const systems =
  /(?:^|[-_/.@])(linux|linuxmusl|linuxglibc|darwin|macos|osx|win32|windows|freebsd|openbsd|android|openharmony|sunos|aix|wasm32)(?=$|[-_/.])/
const archs =
  /(?:^|[-_/.])(x64|x86_64|amd64|arm64|aarch64|ia32|arm|armhf|armv[67]l?|riscv64|riscv64d|ppc64|ppc64le|s390x|loong64|loongarch64|universal|wasm32)(?=$|[-_/.])/
const sameArch: Readonly<Record<string, string>> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  armhf: 'arm',
  armv6: 'arm',
  armv6l: 'arm',
  armv7: 'arm',
  armv7l: 'arm',
  riscv64d: 'riscv64',
  ppc64le: 'ppc64',
  loongarch64: 'loong64',
}

/** What the name of a package or file says it is built for. */
export interface NamedPlatform {
  readonly system: string
  readonly arch: string | undefined
  readonly libc: LibC | undefined
}

/** Undefined for names that name no platform. */
export function namedPlatform(name: string): NamedPlatform | undefined {
  const system = systems.exec(name)?.[1]
  if (system === undefined) return undefined
  const arch = archs.exec(name)?.[1]
  const musl = system === 'linuxmusl' || /[-_.]musl(eabihf)?(?=$|[-_/.])/.test(name)
  const gnu = system === 'linuxglibc' || /[-_.](gnu|glibc|gnueabihf)(?=$|[-_/.])/.test(name)
  return {
    system: system.startsWith('linux') ? 'linux' : system,
    arch: arch === undefined ? undefined : (sameArch[arch] ?? arch),
    libc: musl ? 'musl' : gnu ? 'glibc' : undefined,
  }
}

/** Whether something of that name is for the platform of the image; names without a platform are for all. */
export function suits(name: string, platform: NativePlatform): boolean {
  const named = namedPlatform(name)
  if (named === undefined) return true
  return (
    named.system === 'linux' &&
    (named.arch === undefined || named.arch === platform.arch) &&
    (named.libc === undefined || platform.libc === undefined || named.libc === platform.libc)
  )
}

/** The `.node` files in a directory and up to three levels below. */
export function addonFiles(directory: string, files: ImageFiles, depth = 3): readonly string[] {
  return files.names(directory).flatMap((name) => {
    const path = joinPath(directory, name)
    if (name.endsWith('.node')) return files.file(path) ?? []
    return depth > 0 && name !== 'node_modules' && files.directory(path) !== undefined
      ? addonFiles(path, files, depth - 1)
      : []
  })
}
