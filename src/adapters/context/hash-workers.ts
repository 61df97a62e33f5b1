import { Worker } from 'node:worker_threads'
import { SlipwayError } from '../../core/index.ts'
import type { StatKey } from './stat-index.ts'

/** A digest with the stat data after the read, or the errno of the failure. */
export type HashAnswer = { readonly hex: string; readonly after: StatKey } | string

export interface HashPool {
  /** Bytes of each file, to cut the work into even pieces. */
  readonly sizes: readonly number[]
  readonly threads: number
  readonly signal?: AbortSignal
  readonly progress?: (bytes: number) => void
}

/**
 * The worker's program as text, because a bundle has no second file and a TypeScript file does not run in a worker. One
 * megabyte a read: sha256 then runs at full speed and memory stays small.
 */
const program = `
const { parentPort } = require('node:worker_threads')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const buffer = Buffer.allocUnsafeSlow(1048576)
function hash(path) {
  let file
  try {
    file = fs.openSync(typeof path === 'string' ? path : Buffer.from(path), 'r')
    const sha = createHash('sha256')
    for (let n = fs.readSync(file, buffer); n > 0; n = fs.readSync(file, buffer)) sha.update(buffer.subarray(0, n))
    const { size, mtimeNs, ctimeNs, ino } = fs.fstatSync(file, { bigint: true })
    return { hex: sha.digest('hex'), after: { size, mtimeNs, ctimeNs, ino } }
  } catch (error) {
    return error.code || String(error)
  } finally {
    if (file !== undefined) fs.closeSync(file)
  }
}
parentPort.on('message', (paths) => parentPort.postMessage(paths.map(hash)))
`

const batchFiles = 256
const batchBytes = 16 * 1024 * 1024

/** Hashes files on worker threads; the answers are in the order of `paths`. Ends every thread it started. */
export async function hashInWorkers(
  paths: readonly (string | Buffer)[],
  pool: HashPool,
): Promise<readonly HashAnswer[]> {
  const batches = cut(pool.sizes)
  const answers: HashAnswer[] = []
  let next = 0
  const serve = async (): Promise<void> => {
    const worker = new Worker(program, { eval: true })
    try {
      for (let batch = batches[next]; batch !== undefined; batch = batches[next]) {
        next += 1
        const { start, end } = batch
        const hashed = await ask(worker, paths.slice(start, end), pool.signal)
        for (const [offset, answer] of hashed.entries()) answers[start + offset] = answer
        pool.progress?.(batch.bytes)
      }
    } finally {
      await worker.terminate()
    }
  }
  const count = Math.max(1, Math.min(pool.threads, batches.length))
  const ends = await Promise.allSettled(Array.from({ length: count }, serve))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return answers
}

interface Batch {
  readonly start: number
  readonly end: number
  readonly bytes: number
}

function cut(sizes: readonly number[]): readonly Batch[] {
  const batches: Batch[] = []
  let start = 0
  let bytes = 0
  for (const [index, size] of sizes.entries()) {
    bytes += size
    const end = index + 1
    if (end - start < batchFiles && bytes < batchBytes && end < sizes.length) continue
    batches.push({ start, end, bytes })
    start = end
    bytes = 0
  }
  return batches
}

function ask(
  worker: Worker,
  paths: readonly (string | Buffer)[],
  signal: AbortSignal | undefined,
): Promise<readonly HashAnswer[]> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => settle(() => reject(new SlipwayError('cancelled', 'the build was cancelled')))
    const answer = (hashed: readonly HashAnswer[]): void => settle(() => resolve(hashed))
    const fail = (error: unknown): void =>
      settle(() => reject(error instanceof Error ? error : new Error(String(error))))
    const settle = (finish: () => void): void => {
      signal?.removeEventListener('abort', cancel)
      worker.off('message', answer)
      worker.off('error', fail)
      finish()
    }
    worker.once('message', answer)
    worker.once('error', fail)
    if (signal?.aborted === true) cancel()
    else {
      signal?.addEventListener('abort', cancel, { once: true })
      worker.postMessage(paths)
    }
  })
}
