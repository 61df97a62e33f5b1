/** How far a job is. `total` is absent while it is not known. */
export type Progress = (current: number, total?: number) => void

/** At most one report in 100 ms: each crosses a thread. */
export function throttled(report: Progress): Progress {
  let last = 0
  return (current, total) => {
    const now = performance.now()
    if (current !== total && now - last < 100) return
    last = now
    report(current, total)
  }
}
