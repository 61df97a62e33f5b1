import { progressFlag } from './build-flags.ts'
import type { CommandSpec } from './flags.ts'
import { authfileFlag, registryFlags } from './registry-flags.ts'
import { json } from './shown-flags.ts'

/** `slipway diff`. */
export const diffCommand: CommandSpec = {
  name: 'diff',
  group: 'Look inside',
  summary: 'Show what differs between two images, or between the platforms of one',
  details: [
    'Images are names of the local store or of a registry, or places as `slipway copy` spells them (docker://NAME, oci:DIRECTORY, oci-archive:FILE, docker-archive:FILE, store:NAME). Layers are read as they come; nothing is unpacked or kept. Times do not count.',
    'With --arch the platforms of one image are compared: packages that are missing or of another version, files that only some platforms have, settings, sizes, and programs that are not of the architecture of their platform. Names that follow the architecture (x86_64-linux-gnu, ld-linux-aarch64.so.1) are matched, and files of distribution packages are only counted.',
    'IMAGE@STAGE is a stage of the last build of an image, as long as its layers are in the store: `slipway diff app@build app` compares the builder with what is delivered. Stages have no settings.',
    'With --fail-on differences alone are no failure, only a limit that is exceeded: disk (also called size), transfer and download in bytes or percent, layers, files and packages in numbers or percent. download is what a machine that has IMAGE must fetch for OTHER. What is not known of one of them counts as exceeded.',
    'With --cve the vulnerabilities are those of the database that `slipway db update` fetches; they do not count as a difference.',
    'Exit codes: 0 when nothing differs, 1 when something does or a limit of --fail-on is exceeded, 2 and above when an image cannot be read.',
  ],
  args: [{ name: 'IMAGE' }, { name: 'OTHER', optional: true }],
  flags: [
    { name: 'arch', kind: 'bool', summary: 'Compare the platforms of one image' },
    { name: 'files', kind: 'bool', summary: 'Name every file instead of sums by directory, as JSON always does' },
    json,
    {
      name: 'format',
      kind: 'string',
      value: 'FORMAT',
      summary: 'How to show it; markdown is for comments, html one page that needs nothing else',
      choices: ['text', 'json', 'markdown', 'html'],
      default: 'text',
    },
    { name: 'cve', kind: 'bool', summary: 'Compare known vulnerabilities, by what they came or went with' },
    {
      name: 'fail-on',
      kind: 'string',
      value: 'LIMITS',
      summary: 'By how much OTHER may be more, such as disk+5%,transfer+10MB,packages+0',
    },
    {
      name: 'platform',
      kind: 'string',
      value: 'OS/ARCH',
      summary: 'Which platform of images that have several',
      env: ['SLIPWAY_PLATFORM', 'DOCKER_DEFAULT_PLATFORM'],
    },
    authfileFlag,
    ...registryFlags,
    progressFlag,
  ],
  examples: [
    { command: 'slipway diff app:1 app:2', what: 'packages, files, settings and sizes' },
    { command: 'slipway diff --files app:1 docker://registry.example.com/app:1', what: 'compare with what was pushed' },
    { command: 'slipway diff app@build app', what: 'what of the builder is not delivered' },
    {
      command: 'slipway diff --fail-on disk+5%,packages+0 --format markdown app:main app:branch',
      what: 'for a comment on a pull request',
    },
    { command: 'slipway diff --arch app', what: 'whether all platforms have the same' },
  ],
}
