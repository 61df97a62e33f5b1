import { hasSince, type NodeVersion } from './node-version.ts'

const plain = new Set(
  (
    'assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns ' +
    'dns/promises domain events fs fs/promises http http2 https inspector inspector/promises module net os path path/posix ' +
    'path/win32 perf_hooks process punycode querystring readline readline/promises repl stream stream/consumers ' +
    'stream/promises stream/web string_decoder sys timers timers/promises tls trace_events tty url util util/types v8 vm ' +
    'wasi worker_threads zlib'
  ).split(' '),
)

/** Modules that came after Node 16, with the lines that have them. */
const younger: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'node:test': { 16: 17, 18: 0 },
  'node:test/reporters': { 18: 17, 19: 9 },
  'node:sea': { 18: 20, 20: 12, 21: 7 },
  'node:sqlite': { 22: 5, 23: 0 },
}

export type Builtin = 'yes' | 'no' | { readonly missingIn: NodeVersion }

/** Whether a specifier names a module of Node itself. Unknown `node:` names count as known ones where the version is not known. */
export function builtinModule(specifier: string, version: NodeVersion | undefined): Builtin {
  if (!specifier.startsWith('node:'))
    return plain.has(specifier) || (specifier.startsWith('_') && underscored.test(specifier)) ? 'yes' : 'no'
  const lines = younger[specifier]
  if (lines === undefined || version === undefined || hasSince(version, lines)) return 'yes'
  return { missingIn: version }
}

const underscored = /^_(http|stream|tls)_/
