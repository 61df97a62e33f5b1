/** What a build context holds. */
export type * from './project.ts'
