import { SlipwayError } from '../../core/index.ts'

/**
 * Runs work that must end within so many milliseconds; its signal aborts then. Work that ignores the signal is not waited
 * for either. Rejects with `cache-unavailable` when the time is over.
 */
export async function withinDeadline<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(milliseconds)
  const both = AbortSignal.any([signal, deadline])
  const late = new Promise<never>((_, reject) => {
    both.addEventListener('abort', () => reject(both.reason as Error), { once: true })
  })
  try {
    return await Promise.race([work(both), late])
  } catch (error) {
    if (signal.aborted || !deadline.aborted) throw error
    throw new SlipwayError('cache-unavailable', `it took longer than ${milliseconds / 1000} s`, {
      hint: 'give it more time with timeout=10m',
      cause: error,
    })
  }
}
