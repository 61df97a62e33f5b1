import type { Pitfall } from '../pitfall.ts'
import { brokenStartCommand } from '../rules/broken-start-command.ts'
import { bytecodeInImage } from '../rules/bytecode-in-image.ts'
import { imageWaste } from '../rules/image-waste.ts'
import { largeStaticAssets } from '../rules/large-static-assets.ts'
import { packageResidueInImage } from '../rules/package-residue-in-image.ts'
import { secretFileInLayer } from '../rules/secret-file-in-layer.ts'
import { setuidAdded } from '../rules/setuid-added.ts'
import { startCommandFails } from '../rules/start-command-fails.ts'
import { testsAndDocsInImage } from '../rules/tests-and-docs-in-image.ts'
import { unstrippedInImage } from '../rules/unstripped-in-image.ts'
import { vcsInImage } from '../rules/vcs-in-image.ts'
import { worldWritableAdded } from '../rules/world-writable-added.ts'

/** What the image that was built is like. */
export const image: readonly Pitfall[] = [
  brokenStartCommand,
  bytecodeInImage,
  imageWaste,
  largeStaticAssets,
  packageResidueInImage,
  secretFileInLayer,
  setuidAdded,
  startCommandFails,
  testsAndDocsInImage,
  unstrippedInImage,
  vcsInImage,
  worldWritableAdded,
]
