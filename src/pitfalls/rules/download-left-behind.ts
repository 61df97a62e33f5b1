import type { Fix, Location } from '../../core/index.ts'
import type { Action } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { overlaps } from '../queries/overlaps.ts'
import { actionsAfter, isDeletedBy, isMounted, shownFor } from '../queries/package-residue.ts'
import { appendFix, joinRuns } from '../repairs/run-edits.ts'
import { runSteps } from '../queries/steps.ts'

/** An archive that was unpacked stays beside what came out of it. */
export const downloadLeftBehind: Pitfall = {
  id: 'download-left-behind',
  summary: 'A downloaded archive is deleted by the RUN that fetches it, or never written to a file.',
  severity: 'warning',
  level: 'static',
  profiles: ['size', 'production'],
  peers: {},
  find,
}

/** An archive in a layer. */
interface Download {
  readonly step: StepModel
  readonly path: string
  readonly at: Location
  /** What the layer's own RUN does afterwards; nothing for ADD. */
  readonly after: readonly Action[]
}

function find({ final, file }: Facts): readonly PitfallHit[] {
  const { history } = final
  return [...fetched(history), ...added(history)].flatMap((download) => {
    const { step, path, at, after } = download
    if (isMounted(step, path) || isGone(after, path)) return []
    const later = history.slice(history.indexOf(step) + 1)
    const unpacked = [step, ...later].find((one) => isOpened(one === step ? after : actionsOf(one), path))
    if (unpacked === undefined) return []
    const removed = later.find((one) => isDeletedBy(actionsOf(one), path))
    const tail = removed === undefined ? '' : `; line ${removed.line} deletes it in a later layer, which frees nothing`
    const where = unpacked === step ? '' : ` (line ${unpacked.line})`
    return [
      {
        at,
        message: `the archive ${path} stays in this layer after it was unpacked${where}${tail}`,
        hint:
          step.kind === 'ADD'
            ? `fetch it with curl … | tar -x in one RUN, or mount the stage that has it`
            : `unpack it in this RUN and end it with && rm ${path}, or write curl … | tar -x`,
        evidence: { path },
        costs: { line: step.line, paths: [path] },
        fixes:
          unpacked === step && removed === undefined && /^[\w/.@+-]+$/.test(path)
            ? appendFix(file, step, {
                title: `delete ${path} in the same RUN`,
                command: `rm ${path}`,
                claims: ['smaller'],
              })
            : joinFix(file, history.slice(history.indexOf(step), history.indexOf(removed ?? unpacked) + 1)),
      },
    ]
  })
}

function actionsOf({ command }: StepModel): readonly Action[] {
  return command?.actions ?? []
}

/** Archives that commands write. */
function fetched(steps: readonly StepModel[]): readonly Download[] {
  return runSteps(steps).flatMap((step) =>
    step.command.actions.flatMap((action): readonly Download[] => {
      if (action.kind !== 'download' || action.output === undefined || !isArchive(action.output, action.urls)) return []
      return [{ step, path: action.output, at: shownFor(step, action), after: actionsAfter(step, action) }]
    }),
  )
}

/** Archives that ADD fetches: it unpacks only those of the context. */
function added(steps: readonly StepModel[]): readonly Download[] {
  return steps.flatMap((step): readonly Download[] => {
    const { transfer } = step
    if (step.kind !== 'ADD' || transfer === undefined) return []
    const urls = transfer.sources.filter(({ kind }) => kind === 'url')
    return urls.flatMap(({ path: url }): readonly Download[] => {
      const name =
        url
          .replace(/[?#].*$/, '')
          .split('/')
          .at(-1) ?? ''
      const path = transfer.intoDirectory ? `${transfer.destination.replace(/\/$/, '')}/${name}` : transfer.destination
      return isArchive(path, [url]) ? [{ step, path, at: step.at, after: [] }] : []
    })
  })
}

const archive =
  /\.(?:tar|tgz|tbz2?|txz|tzst|zip|7z|rar|deb|rpm|whl|run|(?:tar\.)?(?:gz|bz2|xz|zst|lz4|lzma|Z))$|conda\w*[\w.-]*\.sh$/i

function isArchive(path: string, urls: readonly string[]): boolean {
  return archive.test(path) || urls.some((url) => archive.test(url.replace(/[?#].*$/, '')))
}

/** Deleted, moved away, or replaced by what it holds. */
function isGone(after: readonly Action[], path: string): boolean {
  return (
    isDeletedBy(after, path) ||
    after.some(
      (action) =>
        (action.kind === 'move' && action.sources.some((source) => overlaps(source, path))) ||
        (/^(?:gunzip|bunzip2|unxz|unlzma|lzma)$|^(?:gzip|bzip2|xz)$/.test(action.command.program) &&
          !action.command.args.some((arg) => /^-\w*[kc]|^--(?:keep|stdout|to-stdout)$/.test(arg))),
    )
  )
}

/** Unpacked, or given to what installs from it. */
function isOpened(actions: readonly Action[], path: string): boolean {
  return actions.some((action) => {
    const { program, args, redirects } = action.command
    if (program === path.split('/').at(-1)) return true
    if (redirects.some(({ operator, target }) => operator === '<' && mentions(target.value ?? target.text, path)))
      return true
    if (action.kind === 'unpack') return action.archive !== undefined && overlaps(action.archive, path)
    return openers.test(program) && args.some((arg) => mentions(arg, path))
  })
}

const openers =
  /^(?:(?:ba)?sh|tar|bsdtar|unzip|7z[ar]?|unrar|jar|ar|cpio|dpkg|rpm|apt|apt-get|dnf|yum|pip3?|gdebi|alien|gunzip|gzip|unxz|xz|zstd|unzstd|bunzip2)$/

function mentions(arg: string, path: string): boolean {
  const name = path.split('/').at(-1) ?? path
  return (
    arg === path || arg.split('/').at(-1) === name || (arg.includes('*') && overlaps(arg.replace(/^.*\//, ''), name))
  )
}

/** Steps that fetch, unpack and delete become one. */
function joinFix(file: Facts['file'], steps: readonly StepModel[]): readonly Fix[] {
  const edits = steps.every(({ stage }) => stage === steps[0]?.stage) ? joinRuns(file, steps) : undefined
  const lines = `${steps[0]?.line ?? 0} to ${steps.at(-1)?.line ?? 0}`
  return edits === undefined
    ? []
    : [{ title: `write the RUNs of lines ${lines} as one`, edits, claims: ['smaller'], safety: 'safe' }]
}
