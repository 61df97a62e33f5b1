import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../test/kit/pitfall-facts.ts'
import { positionAt } from '../core/index.ts'
import { allPitfalls } from './all-pitfalls.ts'
import type { PitfallCase } from './cases/pitfall-case.ts'
import type { Pitfall } from './pitfall.ts'

const ids = allPitfalls.map(({ id }) => id)
const pages = join(import.meta.dirname, '../../docs/rules')
const tables = new Map<string, readonly PitfallCase[]>()
for (const name of readdirSync(join(import.meta.dirname, 'cases'))) {
  const id = name.replace(/\.ts$/, '')
  if (id === 'pitfall-case') continue
  const { cases } = (await import(`./cases/${name}`)) as { cases: readonly PitfallCase[] }
  tables.set(id, cases)
}

describe('rules', () => {
  it('have a file, a page and a table of cases each, and nothing else has', () => {
    const files = readdirSync(join(import.meta.dirname, 'rules')).map((name) => name.replace(/\.ts$/, ''))
    expect(files.sort()).toEqual([...ids].sort())
    expect([...tables.keys()].sort()).toEqual([...ids].sort())
    const written = readdirSync(pages).filter((name) => /^[a-z][a-z0-9-]*\.md$/.test(name))
    expect(written.sort()).toEqual(ids.map((id) => `${id}.md`).sort())
  })

  it('are called once each', () => {
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe.each(allPitfalls.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const cases = tables.get(id) ?? []

  it('has cases where it speaks, and cases that look alike where it does not', () => {
    expect(cases.some(({ finds = [] }) => finds.length > 0)).toBe(true)
    expect(cases.some(({ finds = [] }) => finds.length === 0)).toBe(true)
  })

  it.each(cases.map((one) => [one.title, one] as const))('%s', (_, { finds = [], says, advises, ...one }) => {
    const found = placesOf(rule, one)
    expect(found.map(({ place }) => place)).toEqual(finds)
    if (says !== undefined) expect(found.map(({ message }) => message).join('\n')).toContain(says)
    if (advises !== undefined) expect(found.map(({ hint }) => hint).join('\n')).toContain(advises)
  })

  it('finds the bad example of its page, and nothing in the good one', () => {
    const page = readFileSync(join(pages, `${id}.md`), 'utf8')
    expect(page).toMatch(new RegExp(`^# ${id}\n`))
    for (const [kind, finds] of [
      ['bad', true],
      ['good', false],
    ] as const) {
      const example = exampleIn(page, kind)
      expect(example.dockerfile, `a \`\`\`dockerfile ${kind} block`).not.toBe('')
      if (rule.level === 'image') expect(example.image, `an \`\`\`image ${kind} block`).not.toBeUndefined()
      if (rule.level === 'run') expect(example.run, `a \`\`\`run ${kind} block`).not.toBeUndefined()
      expect(placesOf(rule, example).length > 0, `the ${kind} example`).toBe(finds)
    }
  })
})

interface Example {
  readonly dockerfile: string
  readonly files?: PitfallCase['files'] | undefined
  readonly image?: string | undefined
  readonly run?: string | undefined
}

function placesOf(
  rule: Pitfall,
  { dockerfile, files, image, run }: Example,
): readonly { readonly place: number | string; readonly message: string; readonly hint: string | undefined }[] {
  return rule
    .find(pitfallFacts(dockerfile, files, image, run))
    .map(({ at, message, hint }) => {
      const { line } = positionAt(at.source, at.span.start)
      return { place: at.source.path === 'Dockerfile' ? line : `${at.source.path}:${line}`, message, hint }
    })
    .sort((a, b) => (typeof a.place === 'number' && typeof b.place === 'number' ? a.place - b.place : 0))
}

/**
 * The blocks of a page: `dockerfile bad` and `dockerfile good`, and other files of the context as `json file=package.json`,
 * `text bad file=notes.txt` for one of the two only, `text file=video.mp4 size=9000000` for something large.
 * `image bad` and `image good` are what is built, in the words of `imageOf`; `run bad` and `run good` how it starts (`runOf`).
 */
function exampleIn(page: string, kind: string): Example {
  const files: Record<string, string | number> = {}
  let dockerfile = ''
  let image: string | undefined
  let run: string | undefined
  for (const [, info = '', text = ''] of page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    const words = info.split(' ')
    const only = words.find((word) => word === 'bad' || word === 'good')
    if (only !== undefined && only !== kind) continue
    const [path, size] = ['file', 'size'].map((key) =>
      words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1),
    )
    if (path !== undefined) files[path] = size === undefined ? text : Number(size)
    else if (words[0] === 'dockerfile' && only === kind) dockerfile = text
    else if (words[0] === 'image') image = text
    else if (words[0] === 'run') run = text
  }
  return { dockerfile, files, image, run }
}
