import { audit, checkSettings, gatherFacts, ignoreFacts } from '../../audit/index.ts'
import type { Finding } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import type { Draft } from '../../fixing/index.ts'
import { resolveGraph } from '../../graph/index.ts'
import { parseIgnore } from '../../ignore/index.ts'
import { machinePlatform } from '../build/plan-request.ts'

/** A Dockerfile, and what its check may know. */
export interface DraftPlace {
  /** As shown. */
  readonly path: string
  readonly buildArgs: Readonly<Record<string, string>>
  /** The ignore file of the project as it is on the disk. */
  readonly ignore?: { readonly path: string; readonly text: string }
}

/** What is wrong with a draft. Asks nobody: what needs an image says nothing. */
export function checkDraft({ text, files }: Draft, place: DraftPlace): readonly Finding[] {
  const file = parseDockerfile({ path: place.path, text })
  const settings = checkSettings(file, place.buildArgs)
  if ('error' in settings) return []
  const platform = machinePlatform()
  const graph = resolveGraph(file, { buildArgs: place.buildArgs, platform, buildPlatform: platform, allStages: true })
  const name = place.ignore?.path ?? '.dockerignore'
  const written = files.get(name) ?? place.ignore?.text ?? ''
  const ignore = ignoreFacts(parseIgnore({ path: name, text: written }).patterns)
  return audit(gatherFacts({ file, graph, ...(ignore === undefined ? {} : { ignore }) }), settings.options)
}
