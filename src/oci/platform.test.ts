import { describe, expect, it } from 'vitest'
import { digestOf } from '../core/index.ts'
import { mediaTypes } from './media-types.ts'
import {
  compatiblePlatforms,
  defaultPathEnv,
  formatPlatform,
  hostPlatform,
  parsePlatform,
  platformMatches,
  platformsOf,
  selectManifest,
} from './platform.ts'
import type { Descriptor, Index, Platform } from './types.ts'

const host: Platform = { os: 'linux', architecture: 'amd64' }

function parsed(text: string): string {
  const platform = parsePlatform(text, host)
  return 'error' in platform ? platform.error : formatPlatform(platform)
}

function indexOf(...platforms: readonly (string | undefined)[]): Index {
  return { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: platforms.map(entry) }
}

function entry(name: string | undefined): Descriptor {
  const [os = '', architecture = '', variant] = name?.split('/') ?? []
  const platform =
    name === undefined ? {} : { platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } }
  return { mediaType: mediaTypes.ociManifest, digest: digestOf(name ?? 'none'), size: 1, ...platform }
}

function selected(index: Index, text: string): string | undefined {
  const platform = parsePlatform(text, host)
  if ('error' in platform) throw new Error(platform.error)
  const found = selectManifest(index, platform)
  return found === undefined ? undefined : found.platform === undefined ? 'no platform' : formatPlatform(found.platform)
}

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['Linux/ARM64', 'linux/arm64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/9', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/i386', 'linux/386'],
    ['macos/arm64', 'darwin/arm64'],
    ['linux', 'linux/amd64'],
    ['arm64', 'linux/arm64'],
    ['local', 'linux/amd64'],
  ])('reads %s as %s', (text, normal) => {
    expect(parsed(text)).toBe(normal)
  })

  it.each(['', 'linux/*', 'linux/arm/v7/x', 'linux//v7'])('refuses %j and says the format', (text) => {
    expect(parsed(text)).toContain('the format is OS/ARCHITECTURE[/VARIANT]')
  })

  it('suggests the nearest word for an unknown one', () => {
    expect(parsed('amd46')).toContain('did you mean amd64?')
  })

  it('keeps the OS version of Windows', () => {
    expect(parsePlatform('windows(10.0.17763)/amd64', host)).toEqual({
      os: 'windows',
      architecture: 'amd64',
      'os.version': '10.0.17763',
    })
  })
})

describe('selectManifest', () => {
  it('prefers the exact platform whatever the order of the index', () => {
    expect(selected(indexOf('linux/386', 'linux/arm64', 'linux/amd64'), 'linux/amd64')).toBe('linux/amd64')
  })

  it('matches arm64 and arm64/v8 in both directions', () => {
    expect(selected(indexOf('linux/arm64/v8'), 'linux/arm64')).toBe('linux/arm64/v8')
    expect(selected(indexOf('linux/arm64'), 'linux/arm64/v8')).toBe('linux/arm64')
  })

  it('falls back to older arm variants, newest first, never to newer ones', () => {
    expect(selected(indexOf('linux/arm/v5', 'linux/arm/v6'), 'linux/arm/v7')).toBe('linux/arm/v6')
    expect(selected(indexOf('linux/arm/v7'), 'linux/arm/v6')).toBeUndefined()
    expect(selected(indexOf('linux/arm/v7'), 'linux/arm64')).toBe('linux/arm/v7')
    expect(selected(indexOf('linux/amd64', 'linux/amd64/v2'), 'linux/amd64/v3')).toBe('linux/amd64/v2')
  })

  it('never chooses an attestation', () => {
    const attested: Index = indexOf('unknown/unknown', 'linux/arm64')
    expect(selected(attested, 'linux/amd64')).toBeUndefined()
    expect(platformsOf(attested)).toEqual(['linux/arm64'])
    const statement = { ...entry(undefined), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }
    expect(selected({ ...attested, manifests: [statement] }, 'linux/amd64')).toBeUndefined()
  })

  it('takes a manifest without a platform as the last resort', () => {
    expect(selected(indexOf(undefined, 'linux/arm64'), 'linux/arm64')).toBe('linux/arm64')
    expect(selected(indexOf(undefined, 'linux/arm64'), 'linux/s390x')).toBe('no platform')
  })
})

describe('platform facts', () => {
  it('orders the fallbacks of arm64/v9.1 as the architecture includes them', () => {
    const names = compatiblePlatforms({ os: 'linux', architecture: 'arm64', variant: 'v9.1' }).map(formatPlatform)
    expect(names.slice(0, 4)).toEqual(['linux/arm64/v9.1', 'linux/arm64/v9', 'linux/arm64/v8.6', 'linux/arm64/v8.5'])
    expect(names.slice(-5)).toEqual(['linux/arm64', 'linux/arm/v8', 'linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'])
  })

  it('maps the names of Node to those of images', () => {
    expect(['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x'].map((arch) => formatPlatform(hostPlatform(arch)))).toEqual(
      ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/386', 'linux/ppc64le', 'linux/s390x'],
    )
  })

  it('compares without falling back', () => {
    expect(
      platformMatches({ os: 'linux', architecture: 'aarch64' }, { os: 'linux', architecture: 'arm64', variant: 'v8' }),
    ).toBe(true)
    expect(platformMatches({ os: 'linux', architecture: 'amd64' }, { os: 'linux', architecture: '386' })).toBe(false)
  })

  it('has no default PATH for Windows', () => {
    expect(defaultPathEnv('windows')).toBeUndefined()
    expect(defaultPathEnv('linux')).toBe('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
  })
})
