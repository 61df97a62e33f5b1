import { createTransport, isTransient, networkFailure } from '../../adapters/registry/index.ts'
import type { Wire } from '../../adapters/remote-cache/index.ts'

/** HTTP for caches as for registries: the same proxies and certificates. Close it when done. */
export function openWire(env: Readonly<Record<string, string | undefined>>): Wire {
  const { send, close } = createTransport(env)
  return { send, close, isPassing: isTransient, reason: (url, error) => networkFailure(url, error).message }
}
