import {
  decodeDigest,
  decodeObject,
  isObject,
  type JsonObject,
  list,
  optional,
  type Provenance,
  stringMap,
  strings,
  text,
  wrong,
} from './decode.ts'
import type { Healthcheck, HistoryEntry, ImageConfig, RuntimeConfig } from './types.ts'

/**
 * An image configuration: OCI members and docker's extensions, as BuildKit keeps them; all others (`container_config`,
 * `docker_version`, `Hostname`, …) are dropped. Null counts as absent, an absent `rootfs` is an error.
 */
export function decodeImageConfig(bytes: Uint8Array, from: Provenance): ImageConfig {
  const document = decodeObject(bytes, from)
  const rootfs = document['rootfs']
  if (!isObject(rootfs)) throw wrong(from, 'has no rootfs, so it is not an image configuration')
  const config = document['config'] ?? {}
  if (!isObject(config)) throw wrong(from, 'has a config that is not an object')
  return {
    ...optional('created', text(document, 'created', from)),
    ...optional('author', text(document, 'author', from)),
    architecture: text(document, 'architecture', from) ?? '',
    os: text(document, 'os', from) ?? '',
    ...optional('variant', text(document, 'variant', from)),
    ...optional('os.version', text(document, 'os.version', from)),
    config: decodeRuntime(config, from),
    rootfs: { type: 'layers', diff_ids: list(rootfs, 'diff_ids', from).map((id) => decodeDigest(id, from)) },
    history: list(document, 'history', from).map((entry) => decodeHistory(entry, from)),
  }
}

function decodeRuntime(value: JsonObject, from: Provenance): RuntimeConfig {
  const healthcheck = value['Healthcheck']
  return {
    ...optional('User', text(value, 'User', from)),
    ...optional('ExposedPorts', nameSet(value, 'ExposedPorts', from)),
    ...optional('Env', strings(value, 'Env', from)),
    ...optional('Entrypoint', commandLine(value, 'Entrypoint', from)),
    ...optional('Cmd', commandLine(value, 'Cmd', from)),
    ...optional('Volumes', nameSet(value, 'Volumes', from)),
    ...optional('WorkingDir', text(value, 'WorkingDir', from)),
    ...optional('Labels', stringMap(value, 'Labels', from)),
    ...optional('StopSignal', text(value, 'StopSignal', from)),
    ...optional('ArgsEscaped', flag(value, 'ArgsEscaped', from)),
    ...optional('Healthcheck', isObject(healthcheck) ? decodeHealthcheck(healthcheck, from) : undefined),
    ...optional('OnBuild', strings(value, 'OnBuild', from)),
    ...optional('Shell', strings(value, 'Shell', from)),
  }
}

function decodeHealthcheck(value: JsonObject, from: Provenance): Healthcheck {
  return {
    ...optional('Test', strings(value, 'Test', from)),
    ...optional('Interval', count(value, 'Interval', from)),
    ...optional('Timeout', count(value, 'Timeout', from)),
    ...optional('StartPeriod', count(value, 'StartPeriod', from)),
    ...optional('StartInterval', count(value, 'StartInterval', from)),
    ...optional('Retries', count(value, 'Retries', from)),
  }
}

function decodeHistory(value: unknown, from: Provenance): HistoryEntry {
  if (!isObject(value)) throw wrong(from, 'has a history entry that is not an object')
  return {
    ...optional('created', text(value, 'created', from)),
    ...optional('created_by', text(value, 'created_by', from)),
    ...optional('author', text(value, 'author', from)),
    ...optional('comment', text(value, 'comment', from)),
    ...optional('empty_layer', flag(value, 'empty_layer', from)),
  }
}

/** Very old images have one string where a list belongs; docker reads it as a list of one. */
function commandLine(document: JsonObject, key: string, from: Provenance): readonly string[] | undefined {
  const value = document[key]
  return typeof value === 'string' ? [value] : strings(document, key, from)
}

function nameSet(
  document: JsonObject,
  key: string,
  from: Provenance,
): Readonly<Record<string, Record<string, never>>> | undefined {
  const value = document[key] ?? undefined
  if (value === undefined) return undefined
  if (!isObject(value)) throw wrong(from, `has ${key} that are not an object`)
  return Object.fromEntries(Object.keys(value).map((name) => [name, {}]))
}

function flag(document: JsonObject, key: string, from: Provenance): boolean | undefined {
  const value = document[key] ?? undefined
  if (value !== undefined && typeof value !== 'boolean') throw wrong(from, `has a ${key} that is not true or false`)
  return value
}

function count(document: JsonObject, key: string, from: Provenance): number | undefined {
  const value = document[key] ?? undefined
  if (value !== undefined && typeof value !== 'number') throw wrong(from, `has a ${key} that is not a number`)
  return value
}
