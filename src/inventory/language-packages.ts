import { readFields } from './fields.ts'
import type { PackageFacts } from './package.ts'

/** A `package.json`; empty for those without name and version, as tests and subdirectories of packages have. */
export function readNpmPackage(text: string): readonly PackageFacts[] {
  const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
  if (typeof value !== 'object' || value === null) return []
  const { name, version, license } = value as Readonly<Record<string, unknown>>
  if (typeof name !== 'string' || typeof version !== 'string' || name === '' || version === '') return []
  const stated = typeof license === 'object' && license !== null ? (license as { type?: unknown }).type : license
  return [
    { type: 'npm', name, version, ...(typeof stated === 'string' && stated !== '' ? { licenses: [stated] } : {}) },
  ]
}

/** `METADATA` of a dist-info directory or `PKG-INFO` of an egg (https://packaging.python.org/specifications/core-metadata). */
export function readPythonMetadata(text: string): readonly PackageFacts[] {
  const fields = readFields(text)
  const [name, version] = [fields.get('name') ?? '', fields.get('version') ?? '']
  if (name === '' || version === '') return []
  const license = fields.get('license-expression') ?? fields.get('license') ?? ''
  const stated = license === '' || license === 'UNKNOWN' ? {} : { licenses: [license] }
  return [{ type: 'pypi', name, version, ...stated }]
}

/** A specification as RubyGems writes it into `specifications/`: Ruby with one assignment a line. */
export function readGemSpecification(text: string): readonly PackageFacts[] {
  const literal = (member: string): string | undefined =>
    new RegExp(`^\\s*\\w+\\.${member}\\s*=\\s*(?:Gem::Version\\.new\\s*\\(?)?\\s*["']([^"']+)["']`, 'm').exec(text)?.[1]
  const [name, version, platform] = [literal('name'), literal('version'), literal('platform')]
  if (name === undefined || version === undefined) return []
  const list = /^\s*\w+\.licenses\s*=\s*\[([^\]]*)\]/m.exec(text)?.[1] ?? ''
  const licenses = [...list.matchAll(/["']([^"']+)["']/g)].map(([, license = '']) => license)
  return [
    {
      type: 'gem',
      name,
      version,
      ...(platform === undefined || platform === 'ruby' ? {} : { architecture: platform }),
      ...(licenses.length === 0 ? {} : { licenses }),
    },
  ]
}
