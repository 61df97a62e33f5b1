import { isMap, isScalar, type Node } from 'yaml'
import { readPair } from '../pipelines/build-command.ts'
import type { ComposeFile, PipelineBuild } from '../project.ts'
import { nameOf, type ProjectFiles } from '../project-files.ts'
import {
  child,
  entriesOf,
  itemsOf,
  parseYaml,
  scalarText,
  spanOf,
  spanOfEntry,
  textAt,
  type YamlEntry,
} from '../yaml-document.ts'

const most = 50
const largest = 512 << 10

/** Every compose file that can be read, in the order of their paths. */
export function composeFiles(files: ProjectFiles): readonly ComposeFile[] {
  const found = files.own.filter(
    ({ path, kind, size }) =>
      kind === 'file' && size <= largest && /^(?:docker-)?(?:compose|stack)(?:[.-][\w.-]+)?\.ya?ml$/.test(nameOf(path)),
  )
  return found.slice(0, most).flatMap(({ path }) => {
    const source = files.source(path)
    const root = source === undefined ? undefined : parseYaml(source.text)[0]
    const services = child(root, 'services')
    if (source === undefined || !isMap(services)) return []
    const entries = entriesOf(services)
    return [{ path, source, production: isForProduction(nameOf(path), entries), services: entries.map(service) }]
  })
}

const productionName = /(?:^|[._-])(?:prod|production|release|live|staging|stage|deploy)(?:[._-]|$)/i

function isForProduction(name: string, services: readonly YamlEntry[]): boolean {
  if (productionName.test(name)) return true
  return services.some(({ value }) =>
    itemsOf(child(value, 'profiles')).some((item) => productionName.test(scalarText(item) ?? '')),
  )
}

function service(entry: YamlEntry): ComposeFile['services'][number] {
  const { key, value } = entry
  const image = textAt(value, 'image')
  const build = buildOf(child(value, 'build'))
  const command = commandOf(child(value, 'command'))
  const user = textAt(value, 'user')
  const healthcheck = child(value, 'healthcheck')
  return {
    name: key,
    span: spanOfEntry(entry),
    ...(image === undefined ? {} : { image }),
    ...(build === undefined ? {} : { build }),
    ...(command === undefined ? {} : { command }),
    hasHealthcheck: healthcheck !== undefined && textAt(healthcheck, 'disable') !== 'true',
    ...(user === undefined ? {} : { user }),
  }
}

function buildOf(node: Node | undefined): ComposeFile['services'][number]['build'] {
  const short = scalarText(node)
  if (short !== undefined) return { context: short, args: [] }
  if (!isMap(node)) return undefined
  const dockerfile = textAt(node, 'dockerfile')
  const target = child(node, 'target')
  const name = scalarText(target)
  return {
    context: textAt(node, 'context') ?? '.',
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(name === undefined || target === undefined ? {} : { target: name, targetSpan: spanOf(target) }),
    args: argsOf(child(node, 'args')),
  }
}

function argsOf(node: Node | undefined): PipelineBuild['buildArgs'] {
  if (isMap(node)) {
    return entriesOf(node).map((entry) => {
      const value = scalarText(entry.value)
      return { name: entry.key, span: spanOfEntry(entry), ...(value === undefined ? {} : { value }) }
    })
  }
  return itemsOf(node).flatMap((item) =>
    isScalar(item) ? [readPair({ text: scalarText(item) ?? '', span: spanOf(item) })] : [],
  )
}

function commandOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined
  return (
    scalarText(node) ??
    itemsOf(node)
      .map((item) => scalarText(item) ?? '')
      .join(' ')
  )
}
