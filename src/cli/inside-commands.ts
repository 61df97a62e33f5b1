import { progressFlag } from './build-flags.ts'
import type { CommandSpec } from './flags.ts'
import { authfileFlag, registryFlags } from './registry-flags.ts'
import { image, platform, textOrJson } from './shown-flags.ts'

const places =
  'The image is a name of the local store or of a registry, or a place as `slipway copy` spells it (docker://NAME, oci:DIRECTORY, oci-archive:FILE, docker-archive:FILE, store:NAME). What is not in the store is fetched and unpacked there, without a name: `slipway cache prune` removes it.'

/** Commands that look into the files of an image. */
export const insideCommands: readonly CommandSpec[] = [
  {
    name: 'blame',
    group: 'Look inside',
    summary: 'Show which line of the Dockerfile made each file of an image',
    details: [
      'Without PATH the whole image is shown, by the steps that made its files. A file that was copied from another stage is followed to the RUN that wrote it, or to the file of the context.',
      places,
      'An image that was built elsewhere tells as much when it was built with --attest type=blame; else each file is the work of the line that its layer stands for.',
    ],
    args: [image, { name: 'PATH', optional: true }],
    flags: [...textOrJson, platform, authfileFlag, ...registryFlags, progressFlag],
    examples: [
      { command: 'slipway blame app', what: 'what each line has brought into the image' },
      { command: 'slipway blame app /usr/local/bin/app', what: 'from the COPY back to the RUN that made it' },
    ],
  },
]
