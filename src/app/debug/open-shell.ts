import path from 'node:path'
import type { SlipwayError } from '../../core/index.ts'
import type { DebugSituation } from '../../report/index.ts'
import type { ExecRequest } from '../../solver/index.ts'
import { attached } from '../engine/attached.ts'
import { execJob, withCaches } from '../engine/with-caches.ts'
import type { Session } from '../session.ts'
import { defaultPath } from '../../diagnose/index.ts'
import { toolboxTarget } from '../worker/shell-job.ts'
import type { RunOutcome } from '../worker/worker-methods.ts'
import type { DebugRequest, DebugWorld } from './debug-request.ts'
import { noShell, type OpenToolbox, openToolbox } from './toolbox.ts'

/** A step whose inputs are built, to be looked at. */
export interface Opening {
  /** As RUN would be there. */
  readonly request: ExecRequest
  readonly place: Pick<DebugSituation, 'stage' | 'where' | 'line' | 'instruction'>
  /** The failure that led here, and what the failed command left. */
  readonly failure?: SlipwayError
  readonly leftover?: string
}

/** Below /dev, like the toolbox. */
const repeatFile = '/dev/slipway/repeat'

/** Runs the wanted command, or a shell, where the step would run. What it changes is thrown away. */
export async function openShell(
  session: Session,
  opening: Opening,
  { request, world }: { readonly request: DebugRequest; readonly world: DebugWorld },
): Promise<RunOutcome> {
  const { signal } = world
  const { leftover } = opening
  for (const tree of [{ kind: 'layers', layers: opening.request.root } as const, ...opening.request.inputs])
    if (tree.kind === 'layers') await session.engine.prepare(tree.layers, () => {}, signal)
  const toolbox = await openToolbox(session, request.toolbox, { cwd: world.cwd, signal })
  const step = wantedStep(opening.request, request)
  const own = await shellOfImage(session, step, leftover)
  const shell = own ?? toolbox?.shell
  if (shell === undefined && request.command.length === 0) throw noShell()
  const inPath = toolbox !== undefined && (own === undefined || request.toolbox !== undefined)
  const again = opening.request.op.argv.length > 0 && shell !== undefined
  const op = {
    ...step.op,
    argv: request.command.length > 0 ? request.command : (shell ?? []),
    env: inPath ? withPath(step.op.env, toolbox) : step.op.env,
  }
  const { exitCode, problem } = await withCaches(session, step, {
    signal,
    use: (caches) => {
      world.endProgress()
      if (opening.failure !== undefined) world.report(opening.failure)
      world.greet({
        ...opening.place,
        ...situationOf({ ...step, op }),
        failed: leftover !== undefined,
        ...(again ? { repeat: repeatFile } : {}),
        ...(toolbox === undefined ? {} : { toolbox: { directory: toolboxTarget, inPath, needed: own === undefined } }),
      })
      return attached(session, { ...world, terminal: request.terminal }, (size) =>
        session.call(
          'shell',
          {
            ...execJob({ ...step, op }, caches),
            ...(leftover === undefined ? {} : { leftover }),
            ...(toolbox === undefined ? {} : { toolbox: toolbox.job }),
            files: again ? [{ target: repeatFile, content: repeatScript(shell, opening.request.op.argv) }] : [],
            stdin: true,
            terminal: request.terminal,
            ...size,
          },
          { signal, onNote: (note) => note.kind === 'sentence' && world.notice(note.text) },
        ),
      )
    },
  })
  return { exitCode, ...(problem === undefined ? {} : { problem }) }
}

function wantedStep(step: ExecRequest, { user, workdir, env }: DebugRequest): ExecRequest {
  const { op } = step
  return {
    ...step,
    op: {
      ...op,
      env: [...op.env, ...env],
      user: user ?? op.user,
      cwd: path.posix.resolve(op.cwd, workdir ?? '.'),
    },
  }
}

/** bash where there is one, else sh; both from PATH and from where they usually are. */
async function shellOfImage(
  session: Session,
  { op, root }: ExecRequest,
  leftover: string | undefined,
): Promise<readonly string[] | undefined> {
  const directories = [...pathOf(op.env).split(':'), ...defaultPath.split(':')].filter((one) => one.startsWith('/'))
  const candidates = ['bash', 'sh'].flatMap((name) =>
    [...new Set(directories)].map((directory) => path.posix.join(directory, name)),
  )
  const kept = leftover === undefined ? {} : { leftover }
  const { program } = await session.call('find', { layers: root, candidates, static: false, ...kept })
  return program === undefined ? undefined : [program]
}

function pathOf(env: readonly string[]): string {
  return env.findLast((pair) => pair.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath
}

/** Programs of the image come first. */
function withPath(env: readonly string[], { paths }: OpenToolbox): readonly string[] {
  return [...env, `PATH=${[pathOf(env), ...paths].join(':')}`]
}

/** The command of the step as a program: a terminal is no place to type a long RUN again. */
function repeatScript(shell: readonly string[], argv: readonly string[]): string {
  return `#!${shell.join(' ')}\nexec ${argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}\n`
}

function situationOf({ op, secrets }: ExecRequest): Pick<DebugSituation, 'user' | 'cwd' | 'network' | 'mounts'> {
  return {
    user: op.user,
    cwd: op.cwd,
    network: op.network,
    mounts: op.mounts.map((mount) => {
      const given = mount.type === 'secret' ? secrets.secrets[mount.id] : secrets.ssh['id' in mount ? mount.id : '']
      const missing = (mount.type === 'secret' || mount.type === 'ssh') && given === undefined
      const target = mount.target ?? (mount.type === 'secret' ? `$${mount.env}` : '')
      return { type: mount.type, target, ...(missing ? { missing } : {}) }
    }),
  }
}
