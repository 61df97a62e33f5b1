import type { Pitfall } from '../pitfall.ts'
import { addInsteadOfCopy } from '../rules/add-instead-of-copy.ts'
import { remoteAddUnverified } from '../rules/remote-add-unverified.ts'
import { shellFormCmd } from '../rules/shell-form-cmd.ts'

/** Single instructions: form and habit. */
export const instructions: readonly Pitfall[] = [addInsteadOfCopy, remoteAddUnverified, shellFormCmd]
