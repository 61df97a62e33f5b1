import { type MemoryFiles, type MemoryNode, memoryTree } from '../../src/fileset/index.ts'
import { type Closure, closureOf, type Follow } from '../../src/closure/index.ts'
import type { RuntimeConfig } from '../../src/oci/index.ts'
import { type ElfParts, elfProgram } from './elf-program.ts'

export const glibcLoader = '/lib64/ld-linux-x86-64.so.2'
export const muslLoader = '/lib/ld-musl-x86_64.so.1'

/** A file that may be executed. */
export function executable(content: string | Uint8Array, node: MemoryNode = {}): MemoryNode {
  return { content, mode: 0o755, ...node }
}

/** A made-up program or library. */
export function elf(parts: ElfParts, node: MemoryNode = {}): MemoryNode {
  return executable(elfProgram(parts), node)
}

export function link(target: string): MemoryNode {
  return { kind: 'symlink', linkname: target }
}

/** A program that needs glibc. */
export function glibcProgram(parts: ElfParts = {}): MemoryNode {
  return elf({ interpreter: glibcLoader, needed: ['libc.so.6'], ...parts })
}

const debianLibraries = 'usr/lib/x86_64-linux-gnu'

/** As much of a Debian as loaders look at. */
export const debian: MemoryFiles = {
  'etc/os-release': 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n',
  'etc/passwd': 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n',
  'etc/group': 'root:x:0:\napp:x:1000:\nstaff:x:50:app\n',
  'etc/ld.so.conf': 'include /etc/ld.so.conf.d/*.conf\n',
  'etc/ld.so.conf.d/libc.conf': '# comment\n/usr/local/lib\n',
  'etc/ssl/certs/ca-certificates.crt': 'x',
  lib: link('usr/lib'),
  lib64: link('usr/lib64'),
  bin: link('usr/bin'),
  'usr/lib64/ld-linux-x86-64.so.2': link(`/${debianLibraries}/ld-linux-x86-64.so.2`),
  [`${debianLibraries}/ld-linux-x86-64.so.2`]: elf({ soname: 'ld-linux-x86-64.so.2', offers: ['GLIBC_2.3'] }),
  [`${debianLibraries}/libc.so.6`]: elf({
    soname: 'libc.so.6',
    needed: ['ld-linux-x86-64.so.2'],
    offers: ['GLIBC_2.2.5', 'GLIBC_2.9', 'GLIBC_2.34', 'GLIBC_2.36', 'GLIBC_PRIVATE'],
  }),
  'usr/bin/apt-get': glibcProgram(),
  'usr/bin/dash': glibcProgram(),
  'usr/bin/sh': link('dash'),
  'usr/bin/env': glibcProgram(),
  tmp: { kind: 'dir', mode: 0o1777 },
}

/** As much of an Alpine. */
export const alpine: MemoryFiles = {
  'etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n',
  'etc/passwd': 'root:x:0:0::/root:/bin/sh\n',
  'etc/ssl/certs/ca-certificates.crt': 'x',
  'lib/ld-musl-x86_64.so.1': elf({ soname: 'libc.musl-x86_64.so.1', definedSymbols: ['puts', 'malloc'] }),
  'lib/libc.musl-x86_64.so.1': link('ld-musl-x86_64.so.1'),
  'bin/busybox': elf({ interpreter: muslLoader, needed: ['libc.musl-x86_64.so.1'] }),
  'bin/sh': link('/bin/busybox'),
  tmp: { kind: 'dir', mode: 0o1777 },
}

/** The closure of an image of files in memory, for amd64. */
export function closureIn(files: MemoryFiles, config: RuntimeConfig, followers: readonly Follow[] = []): Closure {
  const view = memoryTree(files)
  return closureOf(
    {
      platform: { os: 'linux', architecture: 'amd64' },
      config,
      view,
      read: (path, { offset, length }) => view.read(path).subarray(offset, offset + length),
    },
    followers,
  )
}

/** Gaps as short lines: `error library libpq.so.5 (app)`. */
export function gapsIn(files: MemoryFiles, config: RuntimeConfig): readonly string[] {
  return closureIn(files, config).gaps.map(
    ({ severity, kind, needs, file }) => `${severity} ${kind} ${needs}${file === undefined ? '' : ` (${file})`}`,
  )
}
