import type { Pitfall } from '../pitfall.ts'
import { secretFileCopied } from '../rules/secret-file-copied.ts'
import { secretFileInContext } from '../rules/secret-file-in-context.ts'
import { secretInArg } from '../rules/secret-in-arg.ts'
import { secretInEnv } from '../rules/secret-in-env.ts'
import { secretInRun } from '../rules/secret-in-run.ts'
import { secretMountNotRequired } from '../rules/secret-mount-not-required.ts'

/** Credentials that reach the image or its makers. */
export const secrets: readonly Pitfall[] = [
  secretFileCopied,
  secretFileInContext,
  secretInArg,
  secretInEnv,
  secretInRun,
  secretMountNotRequired,
]
