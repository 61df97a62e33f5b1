import { readFileSync } from 'node:fs'
import path from 'node:path'
import { canonicalJson, digestOf, hexOf } from '../../core/index.ts'
import type { BuildTrace, TracedStep } from '../../why/index.ts'
import { recentFiles, writeRecent } from '../recent-files.ts'

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
  const read = (file: string): BuildTrace | undefined => {
    try {
      return decodeTrace(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      return undefined
    }
  }
  return {
    get: async (series) => read(fileOf(directory, series)),
    put: async (series, trace) => writeRecent(fileOf(directory, series), JSON.stringify(trace), limit),
    async newest(count) {
      const traces = recentFiles(directory).slice(0, count).map(read)
      return traces.filter((trace) => trace !== undefined)
    },
  }
}

function fileOf(directory: string, series: BuildSeries): string {
  return path.join(directory, `${hexOf(digestOf(canonicalJson({ ...series })))}.json`)
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
