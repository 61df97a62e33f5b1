import type { Outline, OutlineMount, Target } from '../audit/index.ts'
import type { Location, Source } from '../core/index.ts'
import { type LineRange, lineRanges } from './line-ranges.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

/** What a target can be given, as tables. Lines without a final line feed. */
export function outlineText(outline: Outline): string[] {
  const { name = '(default)', description, args, secrets, ssh, caches } = outline
  const about = description === undefined ? [] : [`DESCRIPTION: ${visibleText(description)}`]
  const rows = args.map((arg) => [arg.name, visibleText(arg.value ?? ''), visibleText(arg.description ?? '')])
  return [
    about.length === 0 ? `TARGET: ${name}` : `TARGET:      ${name}`,
    ...about,
    ...table(['BUILD ARG', 'VALUE', 'DESCRIPTION'], rows),
    ...table(['SECRET', 'REQUIRED'], secrets.map(mountRow)),
    ...table(['SSH', 'REQUIRED'], ssh.map(mountRow)),
    ...table(
      ['CACHE'],
      caches.map(({ id }) => [visibleText(id)]),
    ),
  ]
}

/** What `--call=outline,format=json` of docker prints, with the cache mounts that BuildKit leaves out. */
export function outlineJson(outline: Outline, source: Source): Readonly<Record<string, unknown>> {
  const { name, description, args, secrets, ssh, caches } = outline
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...list(
      'args',
      args.map(({ at, value, ...rest }) => ({ ...rest, ...(value ? { value } : {}), location: location(at) })),
    ),
    ...list('secrets', secrets.map(mountJson)),
    ...list('ssh', ssh.map(mountJson)),
    ...list(
      'cache',
      caches.map(({ id, at }) => ({ ID: id, location: location(at) })),
    ),
    sources: [Buffer.from(source.text, 'utf8').toString('base64')],
  }
}

/** The stages of a file with their descriptions. Lines without a final line feed. */
export function targetsText(targets: readonly Target[]): string[] {
  const rows = targets.map(({ name, isDefault, description = '' }) => {
    const shown = name === undefined && isDefault ? '(default)' : `${name ?? ''}${isDefault ? ' (default)' : ''}`
    return [shown, visibleText(description)]
  })
  return renderTable([{ title: 'TARGET' }, { title: 'DESCRIPTION' }], rows)
}

/** What `--call=targets,format=json` of docker prints. */
export function targetsJson(targets: readonly Target[], source: Source): Readonly<Record<string, unknown>> {
  return {
    targets: targets.map(({ name, isDefault, description, base, platform, at }) => ({
      ...(name === undefined ? {} : { name }),
      ...(isDefault ? { default: true } : {}),
      ...(description === undefined ? {} : { description }),
      base,
      ...(platform === undefined ? {} : { platform }),
      location: location(at),
    })),
    sources: [Buffer.from(source.text, 'utf8').toString('base64')],
  }
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  return [
    '',
    ...renderTable(
      titles.map((title) => ({ title })),
      rows,
    ),
  ]
}

function mountRow({ id, required }: OutlineMount): readonly string[] {
  return [visibleText(id), required ? 'true' : '']
}

function mountJson({ id, required, at }: OutlineMount): Readonly<Record<string, unknown>> {
  return { name: id, ...(required ? { required } : {}), location: location(at) }
}

function list(name: string, entries: readonly unknown[]): Readonly<Record<string, unknown>> {
  return entries.length === 0 ? {} : { [name]: entries }
}

function location(at: Location): { readonly ranges: readonly LineRange[] } {
  return { ranges: lineRanges(at) }
}
