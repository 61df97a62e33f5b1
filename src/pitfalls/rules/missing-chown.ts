import { posix } from 'node:path'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { actionsIn } from '../queries/steps.ts'
import { runsUnread } from '../queries/unread-commands.ts'

/** Files and directories of root that the program's user has to read or write. */
export const missingChown: Pitfall = {
  id: 'missing-chown',
  summary: 'What the program reads and writes belongs to its user, or is open to it.',
  severity: 'warning',
  level: 'static',
  profiles: ['security', 'production'],
  peers: {},
  find: (facts) => (facts.final.end.isRoot === false ? [...unreadable(facts), ...unwritable(facts)] : []),
}

/** COPY --chmod=0600 without an owner: only root may read it. */
function unreadable({ final }: Facts): readonly PitfallHit[] {
  const user = final.end.user ?? ''
  return final.history.flatMap((step): readonly PitfallHit[] => {
    const { transfer } = step
    if (transfer?.chmod === undefined || !/^0?[0-7]{2}0$/.test(transfer.chmod)) return []
    if (transfer.chown !== undefined && !/^(?:root|0)(?::|$)/.test(transfer.chown)) return []
    if (isOpened(final.history, transfer.destination, { from: step, user })) return []
    const [source] = transfer.sources
    return [
      {
        at: step.at,
        message: `\`${source?.word.text ?? transfer.destination}\` belongs to root and has mode ${transfer.chmod}: \`${user}\`, as whom the image runs, may not read it`,
        hint: `give it to that user (--chown=${user}), or a mode that others may read (--chmod=0644)`,
        evidence: { user, mode: transfer.chmod },
      },
    ]
  })
}

/** Directories that the settings say are written to, made by root. */
function unwritable(facts: Facts): readonly PitfallHit[] {
  const { final } = facts
  const { history } = final
  const user = final.end.user ?? ''
  const seen = new Set<StepModel>()
  return writtenDirectories(facts).flatMap(({ path, why }): readonly PitfallHit[] => {
    const maker = makerOf(history, path)
    if (maker === undefined || seen.has(maker) || maker.before.isRoot === false) return []
    if (isOpened(history, path, { user }) || runsUnread(history)) return []
    seen.add(maker)
    return [
      {
        at: maker.at,
        message: `\`${path}\` belongs to root, and ${why}: \`${user}\`, as whom the image runs, may not write there`,
        hint: `make it for that user: RUN install -d -o ${user.split(':')[0]} ${path}`,
        evidence: { user, path },
      },
    ]
  })
}

interface Written {
  readonly path: string
  readonly why: string
}

/** VOLUMEs, directories that variables name which are meant for data, and empty ones that are called so. */
function writtenDirectories({ final }: Facts): readonly Written[] {
  const volumes = final.history.flatMap((step): readonly Written[] =>
    step.kind === 'VOLUME' ? volumesOf(step).map((path) => ({ path, why: `it is a VOLUME (line ${step.line})` })) : [],
  )
  const named = [...final.end.env].flatMap(([name, value]): readonly Written[] => {
    const path = /^(?:\w+:\/\/)?(\/[\w./-]+)$/.exec(value.replace(/^sqlite:\/{3}(?=\/)/, ''))?.[1]
    if (path === undefined || !writable.test(name) || isSystem(path)) return []
    const directory = /\.\w+$/.test(posix.basename(path)) ? posix.dirname(path) : withoutSlash(path)
    return [{ path: directory, why: `\`${name}\` says that data go there` }]
  })
  return [...named, ...volumes, ...emptyDirectories(final.history)]
}

/** `mkdir /app/uploads` that nothing fills: an empty directory is in an image to be written to. */
function emptyDirectories(history: readonly StepModel[]): readonly Written[] {
  const runs = history.flatMap((step) => (step.kind === 'RUN' ? [step.instruction.rest.text] : []))
  return actionsIn(history, 'make-directory').flatMap(({ action }) =>
    action.paths.flatMap((made): readonly Written[] => {
      const path = withoutSlash(made)
      const name = posix.basename(path)
      if (!path.startsWith('/') || !meantForData.test(name) || isSystem(path)) return []
      // Whoever names it a second time fills it, opens it or makes it somebody's home.
      const mentions = runs.join('\n').split(new RegExp(`(?<![\\w-])${name}(?![\\w-])`)).length - 1
      const isFilled = history.some(
        ({ transfer }) => transfer !== undefined && isWithin(withoutSlash(transfer.destination), path),
      )
      return mentions === 1 && !isFilled ? [{ path, why: 'it is made empty, to be written to' }] : []
    }),
  )
}

const meantForData = /^(?:data|uploads?|logs?|storage|cache|state|spool|db|tmp|temp)$/

const writable =
  /^(?:.*_)?(?:DATA|DB|DATABASE|SQLITE|UPLOADS?|CACHE|LOGS?|STATE|STORAGE|MEDIA|SPOOL|TMP|TEMP|OUTPUT|WORK)_?(?:DIR|PATH|FILE|ROOT|FOLDER|HOME|URL|DIRECTORY|LOCATION)?$/

function isSystem(path: string): boolean {
  return /^\/(?:tmp|dev|proc|sys|etc|usr|bin|lib|root|home)(?:\/|$)/.test(path)
}

function volumesOf({ instruction }: StepModel): readonly string[] {
  const text = instruction.rest.text.trim()
  const words = text.startsWith('[') ? [...text.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word) : text.split(/\s+/)
  return words.filter((word) => word.startsWith('/') && !word.includes('$')).map(withoutSlash)
}

/** The step that makes a directory: `mkdir`, WORKDIR, COPY; the VOLUME itself where none does. */
function makerOf(history: readonly StepModel[], path: string): StepModel | undefined {
  const isMade = (step: StepModel): boolean => {
    if (step.kind === 'WORKDIR') return isWithin(withoutSlash(step.text?.value ?? ''), path)
    if (step.transfer !== undefined && !/\.\w+$/.test(step.transfer.destination))
      return step.transfer.chown === undefined && isWithin(withoutSlash(step.transfer.destination), path)
    return (step.command?.actions ?? []).some(
      (action) =>
        step.kind === 'RUN' &&
        action.kind === 'make-directory' &&
        action.paths.some((made) => isWithin(withoutSlash(made), path)),
    )
  }
  return history.find(isMade) ?? history.find((step) => step.kind === 'VOLUME' && volumesOf(step).includes(path))
}

/** Somebody gives the path, or a directory above it, to the user or to everybody. */
function isOpened(
  history: readonly StepModel[],
  path: string,
  { from, user }: { readonly from?: StepModel; readonly user: string },
): boolean {
  const later = from === undefined ? history : history.slice(history.indexOf(from))
  const changed = actionsIn(later, 'chown', 'chmod').some(({ action }) => {
    const covers = action.paths.some(
      (one) =>
        /[$`*]/.test(one) ||
        withoutSlash(one) === withoutSlash(path) ||
        (action.recursive && isWithin(path, withoutSlash(one))) ||
        (from !== undefined && isWithin(one, path)),
    )
    if (!covers) return false
    if (action.kind === 'chown') return !/^(?:root|0)(?::(?:root|0)?)?$/.test(action.spec)
    return from === undefined
      ? /[2367]$|[ao]?\+\w*[wX]|a=|o\+|g\+\w*w|g=u|^[01]?7?7[2367]/.test(action.spec)
      : !/0$|-r/.test(action.spec)
  })
  if (changed) return true
  if (from !== undefined) return false
  const home = actionsIn(history, 'create-user').some(
    ({ action }) => action.name === user.split(':')[0] && isWithin(path, action.home ?? `/home/${action.name}`),
  )
  const copied = history.some(
    ({ transfer }) => transfer?.chown !== undefined && isWithin(withoutSlash(transfer.destination), path),
  )
  return home || copied
}
