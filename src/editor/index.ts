/** What can be written at a place of a Dockerfile. */
export { type Completion, completionsAt, type ListDirectory } from './completions.ts'
