/** Edits of a text, put in order and made. */
export { applyEdits, orderedEdits } from './apply-edits.ts'
/** Whether edits of a Dockerfile have changed nothing but what they were to change. */
export { sameOutside } from './same-outside.ts'
/** A change for people and for `git apply`. */
export { type FileChange, unifiedDiff } from './unified-diff.ts'
/** Words and flags of an instruction. */
export {
  insertFlag,
  insertWordAfter,
  type Placed,
  removeFlag,
  removeLine,
  removeWord,
  replaceWord,
} from './edit-words.ts'
/** Whole instructions. */
export { deleteInstruction, insertAfter, insertBefore } from './edit-instructions.ts'
/** Commands of a RUN. */
export { appendCommand, removeCommand } from './edit-commands.ts'
/** The words of a command line that needs no shell, for the exec form. */
export { plainArguments } from './plain-arguments.ts'
