import { type Action, actionsOf, parseScript } from '../../shell/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { nodeManagers } from './node-trees.ts'
import { contextDirectoryOf, inDirectory } from './manifest-at.ts'

type BuildAction = Extract<Action, { readonly kind: 'build' }>

/**
 * What the script of a manifest does that a build runs (`npm run build`): the actions of its commands, with the scripts
 * before and behind it. Undefined when it is not known: no manifest, no such script, a part that cannot be read.
 */
export function scriptActions(
  facts: Facts,
  stage: StageModel,
  { tool, script, directory, command }: BuildAction,
): { readonly actions: readonly Action[]; readonly contextDirectory: string } | undefined {
  if (!nodeManagers.has(tool) || script === undefined || directory === undefined) return undefined
  // A workspace, a filter: the script is another package's.
  if (command.args.some((word) => /^(?:-w|--workspaces?|-F|--filter|-r|--recursive|workspace|workspaces)\b/.test(word)))
    return undefined
  const contextDirectory = contextDirectoryOf(facts, stage, { directory, kind: 'node' })
  const scripts = inDirectory(facts.project?.node, contextDirectory)?.scripts
  if (scripts?.get(script) === undefined || contextDirectory === undefined) return undefined
  const texts = [`pre${script}`, script, `post${script}`].flatMap((name) => scripts.get(name) ?? [])
  const actions: Action[] = []
  for (const text of texts) {
    const found = read(text, { scripts, directory, variables: command.variables, depth: 0 })
    if (found === undefined) return undefined
    actions.push(...found)
  }
  return { actions, contextDirectory }
}

interface Place {
  readonly scripts: ReadonlyMap<string, string>
  readonly directory: string
  readonly variables: ReadonlyMap<string, string>
  readonly depth: number
}

function read(text: string, place: Place): readonly Action[] | undefined {
  const script = parseScript(text, { toSourceOffset: () => 0, variables: place.variables, cwd: place.directory })
  if (script.broken || place.depth > 5) return undefined
  const actions: Action[] = []
  for (const command of script.commands) {
    for (const action of actionsOf(command)) {
      const inner = innerScript(action, place)
      if (inner === undefined) actions.push(action)
      else {
        const found = read(inner, { ...place, depth: place.depth + 1 })
        if (found === undefined) return undefined
        actions.push(...found)
      }
    }
  }
  return actions
}

/** `npm run build:server` within a script. */
function innerScript(action: Action, { scripts }: Place): string | undefined {
  const { command } = action
  if (!nodeManagers.has(command.program)) return undefined
  const words = command.args.filter((word) => !word.startsWith('-'))
  const name =
    words[0] === 'run' || words[0] === 'run-script' ? words[1] : command.program === 'npm' ? undefined : words[0]
  return name === undefined ? undefined : scripts.get(name)
}
