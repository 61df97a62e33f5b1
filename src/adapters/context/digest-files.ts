import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Digest, digestFromHex, fsPath, SlipwayError } from '../../core/index.ts'
import { hashInWorkers } from './hash-workers.ts'
import { openStatIndex, type StatKey } from './stat-index.ts'

export interface DigestOptions {
  /** A file that remembers digests between builds; without it every file is read. */
  readonly indexFile?: string
  readonly signal?: AbortSignal
  /** Called with the bytes of files that needed no reading any more, or were read. */
  readonly progress?: (bytes: number) => void
  /** Threads to hash on; by default one for every CPU, at most four. */
  readonly threads?: number
}

/** Below both limits hashing on the spot (a few milliseconds) beats starting a thread (30 ms). */
const inlineFiles = 200
const inlineBytes = 8 * 1024 * 1024

/** A regular file of this machine, and what the system said of it. */
export interface FileToDigest {
  readonly path: string
  readonly key: StatKey
}

/**
 * SHA-256 of host files, by path as given. Files whose size, times and inode are those of the index are not read. Many
 * or large files are hashed on worker threads, so that the caller's event loop stays free. Throws `context-unreadable`.
 */
export async function digestFiles(
  files: readonly FileToDigest[],
  options: DigestOptions = {},
): Promise<ReadonlyMap<string, Digest>> {
  const index = openStatIndex(options.indexFile)
  const digests = new Map<string, Digest>()
  const jobs: FileToDigest[] = []
  let bytes = 0
  for (const { path, key } of files) {
    const known = index.get(path, key)
    if (known === undefined) {
      jobs.push({ path, key })
      bytes += Number(key.size)
    } else {
      digests.set(path, known)
      options.progress?.(Number(key.size))
    }
  }
  const readAt = Date.now()
  const small = jobs.length <= inlineFiles && bytes <= inlineBytes
  const hashed = small ? jobs.map(({ path }) => hashFile(path)) : await hashOnThreads(jobs, options)
  for (const [position, { path, key }] of jobs.entries()) {
    const { hex, after } = hashed[position] as Hashed
    const digest = digestFromHex(hex)
    digests.set(path, digest)
    if (sameStat(key, after)) index.set(path, key, { digest, readAt })
    if (small) options.progress?.(Number(key.size))
  }
  index.save()
  return digests
}

interface Hashed {
  readonly hex: string
  /** Stat data after the read. */
  readonly after: StatKey
}

const buffer = Buffer.allocUnsafeSlow(1024 * 1024)

function hashFile(path: string): Hashed {
  return readable(path, () => {
    const file = openSync(fsPath(path), 'r')
    try {
      const hash = createHash('sha256')
      for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer))
        hash.update(buffer.subarray(0, length))
      return { hex: hash.digest('hex'), after: fstatSync(file, { bigint: true }) }
    } finally {
      closeSync(file)
    }
  })
}

async function hashOnThreads(
  jobs: readonly FileToDigest[],
  { signal, progress, threads }: DigestOptions,
): Promise<readonly Hashed[]> {
  const sizes = jobs.map(({ key }) => Number(key.size))
  const answers = await hashInWorkers(
    jobs.map(({ path }) => fsPath(path)),
    {
      sizes,
      threads: threads ?? Math.min(4, availableParallelism()),
      ...(signal === undefined ? {} : { signal }),
      ...(progress === undefined ? {} : { progress }),
    },
  )
  return answers.map((answer, position) => {
    if (typeof answer === 'object') return answer
    return readable((jobs[position] as FileToDigest).path, () => {
      throw Object.assign(new Error(answer), { code: answer })
    })
  })
}

function sameStat(a: StatKey, b: StatKey): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new SlipwayError(
      'context-unreadable',
      `cannot read ${path}: ${code === 'EACCES' ? 'permission denied' : code}`,
      {
        hint:
          code === 'ENOENT'
            ? 'the file went away during the build'
            : 'make it readable, or exclude it with a .dockerignore file',
        cause: error,
      },
    )
  }
}
