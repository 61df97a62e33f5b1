/** A time (ms since the epoch) as docker's `CreatedAt` has it: `2024-05-01 12:00:00 +0000 UTC`. */
export function dateAndTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
}
