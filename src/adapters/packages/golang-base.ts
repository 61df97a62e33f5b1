import type { PlannedEntry } from '../../fileset/index.ts'
import type { BaseArchitecture, BaseImage } from './base-image.ts'
import { buildDebian, type DebianContext } from './debian-base.ts'

export interface GolangSpec {
  readonly kind: 'golang'
  readonly architecture: BaseArchitecture
  /** bookworm: Go 1.19. */
  readonly suite: string
  readonly packages?: readonly string[]
}

/** Debian with its Go toolchain, a C compiler and git; GOPATH is /go, as in the official image. */
export async function buildGolang(spec: GolangSpec, context: DebianContext): Promise<BaseImage> {
  const packages = [
    'ca-certificates',
    'g++',
    'gcc',
    'git',
    'golang-go',
    'libc6-dev',
    'make',
    'pkg-config',
    ...(spec.packages ?? []),
  ]
  const base = await buildDebian(
    { kind: 'debian', architecture: spec.architecture, suite: spec.suite, variant: 'slim', packages },
    context,
    {
      files: ['go', 'go/bin', 'go/src'].map(goDirectory),
      // Where the official image has its toolchain, and where Dockerfiles look for it.
      commands: ['ln -s "$(readlink -f /usr/lib/go)" /usr/local/go'],
      config: {
        Env: [
          'PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          'GOPATH=/go',
          'GOTOOLCHAIN=local',
        ],
        WorkingDir: '/go',
      },
      packages: [],
    },
  )
  return { ...base, name: `golang:${spec.suite}` }
}

function goDirectory(path: string): PlannedEntry {
  return { path, kind: 'dir', mode: path === 'go' ? 0o1777 : 0o777, uid: 0, gid: 0, size: 0, mtime: 0n }
}
