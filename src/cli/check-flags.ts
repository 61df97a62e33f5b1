import { progressFlag } from './build-flags.ts'
import type { CommandSpec } from './flags.ts'
import { credentialFlags } from './prove-flags.ts'
import { buildArg, json } from './shown-flags.ts'

/** `slipway check`. */
export const checkCommand: CommandSpec = {
  name: 'check',
  group: 'Build',
  summary: 'Find mistakes in Dockerfiles and in what belongs to them',
  details: [
    'PATH is a directory with a Dockerfile, a Dockerfile, a compose file, a bake file, or - for standard input; the current directory without one. The build context is looked at, too: manifests, lock files, ignore file, pipelines. Nothing is built and no network is needed, unless --level build, --level run or an image asks for it. Where exactly this Dockerfile was built here last, findings tell what they cost in its image.',
    'A directory named on the command line is the context of its Dockerfile, compose and bake files say which theirs is, and for other Dockerfiles it is the nearest directory, from their own upwards, that has what they copy.',
    'Findings are switched off by `# slipway ignore=RULE REASON` above an instruction, `# slipway global ignore=RULE REASON` for the file, in `slipway.yaml`, and by `--baseline`. Comments of hadolint and BuildKit count, too. docs/concepts/checks.md has all of it.',
    'Exit codes: 0 when nothing is as grave as --fail-on says, 1 when something is, 2 when a path or the settings cannot be read.',
  ],
  args: [{ name: 'PATH', optional: true, many: true }],
  flags: [
    {
      name: 'file',
      short: 'f',
      kind: 'string',
      value: 'FILE',
      summary: 'The Dockerfile, when PATH is its context',
      completes: 'file',
    },
    { name: 'recursive', short: 'r', kind: 'bool', summary: 'Check all Dockerfiles below PATH' },
    {
      name: 'format',
      kind: 'list',
      csv: true,
      value: 'FORMAT[=FILE]',
      summary:
        'text, json, sarif, github, gitlab, junit, markdown or checkstyle; several may be given, all but one with a file',
    },
    {
      name: 'output',
      short: 'o',
      kind: 'string',
      value: 'FILE',
      summary: 'Write to a file instead of standard output',
      completes: 'file',
    },
    {
      name: 'fail-on',
      kind: 'string',
      value: 'SEVERITY',
      summary:
        'From which severity on findings make the exit code 1: error, warning (when nothing is said), info, never',
      choices: ['error', 'warning', 'info', 'never'],
    },
    {
      name: 'level',
      kind: 'string',
      value: 'LEVEL',
      summary:
        'What may be looked at: static is the Dockerfile alone, context (when nothing is said) also what it is built from, image also what was built of it last; build builds it first, and run also starts it once',
      choices: ['static', 'context', 'build', 'image', 'run'],
    },
    {
      name: 'image',
      kind: 'string',
      value: 'IMAGE',
      summary: 'An image of the store that was built of this Dockerfile: findings tell what they cost in it',
    },
    {
      name: 'profile',
      kind: 'string',
      value: 'PROFILE',
      summary: 'Ask the rules of one checklist only: decision, security, size, speed, production',
      choices: ['decision', 'security', 'size', 'speed', 'production'],
    },
    { name: 'rule', kind: 'list', csv: true, value: 'RULE', summary: 'Ask these rules only' },
    { name: 'skip-rule', kind: 'list', csv: true, value: 'RULE', summary: 'Do not ask these rules' },
    {
      name: 'config',
      kind: 'string',
      value: 'FILE',
      summary: 'Settings, instead of the slipway.yaml that is nearest upwards of a Dockerfile',
      completes: 'file',
    },
    {
      name: 'baseline',
      kind: 'string',
      value: 'FILE',
      summary: 'Findings of this file do not count',
      completes: 'file',
    },
    {
      name: 'write-baseline',
      kind: 'string',
      value: 'FILE',
      summary: 'Write what is found to this file; it is then no failure',
      completes: 'file',
    },
    {
      name: 'report-unused-ignores',
      kind: 'bool',
      summary: 'Tell comments that switch off what finds nothing',
    },
    buildArg,
    ...credentialFlags,
    progressFlag,
    { name: 'quiet', short: 'q', kind: 'bool', summary: 'Print nothing; the exit code tells' },
  ],
  examples: [
    { command: 'slipway check', what: 'the Dockerfile of the current directory' },
    { command: 'slipway check -r --format sarif=check.sarif .', what: 'everything below, for code scanning' },
    { command: 'slipway check --format json api web worker', what: 'several contexts in one document' },
    { command: 'slipway check --rule root-user,unpinned-base .', what: 'two rules only' },
    { command: 'slipway check - <Dockerfile', what: 'a text' },
    {
      command: 'slipway check --level build --secret id=npmrc,src=.npmrc .',
      what: 'build it first, with what its steps need',
    },
  ],
}

/** `slipway explain`. */
export const explainCommand: CommandSpec = {
  name: 'explain',
  group: 'Build',
  summary: 'Show what a rule of the checks is about',
  details: [
    'RULE is the name in brackets behind a finding, or what hadolint, dockle, trivy or BuildKit call such a rule. Without one all rules are listed.',
  ],
  args: [{ name: 'RULE', optional: true, many: true }],
  flags: [json],
  examples: [
    { command: 'slipway explain root-user', what: 'why, how it is done wrong and right' },
    { command: 'slipway explain DL3009', what: 'the same for a rule of hadolint' },
    { command: 'slipway explain', what: 'all rules' },
  ],
}
