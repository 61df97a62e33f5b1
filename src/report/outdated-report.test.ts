import { describe, expect, it } from 'vitest'
import { assessUse, imageUses } from '../bases/index.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import { resolveGraph } from '../graph/index.ts'
import { outdatedLines, type OutdatedFindings } from './outdated-report.ts'
import { plainPalette } from './palette.ts'

const platform = { os: 'linux', architecture: 'amd64' }
const tags = ['14', '20', '22', '24']

function findings(text: string, problems: readonly string[] = [], today = '2026-11-21'): OutdatedFindings {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  const graph = resolveGraph(file, { buildArgs: {}, platform, buildPlatform: platform, allStages: true })
  const uses = imageUses(file, graph).map((use) => {
    const { reference } = use
    if (reference === undefined) return { use, problems: [] }
    return {
      use,
      assessment: assessUse({ ...use, reference }, problems.length > 0 ? {} : { tags }, Date.parse(today)),
      problems,
    }
  })
  return { uses, catalogue: '2026-08-22' }
}

function lines(text: string, width?: number, more: { all?: boolean; problems?: readonly string[] } = {}): string[] {
  const { all = false, problems } = more
  return outdatedLines(findings(text, problems), {
    palette: plainPalette,
    all,
    ...(width === undefined ? {} : { width }),
  })
}

describe('the table of outdated images', () => {
  it('has notes in a column where there is room', () => {
    expect(lines('FROM node:14\nFROM scratch\n')).toEqual([
      'FILE:LINE      IMAGE   CURRENT   WANTED   LATEST   NOTE',
      'Dockerfile:1   node    14        14       24       Node.js 14: end of life since 2023-04-30',
      '',
      '1 image, 1 outdated; ends of support: catalogue of 2026-08-22',
    ])
  })

  it('tells of images whose support ends soon, of whichever kind it is', () => {
    const shown = (today: string): readonly string[] =>
      outdatedLines(findings('FROM debian:bookworm\n', [], today), { palette: plainPalette, all: false })
    expect(shown('2028-06-01')[1]).toMatch(/debian .* Debian 12: long-term support ends in 29 days$/)
    expect(shown('2026-05-01')[1]).toMatch(/debian .* Debian 12: support ends in \d\d days$/)
    expect(shown('2028-01-01')).toHaveLength(1)
  })

  it('wraps notes in that column, and puts them below where it would be too narrow', () => {
    expect(lines('FROM node:14\n', 78).slice(0, 3)).toEqual([
      'FILE:LINE      IMAGE   CURRENT   WANTED   LATEST   NOTE',
      'Dockerfile:1   node    14        14       24       Node.js 14: end of life',
      '                                                   since 2023-04-30',
    ])
    expect(lines('FROM node:14\n', 60).slice(0, 3)).toEqual([
      'FILE:LINE      IMAGE   CURRENT   WANTED   LATEST',
      'Dockerfile:1   node    14        14       24',
      '  Node.js 14: end of life since 2023-04-30',
    ])
  })

  it('becomes a list in a terminal that is narrower than its columns', () => {
    expect(lines('FROM node:14\n', 40).slice(0, 4)).toEqual([
      'Dockerfile:1   node',
      '  current 14, latest 24',
      '  Node.js 14: end of life since',
      '  2023-04-30',
    ])
  })

  it('leaves out what is up to date unless everything is asked for', () => {
    const text = 'FROM node:24 AS a\nFROM a\n'
    expect(lines(text)).toEqual(['1 image, none outdated; ends of support: catalogue of 2026-08-22'])
    expect(lines(text, undefined, { all: true }).slice(1, 3)).toEqual([
      'Dockerfile:1   node    24        24       24',
      'Dockerfile:2   a       -         -        -        stage a',
    ])
  })

  it('claims nothing about what could not be asked', () => {
    expect(lines('FROM team/app:1\n', undefined, { problems: ['cannot reach x'] }).slice(1, 2)).toEqual([
      'Dockerfile:1   team/app   1         ?        ?        not known: cannot reach x',
    ])
  })
})
