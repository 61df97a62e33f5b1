import type { Pitfall } from '../pitfall.ts'
import { addInsteadOfCopy } from '../rules/add-instead-of-copy.ts'
import { aptInsteadOfAptGet } from '../rules/apt-instead-of-apt-get.ts'
import { assumeYesMissing } from '../rules/assume-yes-missing.ts'
import { cdInsteadOfWorkdir } from '../rules/cd-instead-of-workdir.ts'
import { noSudo } from '../rules/no-sudo.ts'
import { remoteAddUnverified } from '../rules/remote-add-unverified.ts'
import { shellFormCmd } from '../rules/shell-form-cmd.ts'
import { stepWithoutEffect } from '../rules/step-without-effect.ts'
import { uselessCommands } from '../rules/useless-commands.ts'

/** Single instructions: form and habit. */
export const instructions: readonly Pitfall[] = [
  addInsteadOfCopy,
  aptInsteadOfAptGet,
  assumeYesMissing,
  cdInsteadOfWorkdir,
  noSudo,
  remoteAddUnverified,
  shellFormCmd,
  stepWithoutEffect,
  uselessCommands,
]
