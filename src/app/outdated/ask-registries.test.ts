import { describe, expect, it } from 'vitest'
import { digestOf, SlipwayError } from '../../core/index.ts'
import { formatReference, parseReference, type Reference } from '../../oci/index.ts'
import { askRegistries } from './ask-registries.ts'

const digest = digestOf(Buffer.from('x'))

/** A registry that notes what it is asked; `gone.example` cannot be reached, `denied.example` refuses. */
function noting(asked: string[]): Parameters<typeof askRegistries>[0] {
  const answer = <T>(question: string, reference: Reference, value: T): Promise<T> => {
    asked.push(`${question} ${formatReference(reference)}`)
    if (reference.registry === 'gone.example')
      return Promise.reject(new SlipwayError('registry-unreachable', 'cannot reach gone.example'))
    if (reference.registry === 'denied.example')
      return Promise.reject(new SlipwayError('registry-denied', `no access to ${reference.repository}`))
    return Promise.resolve(value)
  }
  const registry = {
    tags: (reference: Reference) => answer('tags', reference, ['1', '2']),
    head: (reference: Reference) => answer('head', reference, { digest, mediaType: '', size: 1 }),
  }
  return { registry } as unknown as Parameters<typeof askRegistries>[0]
}

function parse(name: string): Reference {
  const reference = parseReference(name)
  if ('error' in reference) throw new Error(reference.error)
  return reference
}

describe('questions to registries', () => {
  it('are asked once for each repository and each tag, and for digests only where one is pinned', async () => {
    const asked: string[] = []
    const questions = askRegistries(noting(asked), new AbortController().signal)
    const names = ['a.example/app:1', 'a.example/app:2', `a.example/app:1@${digest}`, `a.example/app:1@${digest}`]
    const facts = await Promise.all(names.map((name) => questions.facts(parse(name))))
    expect(asked.sort()).toEqual(['head a.example/app:1', 'tags a.example/app'])
    expect(facts.map((one) => one.digest)).toEqual([undefined, undefined, digest, digest])
    expect(facts.every((one) => one.tags?.length === 2 && one.problems.length === 0)).toBe(true)
  })

  it('do not wait again for a registry that cannot be reached, but try every repository of one that refuses', async () => {
    const asked: string[] = []
    const questions = askRegistries(noting(asked), new AbortController().signal)
    for (const name of ['gone.example/a:1', 'gone.example/b:1', 'denied.example/a:1', 'denied.example/b:1']) {
      const { problems, tags } = await questions.facts(parse(name))
      expect([problems.length, tags]).toEqual([1, undefined])
    }
    expect(asked).toEqual(['tags gone.example/a', 'tags denied.example/a', 'tags denied.example/b'])
  })

  it('end when the user stops', async () => {
    const controller = new AbortController()
    const questions = askRegistries(noting([]), controller.signal)
    controller.abort()
    await expect(questions.facts(parse('gone.example/a:1'))).rejects.toThrow()
  })
})
