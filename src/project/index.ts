/** A listing and a way to read, to a `Project`. Reads lazily; bad files are left out. */
export { describeProject } from './describe-project.ts'
/** Whether pipelines are kept in a directory: those count though hardly any context takes them along. */
export { holdsPipelines } from './pipelines/find-pipelines.ts'
/** What a context holds. */
export type * from './project.ts'
/** Whether a variable, or a setting, of that name holds a credential. */
export { namesCredential } from './secrets/credential-names.ts'
/** What a reader of a directory must give. */
export type { ListedFile, Listing, ProjectAccess } from './project-files.ts'
