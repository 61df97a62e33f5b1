import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../test/kit/pitfall-facts.ts'
import { applyEdits } from '../editing/index.ts'
import { instructions } from './families/instructions.ts'
import { packages } from './families/packages.ts'

const rules = [...packages, ...instructions]
const examples: readonly { readonly rule: string; readonly before: string; readonly after: string }[] = [
  {
    rule: 'apt-lists-not-removed',
    before: 'FROM debian:12\nRUN apt-get update \\\n && apt-get install -y jq\nRUN rm -rf /var/lib/apt/lists/*\n',
    after: 'FROM debian:12\nRUN apt-get update \\\n && apt-get install -y jq \\\n && rm -rf /var/lib/apt/lists/*\n',
  },
  {
    rule: 'apt-lists-not-removed',
    before: 'FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y jq\nEOF\n',
    after:
      'FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get install -y jq\nrm -rf /var/lib/apt/lists/*\nEOF\n',
  },
  {
    rule: 'update-alone',
    before: 'FROM debian:12\nRUN apt-get update\n# tools\nRUN apt-get install -y curl\n',
    after: 'FROM debian:12\n# tools\nRUN apt-get update && apt-get install -y curl\n',
  },
  {
    rule: 'update-alone',
    before: 'FROM alpine:3.22\nRUN apk update\nRUN apk add --no-cache curl\n',
    after: 'FROM alpine:3.22\nRUN apk add --no-cache curl\n',
  },
  {
    rule: 'package-cache-kept',
    before: 'FROM python:3.13-slim\nRUN pip install -r requirements.txt\n',
    after: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir -r requirements.txt\n',
  },
  {
    rule: 'package-cache-kept',
    before: 'FROM python:3.13\nRUN python -m pip install a && pip install poetry && poetry install\n',
    after:
      'FROM python:3.13\nRUN python -m pip install --no-cache-dir a && pip install --no-cache-dir poetry && poetry install --no-cache\n',
  },
  {
    rule: 'package-cache-kept',
    before: 'FROM node:24\nRUN npm ci\n',
    after: 'FROM node:24\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
  },
  {
    rule: 'cleanup-in-later-layer',
    before: 'FROM debian:12\nRUN curl -o /a.tgz https://e.test/a.tgz\nRUN tar xf /a.tgz\n\nRUN rm /a.tgz\nCMD ["a"]\n',
    after:
      'FROM debian:12\nRUN curl -o /a.tgz https://e.test/a.tgz \\\n    && tar xf /a.tgz \\\n    && rm /a.tgz\nCMD ["a"]\n',
  },
  {
    rule: 'download-left-behind',
    before: 'FROM debian:12\nRUN curl -o /a.tgz https://e.test/a.tgz && tar xf /a.tgz\n',
    after: 'FROM debian:12\nRUN curl -o /a.tgz https://e.test/a.tgz && tar xf /a.tgz \\\n    && rm /a.tgz\n',
  },
  {
    rule: 'add-instead-of-copy',
    before: 'from node:24\nadd --chown=1 a /a\n',
    after: 'from node:24\ncopy --chown=1 a /a\n',
  },
  { rule: 'shell-form-cmd', before: 'FROM node:24\nCMD  node a.js\n', after: 'FROM node:24\nCMD  ["node", "a.js"]\n' },
  {
    rule: 'no-sudo',
    before: 'FROM debian:12\nRUN sudo apt-get update\n',
    after: 'FROM debian:12\nRUN apt-get update\n',
  },
  {
    rule: 'chown-duplicates-layer',
    before: 'FROM node:24\nCOPY a /app/a\nCOPY --link b /app/b\nRUN mkdir /x && chown -R node:node /app\nUSER node\n',
    after:
      'FROM node:24\nCOPY --chown=node:node a /app/a\nCOPY --link --chown=node:node b /app/b\nRUN mkdir /x\nUSER node\n',
  },
  {
    rule: 'assume-yes-missing',
    before: 'FROM debian:12\nRUN apt-get install jq\n',
    after: 'FROM debian:12\nRUN apt-get install -y jq\n',
  },
]

describe('the fix of', () => {
  it.each(examples.map((one) => [`${one.rule}: ${one.before}`, one] as const))('%s', (_, { rule, before, after }) => {
    const [hit] = rules.find(({ id }) => id === rule)?.find(pitfallFacts(before)) ?? []
    expect(applyEdits(before, hit?.fixes?.[0]?.edits ?? [])).toBe(after)
  })

  it('an index is not made where a RUN below installs from it, and RUNs with other joints are not joined', () => {
    const offered = (id: string, text: string): number =>
      rules.find((rule) => rule.id === id)?.find(pitfallFacts(text))[0]?.fixes?.length ?? -1
    expect(offered('apt-lists-not-removed', 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y jq\n')).toBe(0)
    for (const between of ['RUN cd /x && true', 'RUN a || b', 'RUN a; b', 'COPY x /x', '# why', 'RUN --network=none a'])
      expect(
        offered(
          'cleanup-in-later-layer',
          `FROM debian:12\nRUN curl -o /a.tgz https://e.test/a\n${between}\nRUN rm /a.tgz\n`,
        ),
        between,
      ).toBe(0)
  })
})
