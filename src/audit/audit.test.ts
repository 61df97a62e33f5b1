import { describe, expect, it } from 'vitest'
import type { Finding } from '../core/index.ts'
import { formatLocation } from '../core/index.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import { resolveGraph } from '../graph/index.ts'
import { audit } from './audit.ts'
import { checkSettings } from './check-settings.ts'
import { gatherFacts } from './gather-facts.ts'

const platform = { os: 'linux', architecture: 'amd64' }

function findings(...lines: readonly string[]): readonly Finding[] {
  const file = parseDockerfile({ path: 'Dockerfile', text: lines.join('\n') })
  const graph = resolveGraph(file, { buildArgs: {}, platform, buildPlatform: platform, allStages: true })
  const settings = checkSettings(file, {})
  if ('error' in settings) throw new Error(settings.error)
  return audit(gatherFacts({ file, graph }), settings.options)
}

const short = (list: readonly Finding[]) => list.map(({ code, at }) => `${formatLocation(at)} ${code}`)

describe('audit', () => {
  it('says nothing about variables that an unknown base may set, also in stages that start from it', () => {
    const list = findings('FROM unknown AS a', 'ENV A=$B', 'CMD x', 'FROM a', 'ENV C=$D', 'FROM scratch', 'ENV E=$F')
    expect(short(list)).toEqual(['Dockerfile:3:5 JSONArgsRecommended', 'Dockerfile:7:7 UndefinedVar'])
  })

  it('names the variable that was meant, whatever its case, and none that is merely short', () => {
    const list = findings('FROM scratch', 'ENV HOST=1 X=1', 'COPY $host $HOTS $EE /')
    expect(list.map(({ message }) => message)).toEqual([
      "Usage of undefined variable '$host' (did you mean $HOST?)",
      "Usage of undefined variable '$HOTS' (did you mean $HOST?)",
      "Usage of undefined variable '$EE'",
    ])
  })

  it('points to a word on the first line, and to the whole instruction for words further down', () => {
    const [first, second] = findings('FROM scratch', 'COPY $A \\', '  $B /')
    expect([first, second].map((finding) => [finding?.at.span, finding?.whole.span])).toEqual([
      [
        { start: 18, end: 20 },
        { start: 13, end: 29 },
      ],
      [
        { start: 13, end: 29 },
        { start: 13, end: 29 },
      ],
    ])
  })

  it('puts findings in the order of the file', () => {
    const list = findings('FROM scratch AS A', 'ENV one two', 'maintainer me', 'WORKDIR x')
    expect(short(list)).toEqual([
      'Dockerfile:1:17 StageNameCasing',
      'Dockerfile:2:5 LegacyKeyValueFormat',
      'Dockerfile:3:1 ConsistentInstructionCasing',
      'Dockerfile:3:1 MaintainerDeprecated',
      'Dockerfile:4:9 WorkdirRelativePath',
    ])
  })

  it('shows the trigger behind a finding at FROM', () => {
    const [finding] = findings('FROM scratch AS a', 'ONBUILD WORKDIR rel', 'FROM a')
    expect(finding).toMatchObject({ code: 'WorkdirRelativePath', whole: { span: { start: 38, end: 44 } } })
    expect(finding?.related.map(({ note, at }) => [note, formatLocation(at)])).toEqual([
      ['the trigger', 'Dockerfile:2:1'],
    ])
  })
})
