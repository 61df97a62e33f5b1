import { executionFlags, planFlags, progressFlag, stepFlags } from './build-flags.ts'
import type { CommandSpec } from './flags.ts'
import { authfileFlag, registryFlags } from './registry-flags.ts'
import { textOrJson } from './shown-flags.ts'

/** Every step is run anew, from the bases that the store or the registry has. */
const withoutMeaning: readonly string[] = ['no-cache', 'no-cache-filter', 'platform']

/** `slipway verify` and what shows attestations. */
export const verifyCommands: readonly CommandSpec[] = [
  {
    name: 'verify',
    group: 'Look inside',
    summary: 'Check that an image is what it says it is, to the last byte, and that it can be built again',
    details: [
      'IMAGE is a name of the local store or of a registry, or a place as `slipway copy` spells them (docker://NAME, oci:DIRECTORY, oci-archive:FILE, docker-archive:FILE, store:NAME). Every blob is read and hashed, every layer unpacked in memory and compared with what the configuration says; platforms, history and attestations are checked against what they are about. Nothing is changed by what is found. This says nothing about who made an image: signatures are not looked at.',
      'With --rebuild the image is built again, every step anew, from PATH or URL (the current directory, or the repository and commit of its provenance) with what its provenance recorded: Dockerfile, target, SOURCE_DATE_EPOCH, and build arguments and labels with mode=max. Flags on the command line come before the record. The first difference is named: a path of a layer and what differs in it, or a member of the configuration.',
      'Exit codes: 0 when everything is right, 1 when something is not, 2 and above when there is no image to look at or the build fails.',
    ],
    args: [{ name: 'IMAGE' }, { name: 'PATH|URL', optional: true }],
    flags: [
      { name: 'rebuild', kind: 'bool', summary: 'Build the image again and compare' },
      ...textOrJson,
      {
        name: 'platform',
        kind: 'list',
        csv: true,
        value: 'OS/ARCH',
        summary: 'Look at these platforms only',
      },
      authfileFlag,
      ...planFlags.filter(({ name }) => !withoutMeaning.includes(name)),
      ...stepFlags,
      progressFlag,
      ...executionFlags,
    ],
    examples: [
      { command: 'slipway verify app:1', what: 'check an image of the store' },
      { command: 'slipway verify docker://registry.example.com/app:1', what: 'check what a registry has' },
      { command: 'slipway verify --rebuild app:1 .', what: 'build it again and name the first difference' },
    ],
  },
  {
    name: 'attestation',
    group: 'Look inside',
    summary: 'Show what was said about an image when it was built: provenance and packages',
    details: [
      'Without --type it lists the attestations; with it, the one of that type is printed as JSON: the predicate, which is the SLSA provenance or the SPDX document itself. IMAGE is what `slipway verify` takes.',
    ],
    args: [{ name: 'IMAGE' }],
    flags: [
      {
        name: 'type',
        kind: 'string',
        value: 'TYPE',
        summary: 'provenance, sbom, or the address of another type',
      },
      { name: 'platform', kind: 'string', value: 'OS/ARCH', summary: 'Which platform of images that have several' },
      authfileFlag,
      ...registryFlags,
      progressFlag,
    ],
    examples: [
      { command: 'slipway attestation app:1', what: 'which there are' },
      { command: 'slipway attestation --type sbom app:1', what: 'the packages of the image' },
    ],
  },
]
