export type * from './ast.ts'
/** The value of a `check` directive or comment, and descriptions in comments. */
export { type CheckOptions, checkComment, describedBy, parseCheck } from './check-options.ts'
/** Sizes (`64m`, `1.5GiB`) in bytes. */
export { parseRamSize } from './option-values.ts'
/** Go durations (`1h30m`) in nanoseconds. */
export { parseDuration } from './duration.ts'
/** Variables, quotes and escapes in words and heredoc bodies. */
export {
  type Environment,
  type EscapeCharacter,
  type Expanded,
  type ExpandedWords,
  type ExpansionFault,
  expandHeredoc,
  expandWord,
  expandWords,
  expansionsOf,
  unquoteWord,
} from './expand.ts'
/** Flags of an instruction by name. */
export { flagNames, flagOn, flagsNamed, flagValue } from './flags.ts'
/** The keywords of the language. */
export { keywords } from './instruction.ts'
/** The one-line text of an instruction. */
export { instructionText } from './instruction-text.ts'
/** A variable reference in a text. */
export type { Reference } from './lexer.ts'
/** From offsets of a logical text back to the source. */
export { sliceText, toSourceOffset, toSourceSpan } from './logical-text.ts'
/** `RUN --mount` and `RUN --device`. */
export {
  type DeviceOptions,
  type Expand,
  type MountResult,
  type OptionFailure,
  parseDevice,
  parseMount,
} from './mount.ts'
/** What a mount says. */
export type { CacheSharing, MountOptions, MountType } from './mount-options.ts'
/** Whether a word opens a heredoc. */
export { isHeredocWord } from './heredoc.ts'
/** Text to AST. */
export { parseDockerfile } from './parse.ts'
/** Ports of EXPOSE. */
export { type PortSpec, type PortSpecResult, parsePortSpec } from './port-spec.ts'
/** The AST for people and programs. */
export { astToJson, astToLines } from './print-ast.ts'
/** AST to text. */
export { printDockerfile } from './print.ts'
/** Signals of STOPSIGNAL. */
export { parseSignal, signalNames } from './signal.ts'
/** `user[:group]` of USER and `--chown`. */
export { parseUserSpec, type UserSpec } from './user-spec.ts'
/** What a path word stands for. */
export { wordText } from './words.ts'
