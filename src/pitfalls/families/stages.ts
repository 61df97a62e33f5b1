import type { Pitfall } from '../pitfall.ts'
import { bloatedFinalBase } from '../rules/bloated-final-base.ts'
import { buildToolsInFinal } from '../rules/build-tools-in-final.ts'
import { contextCopiedToFinal } from '../rules/context-copied-to-final.ts'
import { copyWholeStage } from '../rules/copy-whole-stage.ts'
import { deadStageOutput } from '../rules/dead-stage-output.ts'
import { debugStageIsDefault } from '../rules/debug-stage-is-default.ts'
import { finalFromBuilder } from '../rules/final-from-builder.ts'
import { globalArgNotRedeclared } from '../rules/global-arg-not-redeclared.ts'
import { singleStageBuild } from '../rules/single-stage-build.ts'
import { sitePackagesWholesale } from '../rules/site-packages-wholesale.ts'
import { unknownStageReference } from '../rules/unknown-stage-reference.ts'
import { unnamedStageReference } from '../rules/unnamed-stage-reference.ts'
import { unusedStage } from '../rules/unused-stage.ts'
import { buildCacheCopied } from '../rules/build-cache-copied.ts'
import { copySourceNotProduced } from '../rules/copy-source-not-produced.ts'
import { devDependenciesInFinal } from '../rules/dev-dependencies-in-final.ts'
import { unstrippedBinary } from '../rules/unstripped-binary.ts'
import { serialIndependentStages } from '../rules/serial-independent-stages.ts'
import { goCacheDefeated } from '../rules/go-cache-defeated.ts'
import { commandNotInBase } from '../rules/command-not-in-base.ts'
import { syntaxDirectiveMissing } from '../rules/syntax-directive-missing.ts'
import { inconsistentStageNames } from '../rules/inconsistent-stage-names.ts'
import { secondInstallInFinal } from '../rules/second-install-in-final.ts'
import { tooManyStages } from '../rules/too-many-stages.ts'

/** How the stages of a file hang together, and what the last one takes. */
export const stages: readonly Pitfall[] = [
  bloatedFinalBase,
  buildToolsInFinal,
  contextCopiedToFinal,
  copyWholeStage,
  deadStageOutput,
  debugStageIsDefault,
  finalFromBuilder,
  globalArgNotRedeclared,
  singleStageBuild,
  sitePackagesWholesale,
  unknownStageReference,
  unnamedStageReference,
  unusedStage,
  buildCacheCopied,
  copySourceNotProduced,
  devDependenciesInFinal,
  unstrippedBinary,
  serialIndependentStages,
  goCacheDefeated,
  commandNotInBase,
  syntaxDirectiveMissing,
  inconsistentStageNames,
  secondInstallInFinal,
  tooManyStages,
]
