import { parseDockerfile } from '../../src/dockerfile/index.ts'
import { resolveGraph } from '../../src/graph/index.ts'
import { type Facts, gatherPitfallFacts } from '../../src/pitfalls/index.ts'
import { projectOf } from './project-of.ts'

const platform = { os: 'linux', architecture: 'amd64' }

/** The facts about a Dockerfile and the files beside it, as rules get them. */
export function pitfallFacts(dockerfile: string, files: Readonly<Record<string, string | number>> = {}): Facts {
  const file = parseDockerfile({ path: 'Dockerfile', text: dockerfile })
  const graph = resolveGraph(file, { buildArgs: {}, platform, buildPlatform: platform, allStages: true })
  const facts = gatherPitfallFacts({ file, graph, project: projectOf({ ...files, Dockerfile: dockerfile }) })
  if (facts === undefined) throw new Error('the Dockerfile has no stage')
  return facts
}
