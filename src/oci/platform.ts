import { didYouMean } from '../core/index.ts'
import type { Descriptor, Index, Platform } from './types.ts'

export interface PlatformError {
  readonly error: string
}

const knownSystems =
  'linux windows darwin freebsd netbsd openbsd dragonfly solaris illumos aix android ios js plan9 wasip1'.split(' ')
const knownArchitectures =
  'amd64 arm64 arm 386 ppc64le s390x riscv64 loong64 mips64le mips64 mipsle mips ppc64 ppc riscv s390 sparc64 sparc armbe arm64be amd64p32 wasm'.split(
    ' ',
  )

/**
 * Parses `os/arch[/variant]`, `os` or `arch` alone (the host fills the rest) or `local`, normalised as containerd does:
 * `linux/x86_64` is `linux/amd64`, `linux/arm64/v8` is `linux/arm64`, `linux/arm` is `linux/arm/v7`.
 */
export function parsePlatform(text: string, host: Platform): Platform | PlatformError {
  if (text === 'local') return host
  const parts = text.split('/')
  const [first = '', architecture, variant] = parts
  const system = /^([A-Za-z0-9_.-]+)(?:\(([A-Za-z0-9_.-]*)\))?$/.exec(first)
  if (system === null || parts.length > 3 || parts.slice(1).some((part) => !/^[A-Za-z0-9_.-]+$/.test(part))) {
    return {
      error: `invalid platform ${JSON.stringify(text)}: the format is OS/ARCHITECTURE[/VARIANT], as in linux/arm64`,
    }
  }
  const os = system[1] ?? ''
  const version = system[2] === undefined || system[2] === '' ? {} : { 'os.version': system[2] }
  if (architecture !== undefined) {
    return normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }), ...version })
  }
  return parseSinglePart(os, version, host)
}

/** The spelling that containerd uses for a platform; comparisons are made on this form. */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase()
  const { architecture, variant } = normalizeArchitecture(
    platform.architecture.toLowerCase(),
    (platform.variant ?? '').toLowerCase(),
  )
  const version = platform['os.version']
  return {
    os: os === 'macos' ? 'darwin' : os,
    architecture,
    ...(variant === '' ? {} : { variant }),
    ...(version === undefined || version === '' ? {} : { 'os.version': version }),
  }
}

/** `linux/arm/v7`. The OS version of Windows images is left out, as docker does. */
export function formatPlatform(platform: Platform): string {
  const variant = platform.variant === undefined || platform.variant === '' ? '' : `/${platform.variant}`
  return `${platform.os}/${platform.architecture}${variant}`
}

/** Whether two platforms are the same after normalisation; no fallback from one variant to another. */
export function platformMatches(wanted: Platform, offered: Platform): boolean {
  const left = normalizePlatform(wanted)
  const right = normalizePlatform(offered)
  const version = left['os.version']
  return formatPlatform(left) === formatPlatform(right) && (version === undefined || version === right['os.version'])
}

/** What an image for `platform` may fall back to, best first, the platform itself included (containerd's order). */
export function compatiblePlatforms(platform: Platform): readonly Platform[] {
  const wanted = normalizePlatform(platform)
  const of = (architecture: string, variants: readonly string[]): Platform[] =>
    variants.map((variant) =>
      normalizePlatform({ ...withoutVariant(wanted), architecture, ...(variant === '' ? {} : { variant }) }),
    )
  switch (wanted.architecture) {
    case 'amd64':
      return [...of('amd64', countDown(wanted.variant ?? 'v1', 1)), ...of('386', [''])]
    case 'arm':
      return of('arm', countDown(wanted.variant ?? 'v7', 5))
    case 'arm64':
      return [...of('arm64', arm64Variants(wanted.variant ?? 'v8')), ...of('arm', countDown('v8', 5))]
    default:
      return [wanted]
  }
}

/**
 * The manifest of an index that runs on `platform`: an exact match, else the best fallback, else one that names no
 * platform. Attestations (`unknown/unknown`) are never chosen. Undefined when nothing fits.
 */
export function selectManifest(index: Index, platform: Platform): Descriptor | undefined {
  const images = index.manifests.filter((manifest) => !isAttestation(manifest))
  for (const candidate of compatiblePlatforms(platform)) {
    const found = images.find((image) => image.platform !== undefined && platformMatches(candidate, image.platform))
    if (found !== undefined) return found
  }
  return images.find((image) => image.platform === undefined)
}

/** The platforms an index has images for, in its order, each once. */
export function platformsOf(index: Index): readonly string[] {
  const named = index.manifests.filter((manifest) => !isAttestation(manifest) && manifest.platform !== undefined)
  return [...new Set(named.map((manifest) => formatPlatform(normalizePlatform(manifest.platform as Platform))))]
}

/** Whether an entry of an index is not an image but a statement about one. */
export function isAttestation(descriptor: Descriptor): boolean {
  if (descriptor.annotations?.['vnd.docker.reference.type'] !== undefined) return true
  return descriptor.platform?.os === 'unknown' && descriptor.platform.architecture === 'unknown'
}

/** The Linux platform of a machine, from what Node's `process.arch` says about it. */
export function hostPlatform(arch: string): Platform {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' }
  return normalizePlatform({ os: 'linux', architecture: names[arch] ?? arch })
}

/** The PATH that images without one get; undefined on Windows, which has its own. */
export function defaultPathEnv(os: string): string | undefined {
  return os === 'windows' ? undefined : '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
}

function parseSinglePart(text: string, version: { 'os.version'?: string }, host: Platform): Platform | PlatformError {
  const alone = normalizePlatform({ os: text, architecture: host.architecture })
  if (knownSystems.includes(alone.os)) return normalizePlatform({ ...host, os: alone.os, ...version })
  const byArchitecture = normalizePlatform({ os: host.os, architecture: text })
  if (knownArchitectures.includes(byArchitecture.architecture)) return byArchitecture
  const hint = didYouMean(text, [...knownSystems, ...knownArchitectures])
  return {
    error: `unknown operating system or architecture ${JSON.stringify(text)}${hint === undefined ? '' : `; ${hint}`}`,
  }
}

function normalizeArchitecture(architecture: string, variant: string): { architecture: string; variant: string } {
  switch (architecture) {
    case 'i386':
      return { architecture: '386', variant: '' }
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return { architecture: 'amd64', variant: variant === 'v1' ? '' : variant }
    case 'aarch64':
    case 'arm64':
      return { architecture: 'arm64', variant: normalizeArm64(variant) }
    case 'armhf':
      return { architecture: 'arm', variant: 'v7' }
    case 'armel':
      return { architecture: 'arm', variant: 'v6' }
    case 'arm':
      return { architecture, variant: variant === '' ? 'v7' : /^[5-8]$/.test(variant) ? `v${variant}` : variant }
    default:
      return { architecture, variant }
  }
}

function normalizeArm64(variant: string): string {
  if (['8', 'v8', 'v8.0'].includes(variant)) return ''
  return ['9', '9.0', 'v9.0'].includes(variant) ? 'v9' : variant
}

function countDown(variant: string, last: number): readonly string[] {
  const first = /^v(\d+)$/.exec(variant)?.[1]
  if (first === undefined || Number(first) > 99) return [variant]
  const variants = [variant]
  for (let version = Number(first) - 1; version >= last; version -= 1) variants.push(`v${version}`)
  return variants
}

/** ARMv9.x includes ARMv8.(x+5): https://developer.arm.com/documentation/102378. */
function arm64Variants(variant: string): readonly string[] {
  const match = /^v([89])(?:\.(\d))?$/.exec(variant)
  if (match === null) return [variant]
  const minor = Number(match[2] ?? 0)
  const down = (major: number, from: number): string[] =>
    Array.from({ length: from + 1 }, (_, step) => (step === from ? `v${major}` : `v${major}.${from - step}`))
  return match[1] === '8' ? down(8, minor) : [...down(9, minor), ...down(8, Math.min(minor + 5, 9))]
}

function withoutVariant(platform: Platform): Platform {
  const { variant: _, ...rest } = platform
  return rest
}
