import type { LayerStore } from '../../adapters/layer-store/index.ts'
import type { ExecRequest, LayerRef, StepSinks } from '../../solver/index.ts'
import type { CacheReport } from '../worker/cache-report.ts'
import type { WorkerNote } from '../worker/protocol.ts'
import { openCacheLedger } from './cache-ledger.ts'
import { toLog } from './forward-notes.ts'
import { checkResults } from './stale-results.ts'
import type { Trees } from './trees.ts'
import { type CacheKeeper, execJob, withCaches } from './with-caches.ts'

export interface StepRunner extends CacheKeeper {
  readonly layers: Pick<LayerStore, 'readIndex'>
  readonly trees: Trees
  /** For people, about this machine rather than about a step. */
  readonly tell: (sentence: string) => void
}

/** Runs a RUN with its cache mounts, and tells what they did for it and whether its results are those of its sources. */
export function runStep(
  runner: StepRunner,
  request: ExecRequest,
  { sinks, signal }: { readonly sinks: StepSinks; readonly signal: AbortSignal },
): Promise<LayerRef> {
  return withCaches(runner, request, {
    signal,
    use: async (held) => {
      const ledger = openCacheLedger(request, held)
      const log = toLog(sinks.log, runner.tell)
      let report: CacheReport | undefined
      const onNote = (note: WorkerNote): void => {
        if (note.kind === 'caches') report = note.report
        else log(note)
      }
      const layer = await runner.call('exec', execJob(request, held), { signal, onNote })
      if (report !== undefined) ledger.enter(report, sinks)
      // It worked: what cannot be found out about it is no reason to fail.
      await checkResults(runner, request, { layer, held, report, sinks, signal }).catch(() => {})
      return layer
    },
  })
}
