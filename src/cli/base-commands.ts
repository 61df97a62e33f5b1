import type { CommandSpec, FlagSpec } from './flags.ts'
import { proveFlags } from './prove-flags.ts'
import { authfileFlag, registryFlags } from './registry-flags.ts'
import { buildArg, json } from './shown-flags.ts'

const paths = { name: 'PATH', optional: true, many: true }

/** Flags of commands that read the images that Dockerfiles name. */
const useFlags: readonly FlagSpec[] = [
  {
    name: 'file',
    short: 'f',
    kind: 'list',
    value: 'FILE',
    summary: 'A Dockerfile; as PATH, which may also be a directory with one',
    completes: 'file',
  },
  buildArg,
  {
    name: 'build-context',
    kind: 'pairs',
    value: 'NAME=PLACE',
    summary: 'What a build takes in place of an image; such names are left out',
  },
  authfileFlag,
  ...registryFlags,
]

/** Commands about the images that Dockerfiles are based on. */
export const baseCommands: readonly CommandSpec[] = [
  {
    name: 'outdated',
    group: 'Look inside',
    summary: 'List base images with newer tags, moved digests, or an end of support',
    details: [
      'Looks at FROM, COPY --from, RUN --mount=from and `# syntax=` of the Dockerfiles, those of the current directory without PATH. Registries are asked for tags and digests; nothing is downloaded. WANTED is the newest tag of the same major version, LATEST the newest of all; both have the words of the tag in use (`-slim`, `-alpine3.20`) and as many numbers.',
      'Ends with 1 when something is outdated, with 4 when nothing known is, but a registry could not be asked, else with 0.',
    ],
    args: [paths],
    flags: [
      ...useFlags,
      { name: 'all', short: 'a', kind: 'bool', summary: 'List what is up to date and what is no image, too' },
      json,
      {
        name: 'format',
        kind: 'string',
        value: 'FORMAT',
        summary: 'How the list is printed',
        default: 'table',
        choices: ['table', 'json'],
      },
    ],
    examples: [
      { command: 'slipway outdated', what: 'the Dockerfile of this directory' },
      { command: 'slipway outdated api web -f build/Dockerfile.ci', what: 'several' },
      { command: 'slipway outdated --json | jq ".references[] | select(.outdated)"', what: 'for programs' },
    ],
  },
  {
    name: 'fix',
    group: 'Build',
    summary: 'Repair Dockerfiles: print a patch, or write it',
    details: [
      'Makes the fixes of `slipway check` in the Dockerfiles of PATH, those of the current directory without it. Prints a patch for `git apply`, and with --write changes the files, each in one piece. Comments, keyword casing, line ends, escape character and indentation stay.',
      'With `-` for PATH it reads standard input and prints the whole repaired text, changed or not, as editors and formatters want it; what it did goes to standard error, and it ends with 0. There is no context then, so only what the text tells is repaired. With --format the patch, or JSON, comes in place of the text, and it ends with 1 when something is to change, as for files.',
      'After each round of fixes the text is read and checked again. A fix that would break the file, bring a new warning or leave its own finding there is not made, and the reason is told. Fixes that only a rebuild can show to be right are left out without --prove or --unsafe.',
      '--prove builds each file as it is and with its fixes, and compares what they claim: the same files, the same configuration, fewer bytes, fewer steps that run when a source file has changed, no secret in layers and configuration. A fix whose claim fails is withdrawn, with the reason; when a set of fixes fails, its halves are tried down to single fixes. Paths in which two builds of the unchanged file differ do not count. The table is printed on standard error, and on standard output with --write.',
      '--ignore generates the `.dockerignore` that the Dockerfile can do with, or adds to the one that is there: history, secrets, logs, what tools and builds leave behind, large files that nothing takes. What a COPY, an ADD or a bind mount names stays in the context. It tells files and bytes before and after; with --prove both are built, and the layers are the same, or what differs is told.',
      '--update-bases is another repair: it raises tags to the newest one within a limit: `digest` (tags stay), `patch`, `minor` (the default: the same major version) or `major`. Digests behind references become those of their tags. A tag that comes from the default of an ARG is changed there.',
      'Ends with 1 when a patch was printed, as formatters do with --check, and with 0 when nothing is to change or the files were written. With --update-bases it ends with 4 when a registry could not be asked (what is known is repaired all the same), else with 0.',
    ],
    args: [paths],
    flags: [
      {
        name: 'update-bases',
        kind: 'string',
        value: 'LIMIT',
        implied: 'minor',
        summary: 'Newer tags and digests for the images that files name',
        choices: ['digest', 'patch', 'minor', 'major'],
      },
      { name: 'pin', kind: 'bool', summary: 'With --update-bases: add a digest to references without one' },
      { name: 'write', short: 'w', kind: 'bool', summary: 'Change the files' },
      { name: 'rule', kind: 'list', csv: true, value: 'RULE', summary: 'Only the fixes of this rule' },
      { name: 'recursive', short: 'r', kind: 'bool', summary: 'All Dockerfiles of the directories and below' },
      { name: 'unsafe', kind: 'bool', summary: 'Also fixes that only a rebuild can show to be right' },
      { name: 'ignore', kind: 'bool', summary: 'Write or complete the ignore file, and repair nothing else' },
      { name: 'prove', kind: 'bool', summary: 'Build before and after, and withdraw fixes whose claims fail' },
      {
        name: 'format',
        kind: 'string',
        value: 'FORMAT',
        summary: 'What is printed: a patch, or all that was done as JSON',
        default: 'patch',
        choices: ['patch', 'json'],
      },
      ...useFlags,
      ...proveFlags,
    ],
    examples: [
      { command: 'slipway fix | git apply', what: 'all safe fixes' },
      { command: 'slipway fix - < Dockerfile > repaired', what: 'the repaired text of standard input' },
      { command: 'slipway fix --ignore --prove', what: 'a `.dockerignore`, and what it does to the image' },
      { command: 'slipway fix --prove --write', what: 'all fixes that builds show to be right' },
      { command: 'slipway fix --rule JSONArgsRecommended --write api', what: 'one rule, one directory' },
      { command: 'slipway fix --update-bases | git apply', what: 'newer versions of the base images' },
      { command: 'slipway fix --update-bases=digest --pin --write', what: 'pin what is there, as Renovate does' },
    ],
  },
]
