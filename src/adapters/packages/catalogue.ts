import { SlipwayError } from '../../core/index.ts'
import type { BaseArchitecture, BaseImage } from './base-image.ts'
import { buildDebian, type DebianContext, type DebianSpec } from './debian-base.ts'
import { buildDistroless, type DistrolessSpec } from './distroless-base.ts'
import { buildGolang, type GolangSpec } from './golang-base.ts'
import { buildNode, type NodeSpec } from './node-base.ts'
import { type DistrolessPreset, distrolessPresets } from './presets.ts'

/** A base that can be made from packages. */
export type BaseSpec = DebianSpec | DistrolessSpec | NodeSpec | GolangSpec

/** A stand-in for an official image. */
export interface StandIn {
  readonly spec: BaseSpec
  /** How it differs from the official image, in a sentence to be shown to the user. */
  readonly difference: string
}

export interface CatalogueEntry {
  /** The image names that it stands in for, with `<…>` for what varies. */
  readonly reference: string
  readonly summary: string
  /** Whether it can be made for a foreign architecture without running anything of it. */
  readonly runsNothing: boolean
}

/** What bases there are, for people. */
export function listBases(): readonly CatalogueEntry[] {
  return [
    { reference: 'debian:<bookworm|12|trixie|13>[-slim]', summary: 'Debian with apt', runsNothing: false },
    {
      reference: 'node:<version>[-bookworm][-slim]',
      summary: 'Debian with Node.js and npm from npm',
      runsNothing: false,
    },
    { reference: 'golang:1.19[-bookworm]', summary: 'Debian with its Go toolchain, gcc and git', runsNothing: false },
    ...distrolessPresets.map((preset) => ({
      reference: `gcr.io/distroless/${preset}-debian12[:nonroot]`,
      summary: `${summaries[preset]}, no shell, no package manager`,
      runsNothing: true,
    })),
  ]
}

/**
 * The stand-in for an official image, or undefined when there is none. The reference is matched with and without
 * `docker.io/library/`; a digest never matches, because a stand-in cannot have it.
 */
export function baseFor(reference: string, architecture: BaseArchitecture): StandIn | undefined {
  if (reference.includes('@')) return undefined
  const name = reference.replace(/^(docker\.io|index\.docker\.io)\//, '').replace(/^library\//, '')
  const [, repository = '', tag = 'latest'] = /^(.*?)(?::([\w.-]+))?$/.exec(name) ?? []
  if (repository.startsWith('gcr.io/distroless/')) return distrolessFor(repository.slice(18), tag, architecture)
  const [, version = '', release, slim] = /^(.*?)(?:-?(bookworm|trixie))?(-slim)?$/.exec(tag) ?? []
  const suite = release ?? 'bookworm'
  const variant = slim === undefined ? 'full' : 'slim'
  if (repository === 'debian') return debianFor(release ?? version, variant, architecture)
  if (repository === 'node' && /^\d+(\.\d+){0,2}$/.test(version)) {
    return {
      spec: {
        kind: 'node',
        architecture,
        suite,
        variant,
        version,
        ...(variant === 'full' ? { packages: buildTools } : {}),
      },
      difference: `Debian ${suite} packages with Node.js from npm; no yarn${variant === 'full' ? ', fewer libraries for native add-ons' : ''}`,
    }
  }
  if (repository === 'golang' && suite === 'bookworm' && /^1\.19(\.\d+)?$/.test(version)) {
    return {
      spec: { kind: 'golang', architecture, suite },
      difference: "Debian's own Go 1.19 in /usr/lib/go-1.19 instead of the Go project's build",
    }
  }
  return undefined
}

/**
 * Makes a base: fetches and checks the packages, unpacks or installs them. Only Debian-based specs call `run`. Throws
 * `package-archive`, `download-failed`, `checksum-mismatch`, `bad-archive` or whatever `run` throws.
 */
export async function buildBase(spec: BaseSpec, context: DebianContext): Promise<BaseImage> {
  switch (spec.kind) {
    case 'debian':
      return buildDebian(spec, context)
    case 'distroless':
      return buildDistroless(spec, context)
    case 'node':
      return buildNode(spec, context)
    case 'golang':
      return buildGolang(spec, context)
  }
}

const summaries: Record<DistrolessPreset, string> = {
  static: 'CA certificates, time zones, users',
  base: 'glibc and OpenSSL',
  cc: 'glibc, OpenSSL and the libraries of C++',
  nodejs20: 'Node.js 20',
  python3: 'Python 3.11',
  java17: 'Java 17',
}

/** What `npm install` of a package with native code needs. */
const buildTools = [
  'ca-certificates',
  'curl',
  'g++',
  'git',
  'make',
  'openssh-client',
  'pkg-config',
  'procps',
  'python3',
  'unzip',
  'wget',
  'xz-utils',
]

function debianFor(release: string, variant: 'slim' | 'full', architecture: BaseArchitecture): StandIn | undefined {
  const suites: Readonly<Record<string, string>> = {
    bookworm: 'bookworm',
    '12': 'bookworm',
    trixie: 'trixie',
    '13': 'trixie',
  }
  const suite = suites[release]
  if (suite === undefined) return undefined
  return {
    spec: { kind: 'debian', architecture, suite, variant },
    difference: 'installed from the packages of the Debian archive of today; other dates, the same package set',
  }
}

function distrolessFor(name: string, tag: string, architecture: BaseArchitecture): StandIn | undefined {
  const [, family = '', release] = /^(.*?)(?:-debian(\d+))?$/.exec(name) ?? []
  const preset = distrolessPresets.find((candidate) => candidate === family)
  if (preset === undefined || (release !== undefined && release !== '12') || !/^(latest|nonroot)$/.test(tag))
    return undefined
  return {
    spec: { kind: 'distroless', architecture, suite: 'bookworm', preset, nonroot: tag === 'nonroot' },
    difference: 'unpacked from the same Debian packages; /bin and /lib are links into /usr',
  }
}

/** The architecture of a platform, for bases. Throws `platform-unavailable` for one that no base is made for. */
export function baseArchitecture(architecture: string): BaseArchitecture {
  if (architecture === 'amd64' || architecture === 'arm64') return architecture
  throw new SlipwayError('platform-unavailable', `bases are made for amd64 and arm64, not for ${architecture}`)
}
