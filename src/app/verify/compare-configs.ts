import type { Json } from '../../core/index.ts'

/** The first member, by name, in which two documents differ. */
export interface ConfigDifference {
  /** `config.Env[2]` */
  readonly member: string
  /** As JSON; undefined where there is none. */
  readonly was: string | undefined
  readonly is: string | undefined
}

/** Compares JSON values member by member. Undefined when they are equal. */
export function firstDifference(
  was: Json | undefined,
  is: Json | undefined,
  member = '',
): ConfigDifference | undefined {
  if (isObject(was) && isObject(is)) {
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()
    for (const name of names) {
      const found = firstDifference(was[name], is[name], member === '' ? name : `${member}.${name}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (Array.isArray(was) && Array.isArray(is)) {
    for (let at = 0; at < Math.max(was.length, is.length); at += 1) {
      const found = firstDifference(was[at] as Json | undefined, is[at] as Json | undefined, `${member}[${at}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  const [before, after] = [was, is].map((value) => (value === undefined ? undefined : JSON.stringify(value)))
  return before === after ? undefined : { member, was: before, is: after }
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
