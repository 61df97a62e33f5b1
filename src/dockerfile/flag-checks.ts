import type { Flag, Instruction } from './ast.ts'
import { parseDuration } from './duration.ts'
import type { Fault } from './fault.ts'
import { flagFault } from './flags.ts'
import { mountSyntaxFault, parseDevice } from './mount.ts'

/** What is wrong with the flags of an instruction, as far as it shows before variables are expanded. */
export function checkFlags(keyword: string, instruction: Instruction): readonly Fault[] {
  // Builders read no flags here, so they cannot find fault with them.
  if (keyword === 'ARG' || keyword === 'STOPSIGNAL') return []
  if (instruction.kind === 'HEALTHCHECK' && instruction.none) return []
  return instruction.flags.flatMap((flag, index) => {
    const fault = flagFault(keyword, flag, instruction.flags.slice(0, index)) ?? valueFault(keyword, flag)
    return fault === undefined ? [] : [{ span: flag.span, ...fault }]
  })
}

function valueFault(keyword: string, flag: Flag): Omit<Fault, 'span'> | undefined {
  const value = flag.content ?? ''
  if (keyword === 'HEALTHCHECK') return flag.key === 'retries' ? retriesFault(value) : durationFault(flag.key, value)
  if (keyword !== 'RUN') return undefined
  switch (flag.key) {
    case 'network':
      return /^(?:default|none|host)$/.test(value)
        ? undefined
        : { message: `invalid network mode ${JSON.stringify(value)}` }
    case 'security':
      return /^(?:sandbox|insecure)$/.test(value)
        ? undefined
        : { message: `security ${JSON.stringify(value)} is not valid` }
    case 'device': {
      const device = parseDevice(value)
      return 'error' in device ? faultFrom(device) : undefined
    }
    default: {
      const fault = mountSyntaxFault(value)
      return fault === undefined ? undefined : faultFrom(fault)
    }
  }
}

function faultFrom(failure: { readonly error: string; readonly hint?: string }): Omit<Fault, 'span'> {
  return { message: failure.error, ...(failure.hint === undefined ? {} : { hint: failure.hint }) }
}

function durationFault(name: string, value: string): Omit<Fault, 'span'> | undefined {
  if (value === '') return undefined
  const duration = parseDuration(value)
  if (duration === undefined)
    return {
      message: `invalid duration ${JSON.stringify(value)} for --${name}`,
      hint: value.includes('$')
        ? 'variables mean nothing in the flags of HEALTHCHECK: write the value itself, like 30s'
        : 'write it like 30s, 1m30s or 500ms',
    }
  if (duration === 0n || duration >= 1_000_000n) return undefined
  return {
    message: `Interval ${JSON.stringify(name)} cannot be less than 1ms`,
    hint: 'leave the flag out, or write 0, for what the runtime takes by default',
  }
}

function retriesFault(value: string): Omit<Fault, 'span'> | undefined {
  if (value === '') return undefined
  const hint = 'write how often the command may fail in a row, like 3'
  if (!/^[+-]?\d+$/.test(value)) return { message: `--retries is not a whole number: ${JSON.stringify(value)}`, hint }
  if (Math.abs(Number(value)) > 2 ** 31 - 1) return { message: `--retries is too large: ${value}`, hint }
  return Number(value) < 0 ? { message: `--retries cannot be negative (${Number(value)})`, hint } : undefined
}
