/** Linux signal numbers (x86 and arm) by name without `SIG`; 34 to 64 are the real-time ones. */
const numbers: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    (
      'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG ' +
      'XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
    )
      .split(' ')
      .map((name, index) => [name, index + 1]),
  ),
  IOT: 6,
  CLD: 17,
  POLL: 29,
  UNUSED: 31,
  RTMIN: 34,
  ...Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`RTMIN+${index + 1}`, 35 + index])),
  ...Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`RTMAX-${index + 1}`, 63 - index])),
  RTMAX: 64,
}

/** The names as people write them: `SIGHUP`, … */
export const signalNames: readonly string[] = Object.keys(numbers).map((name) => `SIG${name}`)

/** The number of a signal written as a name (`SIGTERM`, `term`, `RTMIN+3`) or as a number; undefined when it is none. */
export function parseSignal(text: string): number | undefined {
  if (/^[+-]?\d+$/.test(text)) return Number(text) === 0 ? undefined : Number(text)
  const name = text.toUpperCase().replace(/^SIG/, '')
  return Object.hasOwn(numbers, name) ? numbers[name] : undefined
}
