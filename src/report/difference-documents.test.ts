import { describe, expect, it } from 'vitest'
import type { ImageTotals } from '../compare/index.ts'
import { differenceHtml, differenceMarkdown } from './difference-documents.ts'
import type { ShownDifference } from './difference-page.ts'

const totals: ImageTotals = {
  name: 'a|b<script>',
  platform: 'linux/amd64',
  layers: 1,
  disk: 1000,
  packages: 0,
  skipped: [],
  files: 1,
}
const difference: ShownDifference = {
  same: false,
  before: totals,
  after: { ...totals, name: 'later', disk: 3000 },
  sharedLayers: 0,
  layers: {
    shared: 0,
    fetched: { layers: 1, disk: 3000 },
    different: [{ change: 'added', diffId: 'sha256:a', disk: 3000, instruction: 'RUN a | b && echo `c` </details>' }],
  },
  growth: [{ instruction: 'RUN new', formerly: 'RUN old', source: 'Dockerfile', line: 9, before: 1000, after: 3000 }],
  cost: [null, { steps: 3, cached: 1, spent: 2000 }],
  hasSettings: true,
  config: [],
  packages: [],
  files: [],
  directories: [],
  thresholds: [
    { threshold: 'disk+5%', measure: 'disk', outcome: 'fail', before: 1000, after: 3000, most: 1050 },
    { threshold: 'transfer+1MB', measure: 'transfer', outcome: 'unknown' },
  ],
  vulnerabilities: {
    gone: [{ cause: 'package', packages: ['gcc-12', 'perl'], origin: { line: 'Dockerfile:3' }, vulnerabilities: [] }],
    added: [{ cause: 'version', packages: ['curl'], vulnerabilities: [] }],
    kept: [],
    counts: { critical: [1, 0], high: [0, 0], medium: [0, 2], low: [0, 0], unknown: [0, 0] },
  },
}

describe('differenceMarkdown', () => {
  const text = differenceMarkdown(difference, false).join('\n')

  it.each([
    '| exceeded | disk+5%: 3kB, at most 1.05kB (was 1kB) | `+2kB Dockerfile:9 RUN new` |',
    '| unknown | transfer+1MB: transfer is not known of both images, as layers were never compressed |  |',
    '| +2kB | `Dockerfile:9` | `RUN new`<br>`was RUN old` |',
    '**Vulnerabilities**: critical 1 → 0, medium 0 → 2',
    '| gone with gcc-12, perl: 0 (Dockerfile:3) |',
    '| new with another version of curl: 0 |',
    '| `later` | 3 steps, 1 from the cache, took 2.0s |',
  ])('has the line %s', (line) => {
    expect(text.split('\n')).toContain(line)
  })

  it('keeps what images say inside its table and its fold', () => {
    expect(text).toContain('| `` RUN a \\| b && echo `c` </details> `` |')
    expect(text).toContain('| a\\|b&lt;script> |')
  })
})

describe('differenceHtml', () => {
  const text = differenceHtml(difference, false).join('\n')

  it('spells out what images say, and loads nothing', () => {
    expect(text).toContain('a|b&lt;script&gt;')
    expect(text).not.toMatch(/<script|<link|<img|https?:|url\(/)
    expect(text).toContain('RUN a | b &amp;&amp; echo `c` &lt;/details&gt;')
  })

  it('opens what is told first and folds what is long', () => {
    expect(text).toContain('<details open><summary>Limits <small>2 not held</small></summary>')
    expect(text).toContain('<details><summary>Layers <small>')
    expect(text.match(/<details/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0)
  })
})
