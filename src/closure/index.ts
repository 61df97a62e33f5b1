export type { Closure, ClosureImage, Follow, Followed, Gap, GapKind, StartedProgram } from './closure.ts'
export { followers } from './languages/followers.ts'
