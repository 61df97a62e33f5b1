import { bases } from './families/bases.ts'
import { caching } from './families/caching.ts'
import { context } from './families/context.ts'
import { dependencies } from './families/dependencies.ts'
import { image } from './families/image.ts'
import { instructions } from './families/instructions.ts'
import { packages } from './families/packages.ts'
import { pipelines } from './families/pipelines.ts'
import { runtime } from './families/runtime.ts'
import { secrets } from './families/secrets.ts'
import { stages } from './families/stages.ts'
import { users } from './families/users.ts'
import type { Pitfall } from './pitfall.ts'

/** Every rule, in the order of their ids. */
export const allPitfalls: readonly Pitfall[] = [
  ...bases,
  ...caching,
  ...context,
  ...dependencies,
  ...image,
  ...instructions,
  ...packages,
  ...pipelines,
  ...runtime,
  ...secrets,
  ...stages,
  ...users,
].sort((a, b) => (a.id < b.id ? -1 : 1))
