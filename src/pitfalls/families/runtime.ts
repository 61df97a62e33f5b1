import type { Pitfall } from '../pitfall.ts'
import { crossBuildArchMismatch } from '../rules/cross-build-arch-mismatch.ts'
import { dynamicBinaryInStaticBase } from '../rules/dynamic-binary-in-static-base.ts'
import { glibcVersionSkew } from '../rules/glibc-version-skew.ts'
import { hardcodedArch } from '../rules/hardcoded-arch.ts'
import { healthcheckMissing } from '../rules/healthcheck-missing.ts'
import { healthcheckToolMissing } from '../rules/healthcheck-tool-missing.ts'
import { jlinkModulesFixed } from '../rules/jlink-modules-fixed.ts'
import { libcMismatch } from '../rules/libc-mismatch.ts'
import { missingCaCertificates } from '../rules/missing-ca-certificates.ts'
import { missingTimeZones } from '../rules/missing-time-zones.ts'
import { missingTmp } from '../rules/missing-tmp.ts'
import { missingRuntimeLib } from '../rules/missing-runtime-lib.ts'
import { needsShellInShellless } from '../rules/needs-shell-in-shellless.ts'
import { nodeEsmPackageJsonMissing } from '../rules/node-esm-package-json-missing.ts'
import { pythonEnvironmentMismatch } from '../rules/python-environment-mismatch.ts'

/** What keeps an image from running. */
export const runtime: readonly Pitfall[] = [
  crossBuildArchMismatch,
  dynamicBinaryInStaticBase,
  glibcVersionSkew,
  hardcodedArch,
  healthcheckMissing,
  healthcheckToolMissing,
  jlinkModulesFixed,
  libcMismatch,
  missingCaCertificates,
  missingRuntimeLib,
  missingTimeZones,
  missingTmp,
  needsShellInShellless,
  nodeEsmPackageJsonMissing,
  pythonEnvironmentMismatch,
]
