import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../core/index.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import { type ImageAnswer, resolveGraph } from '../graph/index.ts'
import { allRules } from './all-rules.ts'
import { audit } from './audit.ts'
import { checkSettings } from './check-settings.ts'
import { gatherFacts } from './gather-facts.ts'
import { ignoreFacts } from './ignore-facts.ts'

const pages = join(import.meta.dirname, '../../docs/rules')
const platform = { os: 'linux', architecture: 'amd64' }

describe('rules', () => {
  it('have a file and a page each, and nothing else has', () => {
    const slugs = allRules.map(({ name }) =>
      name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase(),
    )
    expect(readdirSync(join(import.meta.dirname, 'rules'))).toEqual(slugs.map((slug) => `${slug}.ts`).sort())
    const names = allRules.map(({ name }) => `${name}.md`)
    // The pages of other rules have names in small letters.
    const written = readdirSync(pages).filter((name) => /^[A-Z][a-z]|^JSON/.test(name))
    expect(written.sort()).toEqual(names.sort())
  })

  it('stand in the list of pages in the order of their names', () => {
    const listed = [...readFileSync(join(pages, 'README.md'), 'utf8').matchAll(/^- \[(\w+)\]\(\1\.md\)/gm)]
    expect(listed.map(([, name]) => name)).toEqual(allRules.map(({ name }) => name).sort())
  })

  it.each(allRules.map(({ name }) => name))(
    '%s finds the bad example of its page and nothing in the good one',
    (name) => {
      const page = readFileSync(join(pages, `${name}.md`), 'utf8')
      const patterns = block(page, 'dockerignore')[0]?.trim().split('\n') ?? []
      const [bad = '', good = ''] = block(page, 'dockerfile')
      expect(rulesIn(bad, patterns)).toContain(name)
      expect(rulesIn(good, patterns)).toEqual([])
    },
  )
})

function block(page: string, language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\n([^\`]*)\`\`\``, 'g'))].map(([, text = '']) => text)
}

/** Every image is for amd64, except those that say otherwise in their name. */
function rulesIn(text: string, patterns: readonly string[]): readonly string[] {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  const options = { buildArgs: {}, platform, buildPlatform: platform, allStages: true }
  const answers = new Map(
    resolveGraph(file, options).questions.map(({ key, written }) => [key, image(written.includes('arm64'))] as const),
  )
  const ignore = ignoreFacts(patterns)
  const graph = resolveGraph(file, options, answers)
  const settings = checkSettings(file, {})
  if ('error' in settings) throw new Error(settings.error)
  const facts = gatherFacts({ file, graph, ...(ignore === undefined ? {} : { ignore }) })
  return audit(facts, settings.options).map(({ code }) => code)
}

function image(arm: boolean): ImageAnswer {
  const config = { os: 'linux', architecture: arm ? 'arm64' : 'amd64', config: {} }
  return { manifest: digestOf('m'), layers: [{ diffId: digestOf('l') }], config: config as ImageAnswer['config'] }
}
