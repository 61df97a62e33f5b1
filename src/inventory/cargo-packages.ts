import { inflateSync } from 'node:zlib'
import { parse as parseToml, TomlError } from 'smol-toml'
import { type ReadElf, readElfSections } from '../elf/index.ts'
import type { PackageFacts } from './package.ts'

/** The section into which `cargo auditable` puts what a program was linked from. */
const section = '.dep-v0'
/** Of the list; the largest known one has 40 kB compressed. */
const most = { compressed: 4 << 20, plain: 32 << 20 }

/**
 * The crates that `cargo auditable` recorded in a program (https://github.com/rust-secure-code/cargo-auditable), without those
 * that only built it. Undefined when there is no such record.
 */
export function readAuditable(read: ReadElf): readonly PackageFacts[] | undefined {
  const place = readElfSections(read)?.find(({ name }) => name === section)
  if (place === undefined || place.size > most.compressed) return undefined
  const bytes = read({ offset: place.offset, length: place.size })
  try {
    const text = inflateSync(bytes ?? new Uint8Array(), { maxOutputLength: most.plain }).toString('utf8')
    const { packages } = JSON.parse(text) as { packages?: unknown }
    return Array.isArray(packages) ? packages.flatMap(auditedCrate) : undefined
  } catch {
    return undefined
  }
}

/** A crate; `kind` is `build` for what ran in the build alone. */
function auditedCrate(value: unknown): readonly PackageFacts[] {
  const { name, version, kind, source } = (value ?? {}) as Readonly<Record<string, unknown>>
  return kind === 'build' ? [] : crate({ name, version, source: source === 'git' ? 'git+' : source })
}

/** The crates of a `Cargo.lock`; undefined when it is not TOML. */
export function readCargoLock(text: string): readonly PackageFacts[] | undefined {
  try {
    const { package: list } = parseToml(text)
    return Array.isArray(list) ? list.flatMap((one) => crate(one as Readonly<Record<string, unknown>>)) : []
  } catch (error) {
    if (error instanceof TomlError) return undefined
    throw error
  }
}

function crate({ name, version, source }: Readonly<Record<string, unknown>>): readonly PackageFacts[] {
  if (typeof name !== 'string' || typeof version !== 'string' || name === '') return []
  const isGit = typeof source === 'string' && source.startsWith('git+')
  const url = isGit && source !== 'git+' ? { qualifiers: { vcs_url: source } } : {}
  return [{ type: 'cargo', name, version, ...url }]
}
