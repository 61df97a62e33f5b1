import { SlipwayError } from '../../core/index.ts'
import type { RegistryHost } from './registry-host.ts'
import type { Session } from './session.ts'

/** One host of several. A mirror gets one chance per request: waiting for it would take longer than asking the next. */
export interface Turn {
  /** `retries` are tries after the first; absent for the registry itself: as many as the session makes. */
  readonly at: { readonly host: RegistryHost; readonly retries?: number }
  /** Notes that the host has failed; throws the error, with those of the hosts before, when there is nobody else to ask. */
  failed(error: unknown): void
}

/** The hosts to ask, one after the other. Mirrors that could not be reached are left out from then on. */
export function* turns(session: Session, hosts: readonly RegistryHost[]): Generator<Turn> {
  const notes: string[] = []
  const last = hosts.at(-1)
  for (const host of hosts.filter((candidate) => candidate === last || !session.unreachable.has(candidate))) {
    yield {
      at: host === last ? { host } : { host, retries: 0 },
      failed(error) {
        if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error
        if (host === last) throw withNotes(error, notes)
        if (error.code === 'registry-unreachable') session.unreachable.add(host)
        notes.push(`mirror ${new URL(host.api).host}: ${error.message}`)
      },
    }
  }
}

/** What the first host gives that does not fail. */
export async function fromFirst<T>(
  session: Session,
  hosts: readonly RegistryHost[],
  ask: (at: Turn['at']) => Promise<T>,
): Promise<T> {
  for (const turn of turns(session, hosts)) {
    try {
      return await ask(turn.at)
    } catch (error) {
      turn.failed(error)
    }
  }
  throw new SlipwayError('internal', 'there is no host to ask')
}

function withNotes(error: SlipwayError, notes: readonly string[]): SlipwayError {
  if (notes.length === 0) return error
  return new SlipwayError(error.code, error.message, {
    notes: [...notes, ...error.notes],
    cause: error,
    retryable: error.retryable,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}
