import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { Source } from '../../core/index.ts'
import type { Pipeline } from '../project.ts'
import {
  child,
  entriesOf,
  itemsOf,
  parseYaml,
  placedText,
  scalarText,
  spanOf,
  textAt,
  type YamlEntry,
} from '../yaml-document.ts'
import { scriptDeeds } from './command-deeds.ts'
import type { Deed } from './deed.ts'
import { usesDeeds, variablesOf } from './github-steps.ts'
import { orbDeeds, pluginDeeds, taskDeeds } from './plugin-steps.ts'

type YamlSystem = Exclude<Pipeline['system'], 'jenkins'>

/** Keys whose value is a script, or a list of commands that one shell runs. */
const scriptKeys: Readonly<Record<YamlSystem, RegExp>> = {
  github: /^run$/,
  gitlab: /^(?:script|before_script|after_script)$/,
  circleci: /^(?:run|command)$/,
  azure: /^(?:script|bash|inlineScript)$/,
  bitbucket: /^(?:script|after-script)$/,
  drone: /^commands$/,
  buildkite: /^(?:command|commands)$/,
  travis: /^(?:script|install|before_install|before_script|after_script|after_success|before_deploy|after_deploy)$/,
}

interface Walk {
  readonly system: YamlSystem
  readonly source: Source
  readonly variables: ReadonlyMap<string, string>
  /** What a local action or a reusable workflow does, by its path in the repository. */
  readonly included: (path: string) => readonly Deed[]
}

/** What the steps of a pipeline do with images, in the order of the file; undefined when the file is broken. */
export function yamlDeeds(
  source: Source,
  { system, included }: Pick<Walk, 'system' | 'included'>,
): readonly Deed[] | undefined {
  const roots = parseYaml(source.text)
  if (roots.length === 0) return undefined
  const variables = new Map(roots.flatMap((root) => allVariables(root)))
  return roots.flatMap((root) => walk(root, { system, source, variables, included }, false))
}

/** Every variable that is set to a text anywhere: where two jobs differ, either will do to tell images apart. */
function allVariables(node: Node | undefined, depth = 0): readonly (readonly [string, string])[] {
  if (depth > 12) return []
  if (isSeq(node)) return itemsOf(node).flatMap((item) => allVariables(item, depth + 1))
  return entriesOf(node).flatMap(({ key, value }) =>
    /^(?:env|variables|environment)$/.test(key) ? variablesOf(value) : allVariables(value, depth + 1),
  )
}

function walk(node: Node | undefined, how: Walk, tolerant: boolean, depth = 0): readonly Deed[] {
  if (node === undefined || depth > 40) return []
  if (isSeq(node)) return itemsOf(node).flatMap((item) => walk(item, how, tolerant, depth + 1))
  if (isScalar(node)) return how.system === 'circleci' ? orbStep(node, how, tolerant) : []
  if (!isMap(node)) return []
  const lenient = tolerant || goesOn(node)
  return [
    ...stepDeeds(node, how, lenient),
    ...entriesOf(node).flatMap((entry) => entryDeeds(entry, how, lenient, depth)),
  ]
}

/** Keys of a step or a job that let the pipeline go on when it fails. */
function goesOn(node: Node): boolean {
  return (
    ['continue-on-error', 'allow_failure', 'continueOnError', 'soft_fail'].some(
      (key) => textAt(node, key) === 'true',
    ) || textAt(node, 'failure') === 'ignore'
  )
}

function entryDeeds(entry: YamlEntry, how: Walk, tolerant: boolean, depth: number): readonly Deed[] {
  const { key, value } = entry
  if (value === undefined) return []
  if (scriptKeys[how.system].test(key) && !isMap(value)) return scriptsIn(value, how, tolerant)
  const orb = how.system === 'circleci' && key.includes('/') && isMap(value)
  const own = orb ? orbDeeds(key, spanOf(entry.keyNode), { source: how.source, tolerant, parameters: value }) : []
  return [...own, ...walk(value, how, tolerant, depth + 1)]
}

function scriptsIn(value: Node, how: Walk, tolerant: boolean): readonly Deed[] {
  return itemsOf(value).flatMap((item) => {
    if (!isScalar(item)) return walk(item, how, tolerant)
    const placed = placedText(how.source, item)
    return placed === undefined ? [] : scriptDeeds(placed, { source: how.source, variables: how.variables, tolerant })
  })
}

/** A step that somebody else wrote. */
function stepDeeds(node: Node, how: Walk, tolerant: boolean): readonly Deed[] {
  const step = { source: how.source, tolerant }
  const uses = textAt(node, 'uses')
  if (how.system === 'github' && uses !== undefined)
    return uses.startsWith('./') ? localDeeds(node, uses, how) : usesDeeds(node, uses, step)
  const task = textAt(node, 'task')
  if (how.system === 'azure' && task !== undefined) return taskDeeds(node, task, step)
  const image = textAt(node, 'image')
  if (how.system === 'drone' && image !== undefined) return pluginDeeds(node, image, step)
  const pipe = textAt(node, 'pipe')
  if (how.system === 'bitbucket' && pipe !== undefined)
    return orbDeeds(pipe.replace(/:[^:/]*$/, ''), spanOf(child(node, 'pipe') ?? node), {
      ...step,
      parameters: child(node, 'variables'),
    })
  return how.system === 'gitlab' ? includeDeeds(node) : []
}

/** What a local action does, at the place where it is called. */
function localDeeds(node: Node, uses: string, { included }: Walk): readonly Deed[] {
  const span = spanOf(child(node, 'uses') ?? node)
  return included(uses.replace(/@.*$/, '')).map((deed) => {
    if (deed.kind === 'build')
      return {
        ...deed,
        build: { ...deed.build, span, buildArgs: deed.build.buildArgs.map((each) => ({ ...each, span })) },
      }
    return deed.kind === 'tag' ? deed : { ...deed, span }
  })
}

/** GitLab's own scan of images comes by a template; it reports and lets the pipeline go on. */
function includeDeeds(node: Node): readonly Deed[] {
  const include = child(node, 'include')
  if (include === undefined) return []
  const items = isSeq(include) ? itemsOf(include) : [include]
  return items.flatMap((item) => {
    const name = textAt(item, 'template') ?? textAt(item, 'component') ?? textAt(item, 'file') ?? scalarText(item) ?? ''
    if (!/container[-_]?scanning|trivy|grype/i.test(name)) return []
    return [{ kind: 'scan', tool: 'container scanning', span: spanOf(item), gates: false } as const]
  })
}

/** A step of an orb without parameters is a plain text: `- docker/check`. */
function orbStep(node: Node, { source }: Walk, tolerant: boolean): readonly Deed[] {
  const name = scalarText(node) ?? ''
  return /^[\w-]+\/[\w-]+$/.test(name) ? orbDeeds(name, spanOf(node), { source, tolerant, parameters: undefined }) : []
}
