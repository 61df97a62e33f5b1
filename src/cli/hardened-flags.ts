import type { FlagSpec } from './flags.ts'

/** What `slipway run --hardened` adds to the flags of `run`. */
export const hardenedFlags: readonly FlagSpec[] = [
  {
    name: 'hardened',
    kind: 'bool',
    summary:
      'Try whether it runs as an ordinary user with a read-only root and without capabilities, and name what does not let it',
  },
  { name: 'for', kind: 'string', value: 'DURATION', summary: 'With --hardened: how long to watch; the default is 10s' },
  {
    name: 'until-ready',
    kind: 'bool',
    summary: 'With --hardened: watch until its ports are open and HEALTHCHECK succeeds',
  },
  {
    name: 'stop-timeout',
    kind: 'number',
    value: 'SECONDS',
    summary: 'With --hardened: how long it may take to end',
    default: '10',
  },
  { name: 'json', kind: 'bool', summary: 'With --hardened: print JSON' },
  { name: 'format', kind: 'string', value: 'FORMAT', summary: 'As --json', choices: ['text', 'json'], default: 'text' },
]
