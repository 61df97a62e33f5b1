import type { Fix } from '../../core/index.ts'
import { insertFlag, removeCommand } from '../../editing/index.ts'
import type { Action } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { copiedEarlier } from '../queries/earlier-copies.ts'
import { madePaths } from '../queries/made-paths.ts'
import { covers, isUnknown, overlaps } from '../queries/overlaps.ts'
import { isDeletedBy, isMounted, shownFor } from '../queries/package-residue.ts'
import { isWithin } from '../queries/origins.ts'
import { editableRun, withoutRun } from '../repairs/run-edits.ts'
import { actionsIn, runSteps } from '../queries/steps.ts'

/** Files get another owner or mode in a later layer, which stores them again. */
export const chownDuplicatesLayer: Pitfall = {
  id: 'chown-duplicates-layer',
  summary: 'Files get their owner and mode when they are copied: changing them later stores every file a second time.',
  severity: 'warning',
  level: 'static',
  profiles: ['size', 'production'],
  peers: {},
  find,
}

type Change = Extract<Action, { readonly kind: 'chown' | 'chmod' }>

interface Doubled {
  readonly action: Change
  readonly path: string
  readonly from: StepModel
}

function find({ final, project, file }: Facts): readonly PitfallHit[] {
  return runSteps(final.history).flatMap((step) => {
    const earlier = final.history.slice(0, final.history.indexOf(step))
    const doubled = actionsIn([step], 'chown', 'chmod').flatMap(({ action }) =>
      action.paths.flatMap((path) => ofPath(path, action, { step, earlier, project }) ?? []),
    )
    const [first] = doubled
    if (first === undefined) return []
    const lines = [...new Set(doubled.map(({ from }) => from.line))]
    const paths = [...new Set(doubled.map(({ path }) => path))]
    const { kind } = first.action
    return [
      {
        at: shownFor(step, first.action),
        message: `${kind} of ${paths.join(', ')} stores files again that ${lines.length > 1 ? 'lines' : 'line'} ${lines.join(' and ')} brought`,
        hint: hintFor(doubled),
        related: [{ note: 'they are first stored here', at: first.from.at }],
        fixes: doubled.length === 1 ? fixFor(file, step, first) : [],
        evidence: { paths: paths.join(' '), lines: lines.join(' ') },
        costs: { line: step.line, paths: paths.map((path) => `${path.replace(/\/$/, '')}/**`) },
      },
    ]
  })
}

function hintFor(doubled: readonly Doubled[]): string {
  const hints = doubled.map(({ from, action: { kind, spec } }) => {
    const { transfer, line } = from
    if (transfer === undefined)
      return `change them in the RUN that makes them (line ${line}), or make them as that user`
    if (transfer[kind] === spec) return `leave out the ${kind}: --${kind}=${spec} stands at line ${line}`
    const known = isUnknown(spec) || spec === '' || (kind === 'chmod' && !/^0?[0-7]{3,4}$/.test(spec)) ? '…' : spec
    return `write ${from.kind} --${kind}=${known} at line ${line} instead`
  })
  return [...new Set(hints)].slice(0, 2).join('; ')
}

interface Place {
  readonly step: StepModel
  readonly earlier: readonly StepModel[]
  readonly project: Facts['project']
}

function ofPath(path: string, action: Change, { step, earlier, project }: Place): Doubled | undefined {
  if (!path.startsWith('/') || isUnknown(path) || isMounted(step, path)) return undefined
  if (!action.recursive) {
    const from = earlier.findLast((one) => isLargeFile(one, path, project))
    return from === undefined ? undefined : { action, path, from }
  }
  if (isMadeBefore(step, action, path)) return undefined
  const copied = copiedEarlier(`${path.replace(/\/$/, '')}/**`, { step, earlier, project })
  const from = copied ?? copiedAs(path, earlier) ?? installedEarlier(path, earlier)
  return from === undefined || isReplaced(path, { step, earlier, from }) ? undefined : { action, path, from }
}

/** The path itself is what was copied, or holds it. */
function copiedAs(path: string, earlier: readonly StepModel[]): StepModel | undefined {
  return earlier.findLast(({ transfer }) => transfer !== undefined && covers(path, transfer.destination))
}

/** A single file is worth a word only when it is large: programs of other stages are, scripts of the context are not. */
function isLargeFile({ transfer }: StepModel, path: string, project: Facts['project']): boolean {
  if (transfer === undefined) return false
  const { destination, intoDirectory, from } = transfer
  return transfer.sources.some((source) => {
    const name = source.path.split('/').at(-1) ?? ''
    const lands = intoDirectory ? `${destination.replace(/\/$/, '')}/${name}` : destination
    if (lands !== path || source.kind !== 'path' || source.hasWildcard) return false
    if (from.kind === 'context') return (project?.file(source.path)?.size ?? 0) >= 1 << 20
    return from.kind === 'stage' && !/\.(?:sh|py|js|json|ya?ml|conf|toml|ini|txt)$/.test(name)
  })
}

/** The RUN makes the directory, so that the earlier layers have nothing in it. */
function isMadeBefore(step: StepModel, action: Change, path: string): boolean {
  const actions = step.command?.actions ?? []
  return actions
    .slice(0, actions.indexOf(action))
    .some(
      (one) =>
        one.kind === 'make-directory' && one.paths.some((made) => made.replace(/\/$/, '') === path.replace(/\/$/, '')),
    )
}

/** What package managers, downloads and builds of earlier RUNs have put there. */
function installedEarlier(path: string, earlier: readonly StepModel[]): StepModel | undefined {
  return runSteps(earlier).findLast(({ command: { actions } }, _, all) =>
    actions.some((action, index) => {
      if (action.kind === 'write' || action.kind === 'refresh-index') return false
      const step = all.find((one) => one.command.actions === actions)
      if (step === undefined) return false
      return madePaths(step, action).some(
        (made) =>
          covers(path, made) &&
          !isMounted(step, made) &&
          !isDeletedBy(actions.slice(index + 1), made) &&
          !isCache(made),
      )
    }),
  )
}

/** Caches are small beside what is meant, and spoken of elsewhere. */
function isCache(path: string): boolean {
  return /\/(?:\.npm|\.cache|cache)\//.test(path)
}

/** Between the two the directory was deleted. */
function isReplaced(
  path: string,
  { step, earlier, from }: { step: StepModel; earlier: readonly StepModel[]; from: StepModel },
): boolean {
  const between = earlier.slice(earlier.indexOf(from) + 1)
  return [...between, step].some(({ command }) =>
    (command?.actions ?? []).some(
      (action) =>
        action.kind === 'delete' && action.paths.some((deleted) => covers(deleted, path) && overlaps(deleted, path)),
    ),
  )
}

/**
 * The flag goes to every COPY below the path, when these are all that is there, and the account is known above them. What
 * the directory itself belongs to may change: a rebuild has to show that the image still works.
 */
function fixFor(file: Facts['file'], step: StepModel, { action, path }: Doubled): readonly Fix[] {
  const run = editableRun(step)
  const isOctal = /^0?[0-7]{3,4}$/.test(action.spec)
  if (
    run === undefined ||
    !action.recursive ||
    (action.kind === 'chmod' && !isOctal) ||
    !/^[\w.:-]+$/.test(action.spec)
  )
    return []
  const above = step.stage.history.slice(0, step.stage.history.indexOf(step))
  const copies = above.filter(({ transfer }) => transfer !== undefined && isWithin(transfer.destination, path))
  const isKnown = copies.every(
    ({ stage, trigger, transfer, before }) =>
      stage === step.stage &&
      !trigger &&
      transfer?.[action.kind] === undefined &&
      (action.kind === 'chmod' || hasAccount(before, action.spec)),
  )
  if (copies.length === 0 || !isKnown || installedEarlier(path, above) !== undefined) return []
  const flag = `--${action.kind}=${action.spec}`
  const added = copies.flatMap(({ instruction }) => insertFlag(file, instruction, flag))
  const isAlone = step.command?.script.commands.length === 1
  const removed = isAlone ? withoutRun(file, step) : removeCommand(file, run, action.command)
  if (removed === undefined) return []
  return [
    {
      title: `write ${flag} where the files are copied`,
      edits: [...added, ...removed],
      claims: ['smaller'],
      safety: 'proof',
    },
  ]
}

function hasAccount({ accounts }: StepModel['before'], spec: string): boolean {
  return spec.split(':').every((name) => name === '' || /^\d+$/.test(name) || accounts?.has(name) === true)
}
