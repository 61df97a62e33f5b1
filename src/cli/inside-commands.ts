import { progressFlag } from './build-flags.ts'
import type { CommandSpec } from './flags.ts'
import { authfileFlag, registryFlags } from './registry-flags.ts'
import { image, platform, textOrJson } from './shown-flags.ts'

const places =
  'The image is a name of the local store or of a registry, or a place as `slipway copy` spells it (docker://NAME, oci:DIRECTORY, oci-archive:FILE, docker-archive:FILE, store:NAME). What is not in the store is fetched and unpacked there, without a name: `slipway cache prune` removes it.'

/** Commands that look into the files of an image. */
export const insideCommands: readonly CommandSpec[] = [
  {
    name: 'analyze',
    group: 'Look inside',
    summary: 'Show what an image weighs, what of it is wasted, and what it seldom needs',
    details: [
      'Hidden bytes are in a layer and deleted, overwritten or written again by a later one, which frees nothing. Each row names the pair of lines. Efficiency and thresholds are those of dive, which see less: opaque directories and deleted files.',
      places,
      'With thresholds the exit code is 1 when one is missed. They come from .dive-ci or --ci-config and from the flags; dive has 0.9 for lowestEfficiency and 0.1 for highestUserWastedPercent by itself.',
      'With --budgets or --policy the exit code is 3 when a budget is exceeded that does not only warn: docs/concepts/budgets.md.',
    ],
    args: [image],
    flags: [
      { name: 'all', short: 'a', kind: 'bool', summary: 'Show small things, too' },
      {
        name: 'closure',
        kind: 'bool',
        summary: 'Follow what the image starts, and show what that needs and does not find',
      },
      {
        name: 'stages',
        kind: 'bool',
        summary: 'Show what the stages wrote that the image was copied from, and what of it stayed behind',
      },
      { name: 'ci', kind: 'bool', summary: 'Judge by the thresholds of .dive-ci' },
      {
        name: 'ci-config',
        kind: 'string',
        value: 'FILE',
        summary: 'A file of thresholds in the form of .dive-ci',
        completes: 'file',
      },
      { name: 'lowestEfficiency', kind: 'string', value: 'NUMBER', summary: 'From 0 to 1, or disabled' },
      { name: 'highestWastedBytes', kind: 'string', value: 'SIZE', summary: 'Such as 20MB, or disabled' },
      {
        name: 'highestUserWastedPercent',
        kind: 'string',
        value: 'NUMBER',
        summary: 'From 0 to 1, of the bytes above the lowest layer, or disabled',
      },
      { name: 'budgets', kind: 'bool', summary: 'Judge by the budgets of the nearest slipway.yaml' },
      {
        name: 'policy',
        kind: 'string',
        value: 'FILE',
        summary: 'Judge by the budgets of this file',
        completes: 'file',
      },
      ...textOrJson,
      platform,
      authfileFlag,
      ...registryFlags,
      progressFlag,
    ],
    examples: [
      { command: 'slipway analyze app', what: 'layers, waste, and what to remove' },
      { command: 'slipway analyze --ci docker-archive:app.tar', what: 'judge by the thresholds of .dive-ci' },
    ],
  },
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
  {
    name: 'sbom',
    group: 'Look inside',
    summary: 'List the packages of an image with the line that brought each, as SPDX or CycloneDX',
    details: [
      'Reads the records of dpkg, apk, rpm, npm, Python, RubyGems, Composer, NuGet, Maven and Cargo, and what Go and `cargo auditable` wrote into programs. Lock files count where nothing is installed beside them. The scripts of the image are not run.',
      places,
      'DIRECTORY is the root of a file system: dir:PATH, or a path that begins with /, ./ or ../.',
      'With --stages packages are listed too that the stages had which the image was copied from; they are marked as needed by the build alone. The image must have been built with this store, and the layers of its stages must still be there.',
      'With SOURCE_DATE_EPOCH the same image gives the same bytes.',
    ],
    args: [{ name: 'IMAGE|DIRECTORY' }],
    flags: [
      {
        name: 'format',
        short: 'f',
        kind: 'string',
        value: 'FORMAT',
        summary: 'How to write it',
        choices: ['table', 'spdx-json', 'spdx-tag-value', 'cyclonedx-json', 'json'],
        default: 'table',
      },
      {
        name: 'output',
        short: 'o',
        kind: 'string',
        value: 'FILE',
        summary: 'Where to write it instead of printing it',
      },
      { name: 'stages', kind: 'bool', summary: 'List also what only the stages of the build had' },
      platform,
      authfileFlag,
      ...registryFlags,
      progressFlag,
    ],
    examples: [
      { command: 'slipway sbom app', what: 'packages, and the line of the Dockerfile that brought each' },
      {
        command: 'slipway sbom --stages -f cyclonedx-json -o sbom.json app',
        what: 'for other programs, with compilers',
      },
      { command: 'slipway sbom docker://alpine', what: 'of an image that was built elsewhere' },
    ],
  },
]
