import type { CallWorker } from './worker-process.ts'

/** A stream of this process that may be a terminal. */
export interface TerminalWindow {
  readonly rows?: number
  readonly columns?: number
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** What a container on the streams of this process needs of it. */
export interface ContainerOutside {
  /** The terminal that the container's is shown on. */
  readonly window: TerminalWindow
  /** Hands every SIGINT and SIGTERM of this process to the container instead; returns what ends that. */
  readonly takeSignals: (listener: (name: NodeJS.Signals) => void) => () => void
}

interface TerminalSize {
  readonly rows: number
  readonly columns: number
}

/** Passes signals and, with a terminal, its size on to the container that runs during `use`. */
export async function attached<T>(
  { call }: { readonly call: CallWorker },
  { window, takeSignals, terminal }: ContainerOutside & { readonly terminal: boolean },
  use: (size: { readonly size?: TerminalSize }) => Promise<T>,
): Promise<T> {
  const release = takeSignals((name) => void call('signal', { name }).catch(() => {}))
  const onResize = (): void => {
    const size = sizeOf(window)
    if (size !== undefined) void call('resize', { size }).catch(() => {})
  }
  if (terminal) window.on('resize', onResize)
  try {
    const size = terminal ? sizeOf(window) : undefined
    return await use(size === undefined ? {} : { size })
  } finally {
    window.off('resize', onResize)
    release()
  }
}

function sizeOf({ rows, columns }: TerminalWindow): TerminalSize | undefined {
  return rows === undefined || columns === undefined || rows === 0 || columns === 0 ? undefined : { rows, columns }
}
