import type { Pitfall } from '../pitfall.ts'
import { brokenStartCommand } from '../rules/broken-start-command.ts'
import { imageWaste } from '../rules/image-waste.ts'
import { packageResidueInImage } from '../rules/package-residue-in-image.ts'
import { secretFileInLayer } from '../rules/secret-file-in-layer.ts'
import { setuidAdded } from '../rules/setuid-added.ts'
import { unstrippedInImage } from '../rules/unstripped-in-image.ts'
import { vcsInImage } from '../rules/vcs-in-image.ts'
import { worldWritableAdded } from '../rules/world-writable-added.ts'

/** What the image that was built is like. */
export const image: readonly Pitfall[] = [
  brokenStartCommand,
  imageWaste,
  packageResidueInImage,
  secretFileInLayer,
  setuidAdded,
  unstrippedInImage,
  vcsInImage,
  worldWritableAdded,
]
