import { basename, normalize } from 'node:path/posix'
import type { Location } from '../core/index.ts'
import { describedBy, type MountOptions } from '../dockerfile/index.ts'
import type { Facts, StageFacts, StepFacts } from './facts.ts'
import { expandNoting, wordExpander } from './noted-text.ts'

/** What a build of a target can be given. Lists are in the order of the file. */
export interface Outline {
  /** Absent for a stage without a name. */
  readonly name?: string
  readonly description?: string
  readonly args: readonly OutlineArgument[]
  readonly secrets: readonly OutlineMount[]
  readonly ssh: readonly OutlineMount[]
  readonly caches: readonly Omit<OutlineMount, 'required'>[]
}

export interface OutlineArgument {
  readonly name: string
  /** What the build would use: the default, or what was given. */
  readonly value?: string
  readonly description?: string
  readonly at: Location
}

export interface OutlineMount {
  readonly id: string
  readonly required: boolean
  readonly at: Location
}

/** What the target of the facts' graph and the stages below it can be given; undefined without a target. */
export function outlineOf(facts: Facts): Outline | undefined {
  const { graph } = facts
  const target = facts.stages.find(({ stage }) => stage.index === graph.target)
  if (target === undefined) return undefined
  const stages = stagesBelow(facts, target)
  const name = target.stage.name
  const description = name === undefined ? undefined : describedBy(target.from, name)
  const mounts = stages.flatMap(({ steps }) => steps).flatMap(mountsOf)
  const ofType = (type: MountOptions['type']) => firstOfEach(mounts.filter(({ mount }) => mount.type === type))
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    args: inOrder(argumentsOf(facts, stages)),
    secrets: ofType('secret'),
    ssh: ofType('ssh'),
    caches: ofType('cache').map(({ id, at }) => ({ id, at })),
  }
}

/** The stage, then what it starts from and what it copies or mounts, each once. */
function stagesBelow({ graph, stages }: Facts, target: StageFacts): readonly StageFacts[] {
  const found: StageFacts[] = []
  const visit = (index: number): void => {
    const stage = stages[index]
    if (stage === undefined || found.includes(stage)) return
    found.push(stage)
    for (const { from, to } of graph.edges) if (from === index && to.kind === 'stage') visit(to.stage)
  }
  visit(target.stage.index)
  return found
}

interface Definition extends OutlineArgument {
  /** Other global arguments in its default. */
  readonly uses: readonly string[]
}

/** The arguments that the stages declare or FROM uses; a stage's own definition hides the global one. */
function argumentsOf(facts: Facts, stages: readonly StageFacts[]): readonly OutlineArgument[] {
  const globals = globalArguments(facts)
  const result = new Map<string, OutlineArgument>()
  for (const { steps, base, platform } of stages) {
    const own = new Map(steps.flatMap(ownArguments).map((one) => [one.name, one] as const))
    const declared = steps.flatMap(({ args }) => args.map(({ name }) => name))
    for (const name of withUses([...base.found, ...(platform?.found ?? []), ...declared], globals)) {
      const definition = own.get(name) ?? globals.get(name)
      if (definition !== undefined && !result.has(name)) result.set(name, definition)
    }
  }
  return [...result.values()].map(({ name, value, description, at }) => ({
    name,
    ...(value === undefined ? {} : { value }),
    ...(description === undefined ? {} : { description }),
    at,
  }))
}

function ownArguments({ instruction, at, args }: StepFacts): readonly OutlineArgument[] {
  return args
    .filter(({ inherited }) => !inherited)
    .map(({ name, value }) => ({
      name,
      ...(value === undefined ? {} : { value }),
      ...described(describedBy(instruction, name)),
      at,
    }))
}

function globalArguments({ file, graph }: Facts): ReadonlyMap<string, Definition> {
  const first = file.instructions.findIndex(({ kind }) => kind === 'FROM')
  const definitions = new Map<string, Definition>()
  for (const instruction of file.instructions.slice(0, Math.max(0, first))) {
    if (instruction.kind !== 'ARG') continue
    const at = { source: file.source, span: instruction.span }
    for (const { key, value: text } of instruction.pairs) {
      const name = key.text
      const value = graph.globals.get(name)
      const isDefault = text !== undefined && graph.buildArgs[name] === undefined
      const uses = isDefault ? expandNoting(text.text, graph.globals, wordExpander(file.escape)).found : []
      const shown = value === undefined ? {} : { value }
      definitions.set(name, { name, ...shown, ...described(describedBy(instruction, name)), at, uses })
    }
  }
  return definitions
}

function withUses(names: readonly string[], globals: ReadonlyMap<string, Definition>): ReadonlySet<string> {
  const all = new Set<string>()
  const add = (name: string): void => {
    if (all.has(name)) return
    all.add(name)
    for (const used of globals.get(name)?.uses ?? []) add(used)
  }
  for (const name of names) add(name)
  return all
}

function described(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description }
}

interface PlacedMount {
  readonly mount: MountOptions
  readonly at: Location
}

function mountsOf({ mounts, at }: StepFacts): readonly PlacedMount[] {
  return mounts.map((mount) => ({ mount, at }))
}

function firstOfEach(mounts: readonly PlacedMount[]): readonly OutlineMount[] {
  const found = new Map<string, OutlineMount>()
  for (const { mount, at } of inOrder(mounts)) {
    const id = idOf(mount)
    if (!found.has(id)) found.set(id, { id, required: mount.required, at })
  }
  return [...found.values()]
}

function idOf({ type, id, source, target = '' }: MountOptions): string {
  if (type === 'secret') return source || id || basename(target)
  return id || (type === 'ssh' ? 'default' : normalize(target))
}

function inOrder<T extends { readonly at: Location }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => a.at.span.start - b.at.span.start)
}
