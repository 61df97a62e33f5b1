import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { isWithin } from '../queries/origins.ts'
import { actionsIn, runSteps } from '../queries/steps.ts'

/** Files below /root in an image that runs as somebody else. */
export const rootHomeWithNonroot: Pitfall = {
  id: 'root-home-with-nonroot',
  summary: 'What the program needs lies where its user may read: /root is closed to everybody but root.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const { end, history } = facts.final
    if (end.isRoot !== false || /^(?:0|root)\b/.test(end.user ?? '') || opensHome(history)) return []
    const user = end.user ?? ''
    const copied = history.filter((step) => bringsToRoot(step))
    const installed = history.filter((step) => installsToRoot(step))
    const hits = [...copied.map((step) => copyHit(step, user)), ...installed.map((step) => installHit(step, user))]
    return hits.length > 0 ? hits : named(facts, user)
  },
}

/** `chmod 755 /root`, `chmod -R a+rX /root`, a chown of it: others may go in. */
function opensHome(steps: readonly StepModel[]): boolean {
  return actionsIn(steps, 'chmod', 'chown').some(({ action }) =>
    action.paths.some((path) => path.replace(/\/$/, '') === '/root'),
  )
}

/** Settings and logins of tools that run while the image is built. */
const buildSettings =
  /^\/root\/?$|\/\.(?:npmrc|yarnrc[^/]*|netrc|ssh|gitconfig|git-credentials|pip|pypirc|m2|gradle|docker|aws|kube|bashrc|profile|bash_\w+|vimrc|inputrc|zshrc|gnupg|curlrc|wgetrc|gemrc|condarc|composer)(?:\/|$)|\/\.config\/(?:pip|git|composer|pypoetry)|\/\.cache(?:\/(?:pip|yarn|uv|go-build|pypoetry))?\/?$|\/\.npm(?:\/|$)|\/\.cargo\/(?:config|credentials)/

function bringsToRoot({ transfer }: StepModel): boolean {
  if (transfer === undefined || !isWithin(transfer.destination, '/root')) return false
  const { destination, from, sources, intoDirectory } = transfer
  if (from.kind === 'context' && intoDirectory && /^\/root\/?$/.test(destination))
    return sources.some(({ path }) => !buildSettings.test(`/root/${path}`))
  return !buildSettings.test(destination) || (from.kind !== 'context' && /^\/root\/?$/.test(destination))
}

function installsToRoot(step: StepModel): boolean {
  if (step.kind !== 'RUN' || step.before.isRoot === false || step.before.env.get('HOME') !== undefined) return false
  return (step.command?.actions ?? []).some((action) => {
    // A link does not open the directory that it leads into.
    if (action.kind === 'link') return action.sources.some((source) => source.startsWith('/root/'))
    if (action.kind === 'install' && action.scope === 'user') return !action.command.variables.has('PYTHONUSERBASE')
    const { program, args, variables } = action.command
    if (program === 'uv' && args[0] === 'tool' && args[1] === 'install') return !variables.has('UV_TOOL_DIR')
    if (program === 'pipx' && args.includes('install')) return !variables.has('PIPX_HOME')
    if (program === 'playwright' || (args.includes('playwright') && args.includes('install')))
      return args.includes('install') && !variables.has('PLAYWRIGHT_BROWSERS_PATH')
    return (
      program === 'dotnet' &&
      args[0] === 'tool' &&
      args[1] === 'install' &&
      args.some((arg) => /^(?:-g|--global)$/.test(arg))
    )
  })
}

function copyHit(step: StepModel, user: string): PitfallHit {
  const path = step.transfer?.destination ?? '/root'
  return {
    at: step.at,
    message: `\`${path}\` lies in root's home, which has mode 0700, and the image runs as \`${user}\``,
    hint: 'put it where everybody may read, such as /opt or /usr/local, or into the home of that user with --chown',
    evidence: { path, user },
  }
}

function installHit(step: StepModel, user: string): PitfallHit {
  return {
    at: step.at,
    message: `this RUN installs into root's home (line ${step.line}), which has mode 0700, and the image runs as \`${user}\``,
    hint: 'install into /opt or /usr/local (a venv, --prefix), or behind USER',
    evidence: { user },
  }
}

/** Nothing visible puts files there, but the program or the search path names them, or the program starts there. */
function named({ final }: Facts, user: string): readonly PitfallHit[] {
  const { end, history } = final
  const start = [end.entrypoint, end.cmd].find((step) =>
    step?.command?.script.commands.some(({ programWord, args }) =>
      [programWord?.value ?? '', ...args].some((word) => word.startsWith('/root/')),
    ),
  )
  const writes = runSteps(history).some(
    ({ before, command }) =>
      before.isRoot !== false &&
      command.script.commands.some(({ program }) => /^(?:sh|bash|curl|wget|git|tar)$/.test(program)),
  )
  const path = history.find(
    ({ kind, pairs }) =>
      kind === 'ENV' &&
      pairs.some(({ name, value, written }) => name === 'PATH' && /(?:^|[:"])\/root\//.test(value ?? written ?? '')),
  )
  const inside = isWithin(end.cwd, '/root') ? history.findLast(({ kind }) => kind === 'WORKDIR') : undefined
  const step = start ?? inside ?? (writes ? path : undefined)
  if (step === undefined) return []
  const where = step === inside ? `the program starts in \`${end.cwd}\`` : 'this names files in /root'
  return [
    {
      at: step.at,
      message: `${where}, root's home with mode 0700, and the image runs as \`${user}\``,
      hint: 'use a directory that this user may read, such as /app or /opt',
      evidence: { user },
    },
  ]
}
