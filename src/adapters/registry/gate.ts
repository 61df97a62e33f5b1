/** Admits at most `size` holders at a time, in the order of their arrival. */
export interface Gate {
  enter(): Promise<void>
  leave(): void
}

export function createGate(size: number): Gate {
  let inside = 0
  const waiting: (() => void)[] = []
  return {
    async enter() {
      if (inside < size) inside += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
    leave() {
      const next = waiting.shift()
      if (next === undefined) inside -= 1
      else next()
    },
  }
}
