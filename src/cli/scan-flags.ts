import { progressFlag } from './build-flags.ts'
import type { CommandSpec } from './flags.ts'
import { authfileFlag, registryFlags } from './registry-flags.ts'
import { json, platform } from './shown-flags.ts'

/** `slipway scan` and `slipway db`. */
export const scanCommands: readonly CommandSpec[] = [
  {
    name: 'scan',
    group: 'Look inside',
    summary: 'Find known vulnerabilities in the packages of an image',
    details: [
      'IMAGE is a name of the local store or of a registry, a place as `slipway copy` spells it (docker://NAME, oci:DIRECTORY, oci-archive:FILE, docker-archive:FILE), the root of a file system (dir:DIRECTORY, or a path that begins with `/` or `.`), or sbom:FILE for a list of packages in SPDX or CycloneDX, whoever wrote it.',
      'Packages are looked up in the database that `slipway db update` has fetched; a scan asks no network for it, and says how old it is. Packages of distributions are compared by the records of their release, those of applications by the order of versions of their package manager. Each finding names the line of the Dockerfile that brought the package, where that is known.',
      'With --id, all images of the store that have this vulnerability. What is accepted stands in `slipway.yaml` below `scan`, or in files that --ignore names; what a supplier says of his product is read with --vex. docs/concepts/scan.md has all of it.',
      'Exit codes: 0 when nothing is as grave as --fail-on says (nothing fails when nothing is said), 1 when something is, 2 when the image, the settings or the command line cannot be read or there is no database, 4 when a registry cannot be reached.',
    ],
    args: [{ name: 'IMAGE|sbom:FILE|DIRECTORY', optional: true }],
    flags: [
      {
        name: 'fail-on',
        kind: 'string',
        value: 'LEVEL',
        summary: 'From which level on vulnerabilities make the exit code 1',
        choices: ['critical', 'high', 'medium', 'low', 'none'],
      },
      { name: 'only-fixed', kind: 'bool', summary: 'Leave out what no version repairs' },
      {
        name: 'ignore',
        kind: 'list',
        value: 'FILE',
        summary: 'Accepted vulnerabilities: a YAML list of id, package, reason and expires',
        completes: 'file',
      },
      { name: 'vex', kind: 'list', value: 'FILE', summary: 'Statements in OpenVEX or CycloneDX', completes: 'file' },
      { name: 'stages', kind: 'bool', summary: 'Also tell of the stages the image was copied from; they fail nothing' },
      { name: 'id', kind: 'string', value: 'ID', summary: 'Which images of the store have this vulnerability' },
      {
        name: 'format',
        kind: 'string',
        value: 'FORMAT',
        summary: 'How the report is written',
        choices: ['table', 'json', 'sarif', 'markdown'],
        default: 'table',
      },
      { ...json, summary: 'As --format json' },
      {
        name: 'config',
        kind: 'string',
        value: 'FILE',
        summary: 'Settings, instead of the slipway.yaml that is nearest upwards',
        completes: 'file',
      },
      { name: 'offline', kind: 'bool', summary: 'Ask no registry' },
      platform,
      authfileFlag,
      ...registryFlags,
      progressFlag,
    ],
    examples: [
      { command: 'slipway scan --fail-on critical app', what: 'a gate' },
      { command: 'slipway scan --format sarif app > scan.sarif', what: 'for code scanning' },
      { command: 'slipway scan sbom:app.cdx.json', what: 'look a stored list of packages up again' },
      { command: 'slipway scan --id CVE-2021-44228', what: 'which images have it' },
    ],
  },
  {
    name: 'db',
    group: 'Look inside',
    summary: 'Fetch the vulnerability database, and say how old it is',
    details: [
      '`db update` fetches dumps of https://osv.dev: of the ecosystems that are named, else of those that are there, else of the usual ones. --from takes them from elsewhere: a directory with records or archives of them, a zip or tar archive, the URL of one or of a mirror (ECOSYSTEM/all.zip below it), or an artifact of a registry (docker://NAME) whose layers are such archives, as `oras push` makes them. What is kept of an ecosystem is replaced in one step; when anything fails, it stays.',
      '`db status` lists what there is.',
    ],
    args: [{ name: 'update|status' }],
    flags: [
      {
        name: 'from',
        kind: 'string',
        value: 'PLACE',
        summary: 'update: where the records come from',
        env: ['SLIPWAY_DB_FROM'],
      },
      {
        name: 'ecosystem',
        kind: 'list',
        csv: true,
        value: 'NAME',
        summary: 'update: Debian, Ubuntu, Alpine, npm, PyPI ... as OSV calls them',
      },
      { name: 'offline', kind: 'bool', summary: 'update: take records from this machine only' },
      { ...json, summary: 'status: print JSON' },
      authfileFlag,
      ...registryFlags,
      progressFlag,
    ],
    examples: [
      { command: 'slipway db update --ecosystem Debian,npm', what: 'what an image of Node on Debian needs' },
      { command: 'slipway db update --from docker://registry.example.com/mirror/osv', what: 'from a registry' },
      { command: 'slipway db status', what: 'what there is, and how old it is' },
    ],
  },
]
