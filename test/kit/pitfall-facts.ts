import { parseDockerfile } from '../../src/dockerfile/index.ts'
import { resolveGraph } from '../../src/graph/index.ts'
import { type Facts, gatherPitfallFacts } from '../../src/pitfalls/index.ts'
import { imageOf } from './image-of.ts'
import { projectOf } from './project-of.ts'
import { runOf } from './run-of.ts'

const platform = { os: 'linux', architecture: 'amd64' }

/** The facts about a Dockerfile, the files beside it, an image (as `imageOf` takes it) and its run (`runOf`), as rules get them. */
export function pitfallFacts(
  dockerfile: string,
  files: Readonly<Record<string, string | number>> = {},
  image?: string,
  run?: string,
): Facts {
  const file = parseDockerfile({ path: 'Dockerfile', text: dockerfile })
  const graph = resolveGraph(file, { buildArgs: {}, platform, buildPlatform: platform, allStages: true })
  const built = image === undefined ? undefined : imageOf(image)
  const argv = [...(built?.config.Entrypoint ?? []), ...(built?.config.Cmd ?? [])]
  const facts = gatherPitfallFacts({
    file,
    graph,
    project: projectOf({ ...files, Dockerfile: dockerfile }),
    ...(built === undefined ? {} : { image: built }),
    ...(run === undefined ? {} : { run: runOf(run, argv) }),
  })
  if (facts === undefined) throw new Error('the Dockerfile has no stage')
  return facts
}
