/** Runs at most `size` tasks at a time, in the order of their arrival. */
export function createLimit(size: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  const release = (): void => {
    running -= 1
    waiting.shift()?.()
  }
  return async (task) => {
    if (running >= size) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await task()
    } finally {
      release()
    }
  }
}
