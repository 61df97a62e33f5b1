import { planFlags, progressFlag } from './build-flags.ts'
import { diffCommand } from './diff-flags.ts'
import type { CommandSpec } from './flags.ts'
import { insideCommands } from './inside-commands.ts'
import { authfileFlag, registryFlags } from './registry-flags.ts'
import { scanCommands } from './scan-flags.ts'
import { context, dot, format, image, json, noTrunc, platform, quietIds } from './shown-flags.ts'
import { verifyCommands } from './verify-flags.ts'

/** Commands that show what an image, a Dockerfile or a build consists of. */
export const lookCommands: readonly CommandSpec[] = [
  {
    name: 'inspect',
    group: 'Look inside',
    summary: 'Print everything that is known about images',
    details: [
      'With --surface: shells, package managers, interpreters, network tools, compilers, setuid and setgid programs, file capabilities, world-writable files, the user, ports and packages, each with the line that brought it, and a score that compares images: docs/concepts/surface.md. Images may be in a registry or in files then, as `slipway copy` spells them; several are compared with the first.',
    ],
    args: [{ name: 'IMAGE', many: true }],
    flags: [
      { name: 'format', short: 'f', kind: 'string', value: 'TEMPLATE', summary: '`json`, or a Go template' },
      { name: 'surface', kind: 'bool', summary: 'Show what the image offers to whoever gets into a container' },
      { name: 'json', kind: 'bool', summary: 'With --surface: print JSON' },
      { name: 'all', short: 'a', kind: 'bool', summary: 'With --surface: name every file' },
      platform,
      authfileFlag,
      ...registryFlags,
      progressFlag,
    ],
    examples: [
      { command: "slipway inspect -f '{{json .Config.Env}}' app", what: 'print one field as JSON' },
      { command: 'slipway inspect --surface app', what: 'what an attacker would find, and who put it there' },
      { command: 'slipway inspect --surface app:1 app:2', what: 'compare two images' },
    ],
  },
  {
    name: 'history',
    group: 'Look inside',
    summary: 'Show the layers of an image with the lines that made them',
    args: [image],
    flags: [
      { name: 'human', short: 'H', kind: 'bool', summary: 'Sizes and times for people', default: 'true' },
      noTrunc,
      quietIds,
      format,
      platform,
    ],
    examples: [{ command: 'slipway history app', what: 'which line added which bytes' }],
  },
  ...insideCommands,
  diffCommand,
  ...scanCommands,
  ...verifyCommands,
  {
    name: 'ast',
    group: 'Look inside',
    summary: 'Print how a Dockerfile is read',
    args: [{ name: 'FILE|-', optional: true }],
    flags: [json],
    examples: [{ command: 'slipway ast --json Dockerfile', what: 'instructions and words with their places' }],
  },
  {
    name: 'graph',
    group: 'Look inside',
    summary: 'Print the stages of a Dockerfile and what they need of each other',
    args: [context],
    flags: [...planFlags, json, dot],
    examples: [{ command: 'slipway graph --dot . | dot -Tsvg > stages.svg', what: 'draw the stages' }],
  },
  {
    name: 'plan',
    group: 'Look inside',
    summary: 'Print the steps that a build would take',
    args: [context],
    flags: [...planFlags, json, dot],
    examples: [{ command: 'slipway plan --json .', what: 'every step with its digest and inputs' }],
  },
  {
    name: 'why',
    group: 'Look inside',
    summary: 'Say why steps of the last build had to run',
    details: [
      'Compares each step that the cache did not have with the step that stood for it in the build before of the same Dockerfile, context and target: the file, variable, base or instruction that differs, and the change that would avoid it. STEP is a line of the Dockerfile, a stage, or a part of an instruction.',
    ],
    args: [{ name: 'STEP', optional: true, many: true }],
    flags: [json],
    examples: [
      { command: 'slipway why', what: 'everything that ran, and why' },
      { command: 'slipway why "npm ci"', what: 'one step, with every file that differs' },
      { command: 'slipway why 12', what: 'the step of line 12' },
    ],
  },
  {
    name: 'replay',
    group: 'Look inside',
    summary: 'Show a recorded build again',
    details: [
      'Every build leaves `events.jsonl` and the whole output of each step in the logs directory of the store.',
    ],
    args: [{ name: 'FILE' }],
    flags: [
      progressFlag,
      {
        name: 'speed',
        kind: 'number',
        value: 'FACTOR',
        summary: 'How much faster than it was; 0 shows everything at once',
        default: '0',
      },
    ],
    examples: [{ command: 'slipway replay --progress plain events.jsonl', what: 'print the log of a build' }],
  },
]
