import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Mounter } from './linux-mount.ts'
import type { StepIo } from './step-spec.ts'

/** What is needed to make standard streams. */
export interface StreamPlaces {
  readonly mounter: Mounter
  /** A private directory in memory. */
  readonly directory: string
  /** A null device to read from. Runtimes give it to the step's user, so it must not be the host's where they can. */
  readonly nullDevice: string
}

/** The standard streams of a step. */
export interface StepStreams {
  readonly stdio: readonly ('inherit' | number)[]
  /** Closes this process' copies of what the step has got. */
  handOver(): void
  /** Settles when the step and all that it started have closed their ends. */
  readonly drained: Promise<void>
}

/**
 * Streams for a step. Captured output goes through named pipes because Node's own pipes are sockets, and opening a socket
 * again (`echo > /dev/stderr`) fails.
 */
export function openStreams(places: StreamPlaces, io: StepIo): StepStreams {
  const input = openSync(places.nullDevice, 'r')
  if (io.kind === 'inherit') {
    return {
      stdio: [io.stdin ? 'inherit' : input, 'inherit', 'inherit'],
      handOver: () => closeSync(input),
      drained: Promise.resolve(),
    }
  }
  const names = ['stdout', 'stderr'] as const
  places.mounter.makePipes(names.map((name) => join(places.directory, name)))
  const pipes = names.map((name) => openPipe(join(places.directory, name), (data) => io.write(name, data)))
  return {
    stdio: [input, ...pipes.map(({ writeEnd }) => writeEnd)],
    handOver: () => {
      for (const descriptor of [input, ...pipes.map(({ writeEnd }) => writeEnd)]) closeSync(descriptor)
    },
    drained: Promise.all(pipes.map(({ closed }) => closed)).then(() => undefined),
  }
}

function openPipe(
  path: string,
  write: (data: Uint8Array) => void,
): { readonly writeEnd: number; readonly closed: Promise<void> } {
  // The reading end first and without waiting: each open of a pipe blocks until the other end is there.
  const reader = new Socket({
    fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  })
  const writeEnd = openSync(path, constants.O_WRONLY)
  reader.on('data', write)
  const closed = new Promise<void>((resolve, reject) => {
    reader.once('close', () => resolve())
    reader.once('error', reject)
  })
  return { writeEnd, closed }
}
