import type { Facts, MountModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { runSteps } from '../queries/steps.ts'

/** A step of an account without rights mounts a cache that belongs to root. */
export const cacheMountOwner: Pitfall = {
  id: 'cache-mount-owner',
  summary: 'A cache mount of a step that does not run as root says uid=: it is made for root with mode 0755 otherwise.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'speed'],
  peers: {},
  find,
}

function find({ stages }: Facts): readonly PitfallHit[] {
  return runSteps(stages.filter(({ reachable }) => reachable).flatMap(({ steps }) => steps)).flatMap((step) => {
    if (step.before.isRoot !== false || runsAsRoot(step)) return []
    const closed = step.mounts.filter((mount) => isClosed(mount, step))
    const [first] = closed
    if (first === undefined) return []
    const user = (step.before.user ?? '').split(':', 1)[0] ?? ''
    const uid = uidOf(step, user)
    const targets = closed.map(({ target }) => target)
    const extra = uid === undefined ? `uid=<number of ${user}>` : `uid=${uid}`
    return [
      {
        at: step.trigger ? step.at : first.at,
        message: `the step runs as ${user}, and the cache mount ${targets.join(' and ')} belongs to root: nothing can be written there`,
        hint: `add ${extra} to the mount`,
        fixes:
          uid === undefined || step.trigger
            ? []
            : [
                {
                  title: `give the mount to ${user}`,
                  edits: closed.map(({ at }) => ({
                    span: { start: at.span.end, end: at.span.end },
                    text: `,uid=${uid}`,
                  })),
                  claims: ['same-files'],
                  safety: 'proof',
                },
              ],
      },
    ]
  })
}

/** BuildKit makes the directory of a cache for 0:0 with 0755, unless the mount says otherwise or begins with files. */
function isClosed({ mount, source, at }: MountModel, { before }: StepModel): boolean {
  if (mount.type !== 'cache' || mount.readOnly || source !== undefined || mount.from !== undefined) return false
  const text = at.source.text.slice(at.span.start, at.span.end)
  // A number that a variable holds is not known here.
  if (/\b(?:uid|mode|gid)=[^,\s]*\$/.test(text)) return false
  if (mount.uid !== undefined && mount.uid !== 0) return false
  const mode = mount.mode ?? 0o755
  if ((mode & 0o002) !== 0) return false
  if ((mode & 0o020) === 0) return true
  const [uid = '', gid] = (before.user ?? '').split(':')
  // A number without an entry in /etc/passwd has group 0.
  if (mount.gid === undefined || mount.gid === 0)
    return !(gid === '0' || gid === 'root' || (gid === undefined && /^\d+$/.test(uid)))
  return false
}

function runsAsRoot(step: StepModel): boolean {
  const commands = step.command?.script.commands ?? []
  return (
    commands.length > 0 && commands.every(({ wrappers, program }) => wrappers.includes('sudo') || program === 'sudo')
  )
}

/** Numbers that images are known to give, and those that the file gives itself. */
function uidOf({ before, stage }: StepModel, user: string): number | undefined {
  if (/^\d+$/.test(user)) return Number(user)
  const made = runSteps(stage.history)
    .flatMap(({ command }) => command.actions)
    .findLast((action) => action.kind === 'create-user' && action.name === user)
  if (made?.kind === 'create-user') return made.uid
  return user === 'node' && before.accounts?.has('node') === true ? 1000 : undefined
}
