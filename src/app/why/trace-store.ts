import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { canonicalJson, digestOf, hexOf } from '../../core/index.ts'
import type { BuildTrace, TracedStep } from '../../why/index.ts'

/** What makes two builds comparable: the same file, context and target. */
export interface BuildSeries {
  readonly dockerfile: string
  readonly context: string
  readonly target: string
}

/** The last build of every series. Whatever is unreadable counts as forgotten. */
export interface TraceStore {
  get(series: BuildSeries): Promise<BuildTrace | undefined>
  put(series: BuildSeries, trace: BuildTrace): Promise<void>
  /** The builds that ended last, newest first. */
  newest(count: number): Promise<readonly BuildTrace[]>
}

/** How many series are remembered; a trace of 50 steps takes 100 kB. */
const limit = 200

/** Traces as JSON files in a directory; the oldest go when there are more than 200. */
export function openTraceStore(directory: string): TraceStore {
  const read = async (file: string): Promise<BuildTrace | undefined> => {
    const text = await readFile(file, 'utf8').catch(() => '')
    try {
      return decodeTrace(JSON.parse(text))
    } catch {
      return undefined
    }
  }
  return {
    get: (series) => read(fileOf(directory, series)),
    async put(series, trace) {
      const draft = path.join(directory, `.${randomUUID()}`)
      await mkdir(directory, { recursive: true })
      await writeFile(draft, JSON.stringify(trace))
      await rename(draft, fileOf(directory, series))
      const old = (await byAge(directory)).slice(limit)
      await Promise.all(old.map((file) => rm(file, { force: true })))
    },
    async newest(count) {
      const traces = await Promise.all((await byAge(directory)).slice(0, count).map(read))
      return traces.filter((trace) => trace !== undefined)
    },
  }
}

function fileOf(directory: string, series: BuildSeries): string {
  return path.join(directory, `${hexOf(digestOf(canonicalJson({ ...series })))}.json`)
}

/** Newest first. */
async function byAge(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => !name.startsWith('.'))
  const files = names.map((name) => path.join(directory, name))
  const aged = await Promise.all(files.map(async (file) => ({ file, time: (await stat(file)).mtimeMs })))
  return aged.sort((a, b) => b.time - a.time).map(({ file }) => file)
}

/** Only this program writes these files: what has the right outline is taken as it is. */
function decodeTrace(value: unknown): BuildTrace | undefined {
  const { started, title, steps } = (value ?? {}) as Partial<BuildTrace>
  if (typeof started !== 'number' || typeof title !== 'string' || !Array.isArray(steps)) return undefined
  return steps.every(isStep) ? { started, title, steps } : undefined
}

function isStep(value: unknown): value is TracedStep {
  const { stage, platform, text, key, parts } = (value ?? {}) as Partial<TracedStep>
  const texts = [stage, platform, text, key]
  return texts.every((one) => typeof one === 'string') && typeof parts === 'object' && parts !== null
}
