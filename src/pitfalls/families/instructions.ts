import type { Pitfall } from '../pitfall.ts'
import { addInsteadOfCopy } from '../rules/add-instead-of-copy.ts'
import { aptInsteadOfAptGet } from '../rules/apt-instead-of-apt-get.ts'
import { assumeYesMissing } from '../rules/assume-yes-missing.ts'
import { cdInsteadOfWorkdir } from '../rules/cd-instead-of-workdir.ts'
import { consecutiveRuns } from '../rules/consecutive-runs.ts'
import { copySeveralNeedsSlash } from '../rules/copy-several-needs-slash.ts'
import { distUpgrade } from '../rules/dist-upgrade.ts'
import { exposeMissing } from '../rules/expose-missing.ts'
import { exposeUnused } from '../rules/expose-unused.ts'
import { invalidPort } from '../rules/invalid-port.ts'
import { noSudo } from '../rules/no-sudo.ts'
import { pipUpgradePip } from '../rules/pip-upgrade-pip.ts'
import { pipefailMissing } from '../rules/pipefail-missing.ts'
import { remoteAddUnverified } from '../rules/remote-add-unverified.ts'
import { shellFormCmd } from '../rules/shell-form-cmd.ts'
import { stepWithoutEffect } from '../rules/step-without-effect.ts'
import { tlsVerificationOff } from '../rules/tls-verification-off.ts'
import { uselessCommands } from '../rules/useless-commands.ts'
import { useraddHighUid } from '../rules/useradd-high-uid.ts'
import { wgetAndCurlBoth } from '../rules/wget-and-curl-both.ts'

/** Single instructions: form and habit. */
export const instructions: readonly Pitfall[] = [
  addInsteadOfCopy,
  aptInsteadOfAptGet,
  assumeYesMissing,
  cdInsteadOfWorkdir,
  consecutiveRuns,
  copySeveralNeedsSlash,
  distUpgrade,
  exposeMissing,
  exposeUnused,
  invalidPort,
  noSudo,
  pipUpgradePip,
  pipefailMissing,
  remoteAddUnverified,
  shellFormCmd,
  stepWithoutEffect,
  tlsVerificationOff,
  uselessCommands,
  useraddHighUid,
  wgetAndCurlBoth,
]
