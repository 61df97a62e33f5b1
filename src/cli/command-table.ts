import { baseCommands } from './base-commands.ts'
import { buildFlags, executionFlags, progressFlag } from './build-flags.ts'
import { cacheCommands } from './cache-commands.ts'
import { checkCommand, explainCommand } from './check-flags.ts'
import { debugCommand } from './debug-flags.ts'
import type { CommandSpec, FlagSpec } from './flags.ts'
import { hardenedFlags } from './hardened-flags.ts'
import { lookCommands } from './look-commands.ts'
import { registryCommands } from './registry-commands.ts'
import { registryFlags } from './registry-flags.ts'
import { context, format, image, json, noTrunc, platform, quietIds } from './shown-flags.ts'

/** Flags that every command takes, before or after its name. */
export const globalFlags: readonly FlagSpec[] = [
  {
    name: 'debug',
    short: 'D',
    kind: 'bool',
    summary: 'Show causes and stack traces with errors',
    env: ['SLIPWAY_DEBUG'],
  },
  {
    name: 'root',
    kind: 'string',
    value: 'DIRECTORY',
    summary: 'Where images, layers and caches are kept',
    env: ['SLIPWAY_ROOT'],
    completes: 'directory',
  },
  {
    name: 'cache-max-used-space',
    kind: 'string',
    value: 'SIZE',
    summary: 'What the store may take on the disk (20g); room is made before something is written',
    env: ['SLIPWAY_CACHE_MAX_USED_SPACE'],
  },
]

const absent = (name: string, kind: FlagSpec['kind'], why: string, short?: string): FlagSpec => ({
  name,
  kind,
  summary: `Not supported: ${why}`,
  hidden: true,
  status: { kind: 'unsupported', why, unless: ['false', 'no'] },
  ...(kind === 'bool' ? {} : { value: 'VALUE' }),
  ...(short === undefined ? {} : { short }),
})
const tagFlag: FlagSpec = { name: 'tag', short: 't', kind: 'list', value: 'NAME[:TAG]', summary: 'Name the image' }

const buildCommands: readonly CommandSpec[] = [
  {
    name: 'build',
    group: 'Build',
    summary: 'Build an image from a Dockerfile',
    details: [
      'Takes the flags of `docker buildx build`. The context is a directory, a tar archive, a git or archive URL, or - for standard input (a Dockerfile or a tar archive). Progress goes to standard error, the id of the image to standard output when it is not a terminal or with -q.',
    ],
    args: [context],
    flags: buildFlags,
    examples: [
      { command: 'slipway build -t app .', what: 'build ./Dockerfile and name the image' },
      { command: 'slipway build --target test .', what: 'build one stage and what it needs' },
      { command: 'slipway build -o type=oci,dest=app.tar .', what: 'write an OCI archive' },
      { command: 'slipway build --check .', what: 'find mistakes in the Dockerfile; 1 when there are any' },
      { command: 'slipway build --call=outline .', what: 'list arguments, secrets and caches of the target' },
      {
        command: 'slipway build --secret id=npmrc,src=$HOME/.npmrc .',
        what: 'lend a secret to RUN --mount=type=secret',
      },
    ],
  },
  checkCommand,
  explainCommand,
  debugCommand(context),
  {
    name: 'demo',
    group: 'Build',
    summary: 'Build an example application twice, naively and in stages, and compare',
    args: [],
    flags: [progressFlag, ...executionFlags],
    examples: [{ command: 'slipway demo', what: 'build, run, ask for /health, print sizes and layers' }],
  },
  {
    name: 'base',
    group: 'Build',
    summary: "Assemble a base image from a distribution's packages, without a registry",
    details: [
      'The packages are checked against the signed index of the archive. The same package versions give the same digest.',
    ],
    args: [{ name: 'NAME' }],
    flags: [
      tagFlag,
      {
        name: 'package',
        short: 'p',
        kind: 'list',
        csv: true,
        value: 'PACKAGE',
        summary: 'Add a package and what it depends on',
      },
      {
        name: 'platform',
        kind: 'list',
        csv: true,
        value: 'OS/ARCH',
        summary: 'What the image is to run on',
        env: ['SLIPWAY_PLATFORM', 'DOCKER_DEFAULT_PLATFORM'],
      },
      { name: 'mirror', kind: 'string', value: 'URL', summary: 'Where packages come from', env: ['SLIPWAY_MIRROR'] },
      { name: 'quiet', short: 'q', kind: 'bool', summary: 'Show nothing but the digest' },
      progressFlag,
    ],
    examples: [
      { command: 'slipway base debian:bookworm-slim', what: 'make the base that FROM debian:bookworm-slim then finds' },
    ],
  },
  {
    name: 'import',
    group: 'Build',
    summary: 'Make an image from an archive of a root file system',
    args: [{ name: 'FILE|-' }, { name: 'NAME[:TAG]', optional: true }],
    flags: [
      platform,
      {
        name: 'change',
        short: 'c',
        kind: 'list',
        value: 'INSTRUCTION',
        summary: 'Set a field of the configuration with a Dockerfile instruction (ENV, CMD, USER ...)',
      },
      { name: 'message', short: 'm', kind: 'string', value: 'TEXT', summary: 'Comment in the history of the image' },
    ],
    examples: [
      {
        command: 'slipway import rootfs.tar.gz my-base:1',
        what: 'import an archive, plain or compressed with gzip, xz or zstd',
      },
    ],
  },
]

const imageCommands: readonly CommandSpec[] = [
  {
    name: 'images',
    aliases: ['ls'],
    group: 'Images',
    summary: 'List the images of the local store',
    args: [{ name: 'NAME[:TAG]', optional: true }],
    flags: [quietIds, noTrunc, { name: 'digests', kind: 'bool', summary: 'Show digests' }, format],
    examples: [{ command: "slipway images --format '{{.Repository}} {{.Size}}'", what: 'print chosen fields' }],
  },
  {
    name: 'tag',
    group: 'Images',
    summary: 'Give an image another name',
    args: [{ name: 'SOURCE' }, { name: 'TARGET' }],
    flags: [],
    examples: [{ command: 'slipway tag app registry.example.com/team/app:1.2', what: 'name it for a registry' }],
  },
  {
    name: 'rm',
    aliases: ['rmi'],
    group: 'Images',
    summary: 'Remove names, and images without a name',
    args: [{ name: 'IMAGE', many: true }],
    flags: [
      {
        name: 'force',
        short: 'f',
        kind: 'bool',
        summary: 'Remove all names of an image; say nothing about images that are not there',
      },
    ],
    examples: [{ command: 'slipway rm app:old', what: 'remove a name' }],
  },
  ...registryCommands,
  {
    name: 'save',
    group: 'Images',
    summary: 'Write images to an archive',
    args: [{ name: 'IMAGE', many: true }],
    flags: [
      {
        name: 'output',
        short: 'o',
        kind: 'string',
        value: 'FILE',
        summary: 'Write to a file instead of standard output',
        completes: 'file',
      },
      {
        name: 'format',
        kind: 'string',
        value: 'FORMAT',
        summary: 'Kind of archive',
        default: 'docker',
        choices: ['docker', 'oci'],
      },
      platform,
    ],
    examples: [{ command: 'slipway save app | docker load', what: 'hand an image to docker' }],
  },
  {
    name: 'load',
    group: 'Images',
    summary: 'Take images from an archive into the store',
    args: [],
    flags: [
      {
        name: 'input',
        short: 'i',
        kind: 'string',
        value: 'FILE',
        summary: 'Read a file instead of standard input',
        completes: 'file',
      },
      { name: 'quiet', short: 'q', kind: 'bool', summary: 'Print names only' },
    ],
    examples: [{ command: 'docker save app | slipway load', what: 'take an image over from docker' }],
  },
  {
    name: 'run',
    group: 'Images',
    summary: 'Run a command in a container of an image',
    args: [image, { name: 'COMMAND', optional: true, many: true }],
    stopsAtFirstArgument: true,
    flags: [
      { name: 'interactive', short: 'i', kind: 'bool', summary: 'Connect standard input' },
      { name: 'tty', short: 't', kind: 'bool', summary: 'Give the command a terminal' },
      { name: 'publish', short: 'p', kind: 'list', value: '[[IP:]HOST:]PORT', summary: 'Make a port reachable' },
      { name: 'env', short: 'e', kind: 'pairs', value: 'NAME[=VALUE]', summary: 'Set a variable' },
      { name: 'volume', short: 'v', kind: 'list', value: 'SOURCE:TARGET[:ro]', summary: 'Mount a directory' },
      { name: 'rm', kind: 'bool', summary: 'Accepted as docker does; containers are always removed' },
      { name: 'user', short: 'u', kind: 'string', value: 'USER[:GROUP]', summary: 'Run as this user' },
      { name: 'workdir', short: 'w', kind: 'string', value: 'DIRECTORY', summary: 'Run in this directory' },
      { name: 'entrypoint', kind: 'string', value: 'COMMAND', summary: 'Replace the entry point; empty for none' },
      { name: 'read-only', kind: 'bool', summary: 'Forbid changes to the root file system' },
      {
        name: 'network',
        kind: 'string',
        value: 'MODE',
        summary: "Network of the command; the default is this machine's own",
        default: 'default',
        choices: ['default', 'none', 'host'],
      },
      { name: 'tmpfs', kind: 'list', value: 'TARGET[:size=BYTES]', summary: 'Mount a directory in memory' },
      { name: 'hostname', kind: 'string', value: 'NAME', summary: 'Name of the machine inside' },
      ...hardenedFlags,
      { name: 'add-host', kind: 'list', value: 'NAME:IP', summary: 'Add a line to /etc/hosts' },
      platform,
      progressFlag,
      ...executionFlags,
      ...registryFlags,
      absent('detach', 'bool', 'there is no daemon that would keep the container; end the line with &', 'd'),
      absent('name', 'string', 'containers are not kept, so there is nothing to name'),
      absent('restart', 'string', 'there is no daemon that would restart the container'),
      absent('mount', 'list', 'use --volume or --tmpfs'),
      absent('privileged', 'bool', 'containers have the capabilities of docker without options'),
    ],
    examples: [
      { command: 'slipway run --rm -it app sh', what: 'look around inside' },
      { command: 'slipway run -p 8080:3000 app', what: 'serve on port 8080' },
      { command: 'slipway run --hardened --until-ready app', what: 'see what keeps it from running with few rights' },
    ],
  },
]

const programCommands: readonly CommandSpec[] = [
  {
    name: 'doctor',
    group: 'Program',
    summary: 'Show what this machine allows, and what is missing',
    args: [],
    flags: [json],
    examples: [{ command: 'slipway doctor', what: 'which isolation works here and why' }],
  },
  {
    name: 'lsp',
    group: 'Program',
    summary: 'Serve an editor by the Language Server Protocol',
    details: [
      'Shows what `slipway check` says about open Dockerfiles while they are edited, with the page of the rule on hover, repairs as code actions, and completion of keywords, flags, stages, paths and variables. docs/concepts/editors.md has the settings for some editors.',
    ],
    args: [],
    flags: [{ name: 'stdio', kind: 'bool', summary: 'Talk over standard input and output, which it does in any case' }],
    examples: [{ command: 'slipway lsp --stdio', what: 'what editors start' }],
  },
  {
    name: 'completion',
    group: 'Program',
    summary: 'Print a completion script for a shell',
    args: [{ name: 'bash|zsh|fish' }],
    flags: [],
    examples: [{ command: 'source <(slipway completion bash)', what: 'complete in this shell' }],
  },
  {
    name: 'version',
    group: 'Program',
    summary: 'Show the version',
    args: [],
    flags: [json],
    examples: [],
  },
  {
    name: 'help',
    group: 'Program',
    summary: 'Show how a command is used',
    args: [{ name: 'COMMAND', optional: true }],
    flags: [],
    examples: [{ command: 'slipway help build', what: 'all flags of a command' }],
  },
]

/** Every command of the program, in the order in which help lists them. */
export const commandTable: readonly CommandSpec[] = [
  ...buildCommands,
  ...imageCommands,
  ...lookCommands,
  ...baseCommands,
  ...cacheCommands,
  ...programCommands,
]
