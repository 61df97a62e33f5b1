/** The last lines of a step's output, for the error that follows a failure. */
export interface LogTail {
  add(stream: 'stdout' | 'stderr', data: Uint8Array): void
  lines(): readonly string[]
}

/** Longest line that is kept whole; the log file has the rest. */
const longest = 2000

/** Keeps the last `limit` lines of both streams in the order in which they were completed. */
export function logTail(limit: number): LogTail {
  const kept: string[] = []
  const open = { stdout: '', stderr: '' }
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  const keep = (line: string): void => {
    kept.push(line.replace(/\r$/, '').slice(0, longest))
    if (kept.length > limit) kept.shift()
  }
  return {
    add(stream, data) {
      const [first = '', ...others] = decoders[stream].decode(data, { stream: true }).split('\n')
      open[stream] += first
      for (const next of others) {
        keep(open[stream])
        open[stream] = next
      }
      if (open[stream].length > longest) open[stream] = open[stream].slice(0, longest)
    },
    lines: () => [...kept, ...[open.stdout, open.stderr].filter((line) => line !== '')].slice(-limit),
  }
}
