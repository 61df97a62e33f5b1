import { goInfoPart, holdsGoInfo, packageOfCommand, packagesOfLibrary } from '../inventory/index.ts'
import type { Libc } from '../elf/index.ts'
import type { SearchPath } from './loader/search-path.ts'
import type { Root } from './root.ts'

/** How a package comes into the image, when its own distribution has one. */
export function packageHint(root: Root, name: string | undefined): string | undefined {
  if (name === undefined || root.family === undefined) return undefined
  switch (root.family) {
    case 'debian':
      return root.find('usr/bin/apt-get') === undefined
        ? `Debian's package ${name} has it; this image has no apt-get: copy it from a stage that installs the package`
        : `RUN apt-get update && apt-get install -y --no-install-recommends ${name} && rm -rf /var/lib/apt/lists/*`
    case 'alpine':
      return `RUN apk add --no-cache ${name}`
    case 'fedora':
      return `RUN dnf install -y ${name} && dnf clean all`
  }
}

/** What brings a program that was looked for by its name. */
export function programHint(root: Root, name: string): string | undefined {
  return packageHint(root, root.family === undefined ? undefined : packageOfCommand(root.family, name))
}

/** A library that the loader does not find. */
export interface MissedLibrary {
  readonly name: string
  /** A file of that name anywhere in the image. */
  readonly there: string | undefined
}

/** What brings a library, or lets the loader find it. */
export function libraryHint(root: Root, search: SearchPath, { name, there }: MissedLibrary): string {
  if (there !== undefined) {
    const directory = there.split('/').slice(0, -1).join('/')
    return search.isConfigured(directory)
      ? `it is in /${directory}: RUN ldconfig after it was copied lets the loader find it`
      : `it is in /${directory}, where the loader does not look: ENV LD_LIBRARY_PATH=/${directory}`
  }
  const known = root.family === undefined ? undefined : packagesOfLibrary(root.family, name)
  return packageHint(root, known) ?? 'copy it from the stage that has it, or link it statically'
}

/** What to do with a program for one C library where the image has another. */
export function libcHint(libc: Libc, others: readonly Libc[]): string {
  const words = { glibc: 'a Debian or Ubuntu base', musl: 'an Alpine base' } as const
  return `build it in a stage on ${words[others[0] ?? 'glibc']}, or give the final stage ${words[libc]}`
}

/** A dynamic program in an image without a C library. */
export function loaderHint(root: Root, path: string): string {
  const base = 'take a base with glibc such as gcr.io/distroless/cc-debian12'
  if (isGo(root, path)) return `build it with CGO_ENABLED=0, or ${base}`
  if (isRust(root, path))
    return `build it for a musl target (--target x86_64-unknown-linux-musl) or with RUSTFLAGS=-Ctarget-feature=+crt-static, or ${base}`
  return `link it statically (-static), or ${base}`
}

/** The oldest usual bases that have a version of glibc. */
const glibcs: readonly (readonly [number, string])[] = [
  [28, 'Debian 10'],
  [31, 'Debian 11 or Ubuntu 20.04'],
  [34, 'Red Hat 9'],
  [35, 'Ubuntu 22.04'],
  [36, 'Debian 12'],
  [39, 'Ubuntu 24.04'],
  [41, 'Debian 13'],
]

/** Which base has a version of a symbol. */
export function versionHint(root: Root, version: string): string {
  const own = root.distribution ?? 'the release of the final image'
  const minor = Number(/^GLIBC_2\.(\d+)/.exec(version)?.[1] ?? Number.NaN)
  const base = glibcs.find(([has]) => has >= minor)?.[1]
  return `build it on ${own}${base === undefined ? ', or take the base on which it was built' : `, or take a base of ${base} or newer`}`
}

function isGo(root: Root, path: string): boolean {
  const elf = root.elf(path)
  const part = elf === undefined ? undefined : goInfoPart(elf)
  const bytes = part === undefined ? undefined : root.image.read(path, part)
  return bytes !== undefined && holdsGoInfo(bytes)
}

/** The compiler leaves the paths of its sources in messages of the standard library. */
function isRust(root: Root, path: string): boolean {
  return root.bytes(path, 1 << 26)?.includes('/rustc/') === true
}
