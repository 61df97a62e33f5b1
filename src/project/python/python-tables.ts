import { at, entries, type Table, table, text, texts } from '../decode.ts'
import type { PythonManifest, PythonRequirement } from '../project.ts'
import { normalized, parseRequirement } from './requirement.ts'

/** What a manifest asks for. */
export interface Wanted extends Pick<PythonManifest, 'requirements' | 'devRequirements'> {
  readonly hashed?: boolean
  readonly tool: string | undefined
}

/** A pyproject.toml by PEP 621 and 735, and the tables of poetry, pdm and uv. */
export function readPyproject(root: Table): Wanted {
  const project = texts(at(root, 'project', 'dependencies')).flatMap((item) => parseRequirement(item) ?? [])
  const poetry = entries(at(root, 'tool', 'poetry', 'dependencies')).flatMap(([name, value]) => byVersion(name, value))
  return {
    requirements: [...project, ...poetry.filter(({ name }) => name !== 'python')],
    devRequirements: developmentOf(root),
    tool: toolOf(root),
  }
}

function developmentOf(root: Table): readonly PythonRequirement[] {
  const groups = [
    ...entries(at(root, 'dependency-groups')),
    ...entries(at(root, 'tool', 'pdm', 'dev-dependencies')),
    ...entries(at(root, 'project', 'optional-dependencies')).filter(([name]) =>
      /^(?:dev|test|lint|doc|typ)/i.test(name),
    ),
    ['uv', at(root, 'tool', 'uv', 'dev-dependencies')] as const,
  ]
  const listed = groups.flatMap(([, items]) => texts(items).flatMap((item) => parseRequirement(item) ?? []))
  const tables = [
    at(root, 'tool', 'poetry', 'dev-dependencies'),
    ...entries(at(root, 'tool', 'poetry', 'group')).map(([, group]) => table(group)?.dependencies),
  ]
  return [...listed, ...tables.flatMap((held) => entries(held).flatMap(([name, value]) => byVersion(name, value)))]
}

/** `name = "^1.2"`, `name = { version = "*", extras = […] }`: the way of poetry and pipenv. Directories are left out. */
function byVersion(name: string, value: unknown): readonly PythonRequirement[] {
  const fields = table(value)
  if (fields?.path !== undefined || fields?.file !== undefined) return []
  const ref = text(fields?.rev) ?? text(fields?.tag) ?? (fields?.git === undefined ? undefined : text(fields.ref))
  const version = text(value) ?? text(fields?.version) ?? ''
  const pinned = ref !== undefined || /^={0,3}\s*\d[\w.!+-]*$/.test(version)
  return [{ name: normalized(name), text: `${name} ${version || (text(fields?.git) ?? '*')}`, pinned }]
}

function toolOf(root: Table): string | undefined {
  for (const name of ['poetry', 'pdm', 'uv', 'hatch']) if (at(root, 'tool', name) !== undefined) return name
  const backend = text(at(root, 'build-system', 'build-backend')) ?? ''
  return /^(poetry|pdm|uv|hatch|flit|setuptools|maturin)/.exec(backend)?.[1]
}

/** A Pipfile. */
export function readPipfile(root: Table): Wanted {
  const read = (key: string): readonly PythonRequirement[] =>
    entries(root[key]).flatMap(([name, value]) => byVersion(name, value))
  return { requirements: read('packages'), devRequirements: read('dev-packages'), tool: 'pipenv' }
}
