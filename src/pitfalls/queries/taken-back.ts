import { compileIgnore } from '../../ignore/index.ts'
import type { RunStep } from './secret-sources.ts'

/** Files and directories where tools store logins, by the tool. */
const stores: Readonly<Record<string, RegExp>> = {
  npm: /\.npmrc/,
  pnpm: /\.npmrc|pnpm\/rc/,
  yarn: /\.yarnrc|\.npmrc/,
  git: /\.gitconfig|\.git(?:\/|$)|\.git\/config/,
  pip: /pip\.conf|\.pip|\.config/,
  pip3: /pip\.conf|\.pip|\.config/,
  poetry: /pypoetry|\.config/,
  composer: /auth\.json|\.composer/,
  bundle: /\.bundle|bundle\/config/,
  bundler: /\.bundle|bundle\/config/,
  gem: /\.gemrc/,
  aws: /\.aws/,
  dotnet: /nuget/i,
  nuget: /nuget/i,
  cargo: /credentials|\.cargo/,
  docker: /\.docker/,
  podman: /auth\.json|containers/,
  gh: /\.config/,
  conda: /\.condarc/,
  gcloud: /gcloud|\.config/,
  az: /\.azure/,
}

/** Whether a later command of the same RUN removes what one has written: the layer then never has it. */
export function takenBack(
  step: RunStep,
  { index, path, tool }: { readonly index: number; readonly path?: string; readonly tool?: string },
): boolean {
  const { commands } = step.command.script
  const store = tool === undefined ? undefined : stores[tool]
  const isSame = (removed: string): boolean =>
    (path !== undefined && removes(removed, path)) || (store !== undefined && store.test(removed))
  const later = new Set(commands.slice(index + 1))
  const deleted = step.command.actions.some(
    (action) => action.kind === 'delete' && later.has(action.command) && action.paths.some(isSame),
  )
  if (deleted) return true
  const wiped = commands
    .slice(index + 1)
    .some(
      ({ program, words }) =>
        /^(?:shred|unlink|wipe|srm)$/.test(program) && words.some(({ value }) => isSame(value ?? '')),
    )
  if (wiped) return true
  // A trap runs whatever happens, and wherever it stands.
  const trapped = commands.some(
    ({ program, args }) =>
      program === 'trap' && /\brm\b/.test(args[0] ?? '') && (args[0] ?? '').split(/\s+/).some(isSame),
  )
  return trapped || (tool !== undefined && undone([...later], tool))
}

/** `npm config delete`, `git config --unset`, `docker logout`. */
function undone(later: readonly RunStep['command']['script']['commands'][number][], tool: string): boolean {
  return later.some(
    ({ program, args }) =>
      program === tool &&
      args.some((arg) =>
        /^(?:delete|rm|remove|unset|logout|revoke|--unset(?:-all)?|--remove-section|--remove)$/.test(arg),
      ),
  )
}

function removes(removed: string, path: string): boolean {
  const gone = removed.replace(/\/+$/, '')
  if (gone === '' || gone === '/') return false
  if (path === gone || path.startsWith(`${gone}/`)) return true
  if (/[*?[]/.test(gone)) return compileIgnore([gone.replace(/^\//, '')]).ignored(path.replace(/^\//, ''))
  // One of the two may start at a directory that nobody knows.
  const isKnown = gone.startsWith('/') && path.startsWith('/')
  return !isKnown && path.split('/').at(-1) === gone.split('/').at(-1)
}
