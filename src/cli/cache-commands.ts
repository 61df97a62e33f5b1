import type { CommandSpec } from './flags.ts'
import { json, noTrunc } from './shown-flags.ts'

const size = 'SIZE'

/** Looking after what builds leave behind. */
export const cacheCommands: readonly CommandSpec[] = [
  {
    name: 'cache',
    aliases: ['builder'],
    group: 'Program',
    summary: 'Show what the store takes on the disk, and make room',
    details: [
      '`cache du` says what occupies the store, to the byte: what several things share is counted once. ACTIVE is what running builds and containers use, RECLAIMABLE what `cache prune` would free.',
      '`cache ls` lists layers of steps, cache mounts, downloads and the like, what was used last standing first. USED BY is `images` for what an image needs, `build` for what a running process uses, and `cache` for the rest.',
      '`cache prune` removes what no image needs; with --all also what the cache knows of layers that images need, and what builds remember. What a running build or container uses stays, whatever is asked for. On a terminal it asks first.',
      'Filters: until=DURATION (unused for so long), id, type (regular, exec.cachemount, source.local, source.git.checkout, source.http, source.packages, internal), description, and inuse, shared, private, mutable, immutable; also with != and, as a regular expression, ~=. With a limit the things that were used least recently are removed first, and no more than necessary. Sizes are written as 500mb or 20g.',
    ],
    args: [{ name: 'du|ls|prune' }],
    flags: [
      { name: 'filter', kind: 'list', value: 'KEY=VALUE', summary: 'Only what fits, as in docker buildx du and prune' },
      { name: 'stages', kind: 'bool', summary: 'du: by the stage that left it' },
      { name: 'verbose', kind: 'bool', summary: 'du, prune: everything that is known of each thing' },
      { name: 'format', kind: 'string', value: 'TEMPLATE', summary: 'du, ls: `json`, or a Go template for every line' },
      { ...json, summary: 'du, ls: print JSON with exact numbers' },
      { name: 'mounts', kind: 'bool', summary: 'ls: only cache mounts' },
      { name: 'quiet', short: 'q', kind: 'bool', summary: 'ls: print ids only' },
      { ...noTrunc, summary: 'ls, prune: do not shorten anything' },
      {
        name: 'all',
        short: 'a',
        kind: 'bool',
        summary: 'prune: also what is known of layers that images need, and what builds remember',
      },
      { name: 'images', kind: 'bool', summary: 'prune: also images without a name' },
      { name: 'max-used-space', kind: 'string', value: size, summary: 'prune: how much the cache may keep' },
      {
        name: 'reserved-space',
        kind: 'string',
        value: size,
        summary: 'prune: how much the cache keeps in any case',
      },
      { name: 'min-free-space', kind: 'string', value: size, summary: 'prune: how much is to be free on the disk' },
      {
        name: 'keep-storage',
        kind: 'string',
        value: size,
        summary: 'prune: the old name of --reserved-space',
        hidden: true,
      },
      { name: 'dry-run', kind: 'bool', summary: 'prune: say what would be removed' },
      { name: 'force', short: 'f', kind: 'bool', summary: 'prune: do not ask' },
    ],
    examples: [
      { command: 'slipway cache du', what: 'what takes how much' },
      { command: 'slipway cache ls --mounts', what: 'cache mounts, with sizes' },
      { command: 'slipway cache prune --filter until=24h', what: 'remove what was not used for a day' },
      { command: 'slipway cache prune -f --max-used-space 20g', what: 'keep 20 GB of what was used last' },
    ],
  },
]
