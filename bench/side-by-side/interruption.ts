/** Ends what runs and lets nothing more start once somebody wants to stop, so that everything can be cleared away. */
export const interruption: AbortSignal = untilInterrupted()

function untilInterrupted(): AbortSignal {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => stopping.abort(new Error(`ended by ${name}`)))
  return stopping.signal
}
