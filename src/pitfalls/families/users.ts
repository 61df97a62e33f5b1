import type { Pitfall } from '../pitfall.ts'
import { missingChown } from '../rules/missing-chown.ts'
import { rootHomeWithNonroot } from '../rules/root-home-with-nonroot.ts'
import { rootUser } from '../rules/root-user.ts'
import { userCreatedUnused } from '../rules/user-created-unused.ts'
import { userNotInImage } from '../rules/user-not-in-image.ts'

/** Who runs the program, and what that user may do. */
export const users: readonly Pitfall[] = [
  missingChown,
  rootHomeWithNonroot,
  rootUser,
  userCreatedUnused,
  userNotInImage,
]
