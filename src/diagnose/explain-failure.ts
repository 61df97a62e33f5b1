import { untrustedAuthority } from './cases/authority.ts'
import { foreignLibc, libraryVersion, sharedLibrary } from './cases/c-library.ts'
import { accountFlags, missingCommand } from './cases/missing-command.ts'
import { network } from './cases/network.ts'
import { notExecutable, notPermitted, packageManagerAsUser } from './cases/permission.ts'
import { lockFile, managedPython, missingDirectory, missingHeader, missingScript } from './cases/project.ts'
import { noSpace, outOfMemory, readOnly } from './cases/resources.ts'
import { carriageReturn, execFormat, missingLoader, missingProgram } from './cases/start-failure.ts'
import { staleLists, unknownPackage } from './cases/unknown-package.ts'
import type { Explanation, FailedStep, Recogniser } from './failed-step.ts'

/** What is surest and least likely to be a consequence of something else comes first. */
const recognisers: readonly Recogniser[] = [
  outOfMemory,
  noSpace,
  missingProgram,
  carriageReturn,
  missingLoader,
  execFormat,
  notExecutable,
  readOnly,
  packageManagerAsUser,
  notPermitted,
  libraryVersion,
  foreignLibc,
  sharedLibrary,
  untrustedAuthority,
  staleLists,
  unknownPackage,
  network,
  managedPython,
  lockFile,
  missingScript,
  accountFlags,
  missingHeader,
  missingCommand,
  missingDirectory,
]

/** What most likely went wrong; undefined when nothing is known. A false explanation is worse than none. */
export function explainFailure(step: FailedStep): Explanation | undefined {
  for (const recognise of recognisers) {
    const explanation = recognise(step)
    if (explanation !== undefined) return explanation
  }
  return undefined
}
