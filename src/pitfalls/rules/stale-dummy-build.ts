import { posix } from 'node:path'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type BuildAction, cargoTarget } from '../queries/build-results.ts'
import { landsAt } from '../queries/landing-places.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { overlaps } from '../queries/overlaps.ts'
import { actionsIn, runSteps } from '../queries/steps.ts'

/** Cargo keeps the empty program that was built to have the dependencies, because the real source is older. */
export const staleDummyBuild: Pitfall = {
  id: 'stale-dummy-build',
  summary:
    'Source that replaces an empty main.rs is touched before cargo builds again: COPY keeps its times, and cargo goes by them.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const seen = new Set<StepModel>()
  return facts.stages
    .filter(({ reachable }) => reachable)
    .flatMap((stage) => {
      const found = staleIn(facts, stage)
      if (found === undefined || seen.has(found.copy)) return []
      seen.add(found.copy)
      const { copy, dummy, build, files, command } = found
      const touch = `touch ${files.map((file) => shortened(build, file)).join(' ')}`
      const isPlain = !build.trigger && command.conditions.length === 0 && command.cwd !== undefined
      return [
        {
          at: copy.at,
          message: `cargo has built an empty ${files.map((file) => posix.basename(file)).join(' and ')} (line ${dummy.line}); the files of this COPY may be older, and line ${build.line} keeps the empty program then`,
          hint: `begin line ${build.line} with ${touch} &&, or build the dependencies with cargo chef`,
          related: [
            { note: 'the empty program is built here', at: dummy.at },
            { note: 'the build that may do nothing', at: build.at },
          ],
          fixes: isPlain
            ? [
                {
                  title: 'touch the source, so that cargo builds it',
                  edits: [{ span: { start: command.span.start, end: command.span.start }, text: `${touch} && ` }],
                  claims: ['same-config' as const],
                  safety: 'proof' as const,
                },
              ]
            : [],
        },
      ]
    })
}

interface Stale {
  readonly dummy: StepModel
  readonly copy: StepModel
  readonly build: StepModel
  readonly command: BuildAction['command']
  /** The files that were empty, absolute. */
  readonly files: readonly string[]
}

function staleIn(facts: Facts, stage: StageModel): Stale | undefined {
  const { history } = stage
  const builds = actionsIn(history, 'build').filter(({ action }) => isCargoBuild(action))
  const [first] = builds
  if (first === undefined) return undefined
  const files = dummiesBefore(history.slice(0, history.indexOf(first.step) + 1))
  if (files.length === 0) return undefined
  const copy = history.slice(history.indexOf(first.step) + 1).find((step) => bringsSource(facts, step, files))
  if (copy === undefined) return undefined
  const at = history.indexOf(copy)
  const dummy = builds.findLast(({ step }) => history.indexOf(step) < at)
  const build = builds.find(({ step }) => history.indexOf(step) > at)
  if (dummy === undefined || build === undefined || !isSameBuild(dummy.action, build.action)) return undefined
  // Freshness is decided in the layer: results in a mount are those of the last build, which are another matter.
  const between = history.slice(history.indexOf(dummy.step), history.indexOf(build.step) + 1)
  return isRefreshed(between, { dummy: dummy.action, copy, build })
    ? undefined
    : { dummy: dummy.step, copy, build: build.step, command: build.action.command, files }
}

function isCargoBuild({ tool, command }: BuildAction): boolean {
  return tool === 'cargo' && !command.args.includes('install')
}

/** Files of Rust that steps write themselves: `echo 'fn main() {}' > src/main.rs`, `touch src/lib.rs`, `cargo init`, a heredoc. */
function dummiesBefore(steps: readonly StepModel[]): readonly string[] {
  const written = actionsIn(steps, 'write').flatMap(({ action }) => action.paths.filter((path) => path.endsWith('.rs')))
  const created = runSteps(steps).flatMap(({ command }) =>
    command.script.commands.flatMap(({ program, args, cwd }) => {
      const [word = '', ...rest] = args
      if (program !== 'cargo' || (word !== 'init' && word !== 'new')) return []
      const place = rest.find((arg, index) => !arg.startsWith('-') && !valued.test(rest[index - 1] ?? '')) ?? '.'
      return [posix.resolve(cwd ?? '/', place, args.includes('--lib') ? 'src/lib.rs' : 'src/main.rs')]
    }),
  )
  const inline = steps.flatMap(({ transfer }) =>
    transfer?.sources.some(({ kind }) => kind === 'heredoc') === true && transfer.destination.endsWith('.rs')
      ? [transfer.destination]
      : [],
  )
  return [...new Set([...written, ...created, ...inline])].filter((path) => posix.basename(path) !== 'build.rs')
}

/** Options of cargo init whose value is a word of its own. */
const valued = /^--(?:name|edition|vcs|registry|color|config)$/

/** A COPY from the context that brings one of the files, as far as its listing tells. */
function bringsSource({ project }: Facts, { transfer }: StepModel, files: readonly string[]): boolean {
  if (transfer === undefined || transfer.from.kind !== 'context') return false
  if (transfer.sources.some(({ kind }) => kind === 'heredoc')) return false
  if (project === undefined || project.truncated || !project.files.some(({ path }) => path.endsWith('.rs')))
    return files.some(
      (file) =>
        isWithin(file, withoutSlash(transfer.destination)) ||
        isWithin(withoutSlash(transfer.destination), posix.dirname(file)),
    )
  return project.files.some(({ path, ignored }) => {
    const place = ignored || !path.endsWith('.rs') ? undefined : landsAt(transfer, path)
    return place !== undefined && files.some((file) => overlaps(file, place))
  })
}

/** Both leave their results in one directory. */
function isSameBuild(one: BuildAction, other: BuildAction): boolean {
  return (
    profileOf(one) === profileOf(other) &&
    one.targetArch === other.targetArch &&
    cargoTarget(one) === cargoTarget(other)
  )
}

function profileOf({ command: { args } }: BuildAction): string {
  const at = args.findIndex((arg) => arg === '--profile' || arg.startsWith('--profile='))
  if (at >= 0) return args[at]?.split('=')[1] ?? args[at + 1] ?? ''
  return args.includes('--release') || args.includes('-r') ? 'release' : 'dev'
}

/** Between the two builds something makes cargo work: newer times, or results that are gone. */
function isRefreshed(
  steps: readonly StepModel[],
  {
    dummy,
    copy,
    build,
  }: {
    readonly dummy: BuildAction
    readonly copy: StepModel
    readonly build: { readonly step: StepModel; readonly action: BuildAction }
  },
): boolean {
  const target = cargoTarget(dummy)
  let [isBuilt, isCopied] = [false, false]
  for (const step of steps) {
    if (step === copy) isCopied = true
    for (const action of step.command?.actions ?? []) {
      if (action === build.action)
        return step.mounts.some(
          ({ mount, target: at }) => mount.type === 'cache' && target !== undefined && isWithin(target, at),
        )
      if (action === dummy) isBuilt = true
      if (isCopied && makesNewer(action.command)) return true
      if (
        isBuilt &&
        action.kind === 'delete' &&
        action.paths.some((path) => target === undefined || (overlaps(path, target) && !isProgramOnly(path, target)))
      )
        return true
    }
  }
  return false
}

/** `touch`, also by find and xargs, and editors in place. */
function makesNewer({ program, args }: BuildAction['command']): boolean {
  if (program === 'touch') return true
  if (program === 'sed')
    return args.some((arg) => /^(?:-\w*i|--in-place)/.test(arg)) && args.some((arg) => arg.endsWith('.rs'))
  return (program === 'find' || program === 'xargs') && args.includes('touch')
}

/** Only the program itself goes, which cargo links anew from what it has. */
function isProgramOnly(path: string, target: string): boolean {
  return (
    /^(?:[\w-]+\/)?(?:release|debug)\/[\w-]+$/.test(posix.relative(target, path)) &&
    !/\/(?:deps|build|\.fingerprint|incremental)$/.test(path)
  )
}

function shortened({ before }: StepModel, file: string): string {
  return isWithin(file, before.cwd) ? posix.relative(before.cwd, file) : file
}
