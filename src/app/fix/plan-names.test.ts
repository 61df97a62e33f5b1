import { describe, expect, it } from 'vitest'
import { assessUse, imageUses } from '../../bases/index.ts'
import { digestOf, SlipwayError } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { applyEdits } from '../../editing/index.ts'
import { resolveGraph } from '../../graph/index.ts'
import { formatReference, type Reference } from '../../oci/index.ts'
import type { RegistryQuestions } from '../outdated/ask-registries.ts'
import { editsFor, planNames, type PlanOptions } from './plan-names.ts'

const platform = { os: 'linux', architecture: 'amd64' }

/** The digest that a tag stands for here. */
function pinOf(name: string): string {
  return digestOf(Buffer.from(name))
}

/** Registries where each tag has a digest of its own, but for names with `broken` in them. */
const questions: RegistryQuestions = {
  facts: () => Promise.reject(new Error('not asked here')),
  digest: async ({ digest: _digest, ...reference }: Reference) => {
    const name = formatReference(reference)
    if (name.includes('broken')) throw new SlipwayError('registry-unreachable', 'no answer')
    return digestOf(Buffer.from(name))
  },
}

/** The text after the plan, and the notes. */
async function planned(
  text: string,
  tags: Readonly<Record<string, string>>,
  options: Partial<PlanOptions> = {},
): Promise<{ readonly after: string; readonly notes: readonly string[]; readonly problems: readonly string[] }> {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  const graph = resolveGraph(file, { buildArgs: {}, platform, buildPlatform: platform, allStages: true })
  const assessed = imageUses(file, graph).flatMap((use) => {
    const { reference } = use
    if (reference === undefined) return []
    const there = (tags[reference.repository.replace('library/', '')] ?? '').split(' ')
    return [{ use, assessment: assessUse({ ...use, reference }, { tags: there }, Date.parse('2026-11-21')) }]
  })
  const { names, kept, problems } = await planNames(assessed, { limit: 'minor', pin: false, questions, ...options })
  const say = ({ use, why }: (typeof kept)[number]): string => `${use.text} ${why}`
  return { after: applyEdits(text, editsFor(names) ?? []), notes: kept.map(say), problems: problems.map(say) }
}

describe('the plan for the images of a file', () => {
  it('takes the value of a shared ARG that gives every line a tag that exists', async () => {
    const text = 'ARG V=1.0\nFROM one:$V AS a\nFROM two:$V-slim\n'
    const tags = { one: '1.0 1.1 1.2 1.3', two: '1.0-slim 1.2-slim 1.4-slim' }
    expect((await planned(text, tags)).after).toBe(text.replace('1.0', '1.2'))
  })

  it('leaves a shared ARG alone when there is no such value, and says for which line', async () => {
    const text = 'ARG V=1.0\nFROM one:$V AS a\nFROM two:$V\n'
    const { after, notes } = await planned(text, { one: '1.0 1.1', two: '1.0' })
    expect([after, notes]).toEqual([
      text,
      ['one:1.0 gets no newer tag: two:1.0 shares its variables, and has no such tag'],
    ])
  })

  it('moves a pin with its tag, or neither', async () => {
    const pin = `@${pinOf('before')}`
    const text = `FROM one:1.0${pin}\nFROM broken:1.0${pin}\n`
    const { after, problems } = await planned(text, { one: '1.0 1.1', broken: '1.0 1.1' })
    expect(after).toBe(`FROM one:1.1@${pinOf('docker.io/library/one:1.1')}\nFROM broken:1.0${pin}\n`)
    expect(problems).toEqual([`broken:1.0${pin} no answer`])
  })

  it('holds back the lines that share an ARG with a pin that cannot be moved', async () => {
    const text = `ARG V=1.0\nFROM broken:$V@${pinOf('before')} AS a\nFROM one:$V\n`
    const { after, notes } = await planned(text, { one: '1.0 1.1', broken: '1.0 1.1' })
    expect(after).toBe(text)
    expect(notes).toEqual([expect.stringMatching(/^one:1\.0 gets no newer tag: broken:1\.0@.* shares its variables/)])
  })

  it('pins lines that are one reference together', async () => {
    const text = 'ARG B=one:1.0\nFROM $B AS a\nFROM $B\n'
    const { after } = await planned(text, { one: '1.0' }, { pin: true })
    expect(after).toBe(`ARG B=one:1.0@${pinOf('docker.io/library/one:1.0')}\nFROM $B AS a\nFROM $B\n`)
  })

  it('pins nothing in an ARG that makes other references, too, and still takes the newer tag', async () => {
    const text = 'ARG V=1.0\nFROM one:$V AS a\nFROM two:$V\nFROM three:1\n'
    const { after, notes } = await planned(text, { one: '1.0 1.1', two: '1.0 1.1', three: '1' }, { pin: true })
    expect(after).toBe(`ARG V=1.1\nFROM one:$V AS a\nFROM two:$V\nFROM three:1@${pinOf('docker.io/library/three:1')}\n`)
    expect(notes).toEqual([
      'one:1.0 gets no digest: it would reach other lines, too',
      'two:1.0 gets no digest: it would reach other lines, too',
    ])
  })

  it('leaves a digest without a tag alone', async () => {
    const text = `FROM one@${pinOf('x')}\n`
    const { after, notes } = await planned(text, { one: '1.0' }, { pin: true, limit: 'major' })
    expect([after, notes]).toEqual([text, [expect.stringContaining('stays: it has no tag to follow')]])
  })
})
