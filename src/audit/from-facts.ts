import { type Dockerfile, flagsNamed } from '../dockerfile/index.ts'
import type { StageGraph } from '../graph/index.ts'
import { parsePlatform, parseReference } from '../oci/index.ts'
import type { FromInstruction, PlatformFacts, VariableText } from './facts.ts'
import { unknownNames } from './known-names.ts'
import { expandNoting, wordExpander } from './noted-text.ts'

const builtIn = /^(?:(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/

/** What a FROM line says, in the scope of the global arguments. */
export interface FromScope {
  readonly file: Dockerfile
  readonly graph: StageGraph
  /** The global scope as it would be without `--build-arg`; absent when a default cannot be expanded. */
  readonly defaults: ReadonlyMap<string, string> | undefined
}

/** The scope of FROM lines. */
export function fromScope(file: Dockerfile, graph: StageGraph): FromScope {
  return { file, graph, defaults: defaultScope(file, graph) }
}

/** The image name, expanded. */
export function baseText({ file, graph }: FromScope, from: FromInstruction): VariableText {
  return inGlobalScope(graph, from.image.text, file)
}

/** The last `--platform`; undefined without one. */
export function platformFacts({ file, graph }: FromScope, from: FromInstruction): PlatformFacts | undefined {
  const flag = flagsNamed(from, 'platform').at(-1)
  const written = flag?.content
  if (flag === undefined || written === undefined || written === '') return undefined
  const text = inGlobalScope(graph, written, file)
  const platform = text.value === '' ? undefined : parsePlatform(text.value, graph.options.buildPlatform)
  const alone = text.found.length === 1 && text.missing.length === 0 && text.found[0] === 'TARGETPLATFORM'
  return {
    ...text,
    flag,
    written,
    ...(platform === undefined || 'error' in platform ? {} : { platform }),
    isTarget: alone && text.value === graph.globals.get('TARGETPLATFORM'),
  }
}

/** Which FROM lines would name something that can be an image if no `--build-arg` were given. */
export function validByDefault({ file, defaults }: FromScope, froms: readonly FromInstruction[]): readonly boolean[] {
  // BuildKit gives up at the first name that cannot be expanded, and says nothing about those behind it.
  let given = defaults === undefined
  return froms.map((from) => {
    if (given || defaults === undefined) return true
    const text = expandNoting(from.image.text, defaults, wordExpander(file.escape))
    given = text.error !== undefined
    return given || !('error' in parseReference(text.value))
  })
}

function inGlobalScope(graph: StageGraph, text: string, file: Dockerfile): VariableText {
  const noted = expandNoting(text, graph.globals, wordExpander(file.escape))
  return { ...noted, unknown: unknownNames(noted.missing, new Set([...graph.globalArgs, ...graph.globals.keys()])) }
}

function defaultScope(file: Dockerfile, graph: StageGraph): ReadonlyMap<string, string> | undefined {
  const values = new Map([...graph.globals].filter(([name]) => builtIn.test(name)))
  const first = file.instructions.findIndex(({ kind }) => kind === 'FROM')
  for (const instruction of file.instructions.slice(0, Math.max(0, first))) {
    if (instruction.kind !== 'ARG') continue
    for (const { key, value } of instruction.pairs) {
      if (value === undefined) continue
      const text = expandNoting(value.text, values, wordExpander(file.escape))
      if (text.error !== undefined) return undefined
      values.set(key.text, text.value)
    }
  }
  return values
}
