import { describe, expect, it } from 'vitest'
import { pageLines } from './page-text.ts'
import { plainPalette } from './palette.ts'

const page = `# a-rule

See [the list](README.md) of **all** \`rules\`, which is
one paragraph.

- a point that goes on and on until it is longer than the line
- another

\`\`\`dockerfile bad
FROM \`a\`
  # kept as it is
\`\`\`

\`\`\`json file=package.json
{}
\`\`\`
`

describe('a page in a terminal', () => {
  it('is filled to the width, with examples set in and without marks', () => {
    expect(pageLines(page, { width: 40, palette: plainPalette })).toEqual([
      'a-rule',
      '',
      'See the list of all rules, which is one',
      'paragraph.',
      '',
      '- a point that goes on and on until it',
      '  is longer than the line',
      '- another',
      '',
      'wrong:',
      '    FROM `a`',
      '      # kept as it is',
      '',
      'package.json:',
      '    {}',
    ])
  })

  it('spells out what would steer the terminal', () => {
    expect(pageLines('a\u001b[31m', { width: 40, palette: plainPalette })).toEqual(['a\\x1b[31m'])
  })
})
