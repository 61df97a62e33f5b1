import type { Fix } from '../../core/index.ts'
import { insertFlag } from '../../editing/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { cachingToolsOf } from '../queries/cache-tools.ts'
import type { DependencyInstall } from '../queries/dependency-installs.ts'
import { isWithin } from '../queries/origins.ts'
import { runSteps } from '../queries/steps.ts'

/** Managers whose packages are used from where they were fetched to, and the programs that look there. */
const stores: Readonly<Record<string, RegExp>> = {
  go: /^go$/,
  cargo: /^(?:cargo|rustc)$/,
  maven: /^(?:mvn|mvnw|mvnd)$/,
  gradle: /^gradlew?$/,
  dotnet: /^dotnet$/,
}

/** Programs that look for no packages of a language. */
const aside =
  /^(?:|cd|echo|printf|mkdir|rm|cp|mv|ln|touch|chmod|chown|strip|upx|ls|cat|test|\[|set|export|true|:|find|apk|apt-get|adduser|addgroup|useradd|groupadd|sha256sum)$/

/**
 * A cache at a path, mounted wherever packages are looked for there. Empty where what is fetched must stay in the layer:
 * another stage takes it along, or a step that nobody can read may need it.
 */
export function mountCacheFix(
  facts: Facts,
  { step, manager }: Pick<DependencyInstall, 'step' | 'manager'>,
  { path, flag }: { readonly path: string; readonly flag: string },
): readonly Fix[] {
  const isOff = cachingToolsOf(step).some(
    ({ disabled, places }) => disabled !== undefined && places.some((place) => place.path === path),
  )
  if (step.trigger || isOff) return []
  const programs = stores[manager]
  const users = programs === undefined ? [] : usersOf(facts, step, { programs, path })
  if (users === undefined) return []
  const isFinal = facts.final.chain.includes(step.stage)
  return [
    {
      title: `mount a cache on ${path}`,
      edits: [step, ...users].flatMap(({ instruction }) => insertFlag(facts.file, instruction, flag)),
      claims: [isFinal ? 'smaller' : 'same-files'],
      safety: 'proof',
    },
  ]
}

/** The later steps that use what is fetched; undefined when they are not all known, or belong to others. */
function usersOf(
  { stages }: Facts,
  step: StepModel,
  { programs, path }: { readonly programs: RegExp; readonly path: string },
): readonly StepModel[] | undefined {
  const { stage } = step
  const isTaken = stages.some(
    (other) =>
      other.parent === stage ||
      other.steps.some(
        ({ transfer, mounts }) =>
          (transfer?.from.kind === 'stage' &&
            transfer.from.stage === stage &&
            transfer.sources.some((source) => isWithin(source.path, path) || isWithin(path, source.path))) ||
          mounts.some(({ source }) => source?.kind === 'stage' && source.stage === stage),
      ),
  )
  const later = runSteps(stage.steps.slice(step.index + 1))
  const isRead = later.every(
    ({ command: { script, form }, trigger }) =>
      !trigger &&
      !script.broken &&
      (form === 'exec' || script.commands.length > 0) &&
      script.commands.every(({ program }) => programs.test(program) || aside.test(program)),
  )
  if (isTaken || !isRead) return undefined
  return later.filter(
    ({ command, mounts }) =>
      command.script.commands.some(({ program }) => programs.test(program)) &&
      !mounts.some(({ target }) => isWithin(path, target)),
  )
}
