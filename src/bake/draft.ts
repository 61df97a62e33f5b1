import type { Location } from '../core/index.ts'
import type { MappedText } from './mapped-text.ts'

export interface AttributeKind {
  readonly shape: 'text' | 'flag' | 'texts' | 'members' | 'entries'
  /** Whether what is inherited stays beside what the target says itself. */
  readonly joins: boolean
}

/** `type=registry,ref=…`: keys and values, as a secret, a cache or an output is written. */
export type Entry = Readonly<Record<string, string | readonly string[]>>

export interface TargetAttribute {
  /** The value in the file. */
  readonly at: Location
  readonly value: string | boolean | readonly string[] | ReadonlyMap<string, string> | readonly Entry[]
  readonly inline?: MappedText
}

/** A target as it is written, before it has what it inherits. */
export interface TargetDraft {
  readonly name: string
  /** Its name in the first file that has it. */
  readonly at: Location
  readonly attributes: ReadonlyMap<string, TargetAttribute>
}
