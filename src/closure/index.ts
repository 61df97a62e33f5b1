export type {
  Closure,
  ClosureImage,
  Follow,
  Followed,
  Gap,
  GapKind,
  StartedProgram,
  StartInstruction,
} from './closure.ts'
/** What an image needs to start, and what of that it lacks. Pure, never throws for damaged files. */
export { closureOf } from './closure-of.ts'
export { followers } from './languages/followers.ts'
