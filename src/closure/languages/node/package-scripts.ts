import { joinPath, parentOf } from '../../../fileset/index.ts'
import type { Followed, Gap, StartedProgram } from '../../closure.ts'
import { asObject, type ImageFiles, pathFrom, upwards } from '../image-files.ts'
import { packageJson } from './node-resolve.ts'

/** What a package manager is asked to do, when it is to start something of the image. */
type Task =
  | { readonly kind: 'script'; readonly name: string }
  /** A program of node_modules/.bin: `npx x`, `pnpm exec x`. */
  | { readonly kind: 'program'; readonly name: string; readonly args: readonly string[] }
  /** `yarn x`: a script, else a program. */
  | { readonly kind: 'either'; readonly name: string; readonly args: readonly string[] }

const managers: readonly (readonly [RegExp, 'npm' | 'npx' | 'yarn' | 'pnpm' | 'pnpx'])[] = [
  [/(^|\/)npm-cli\.js$/, 'npm'],
  [/(^|\/)npx-cli\.js$/, 'npx'],
  [/(^|\/)yarn(-berry)?\.(c?js)$|(^|\/)yarn[\w.-]*\/bin\/yarn$|\.yarn\/releases\/yarn-[\d.]+\.cjs$/, 'yarn'],
  [/(^|\/)pnpm\.c?js$/, 'pnpm'],
  [/(^|\/)pnpx\.c?js$/, 'pnpx'],
]

/** The package manager whose program a file is. */
export function packageManager(path: string): (typeof managers)[number][1] | undefined {
  return managers.find(([pattern]) => pattern.test(path))?.[1]
}

export interface ManagerCall {
  /** The program of the package manager. */
  readonly path: string
  readonly manager: 'npm' | 'npx' | 'yarn' | 'pnpm' | 'pnpx'
  readonly args: readonly string[]
  readonly program: StartedProgram
  readonly files: ImageFiles
}

/** What `npm start`, `npx next start`, `yarn serve` start. */
export function followManager(call: ManagerCall): Followed {
  const task = taskOf(call)
  const reached = [call.path]
  const nothing: Followed = { gaps: [], reached, loads: [], starts: [], unknown: [] }
  if (task === undefined)
    return { ...nothing, unknown: [`what ${[call.manager, ...call.args].join(' ')} does is not followed`] }
  const at = projectDirectory(call)
  if (task.kind !== 'program') {
    const scripts = runScript(task.name, at, call)
    if (scripts !== undefined) return { ...nothing, ...scripts, reached: [...reached, ...scripts.reached] }
    if (task.kind === 'script') return { ...nothing, gaps: [noScript(task.name, at, call)] }
  }
  return { ...nothing, ...runProgram(task.name, task.args, call) }
}

/** `node --run x` of Node 22. */
export function followScript(name: string, program: StartedProgram, files: ImageFiles): Followed {
  return followManager({ path: program.path, manager: 'npm', args: ['run', name], program, files })
}

function taskOf({ manager, args }: ManagerCall): Task | undefined {
  const words = wordsOf(args)
  const [command, name, ...rest] = words
  if (manager === 'npx' || manager === 'pnpx')
    return command === undefined ? undefined : { kind: 'program', name: command, args: words.slice(1) }
  if (command === undefined) return undefined
  if (/^(start|stop|restart|test)$/.test(command)) return { kind: 'script', name: command }
  if (/^(run|run-script)$/.test(command))
    return name === undefined ? undefined : { kind: manager === 'yarn' ? 'either' : 'script', name, args: rest }
  if (/^(exec|x)$/.test(command)) return name === undefined ? undefined : { kind: 'program', name, args: rest }
  if (manager === 'npm' || knownCommands.test(command)) return undefined
  return { kind: 'either', name: command, args: words.slice(1) }
}

const knownCommands =
  /^(install|add|ci|i|remove|cache|config|dlx|deploy|init|node|workspace|workspaces|why|version|publish|pack|fetch|prune|rebuild|up|upgrade|set|link|list|ls|info|help|bin|env|store|root|audit|import|create)$/

/** The words that are not options of the manager itself, up to those of the program. */
function wordsOf(args: readonly string[]): readonly string[] {
  const words: string[] = []
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? ''
    if (words.length > 0 && words[0] !== 'run' && words[0] !== 'exec' && words[0] !== 'run-script')
      return [...words, ...args.slice(at)]
    if (word === '--') return [...words, ...args.slice(at + 1)]
    if (/^(--prefix|-C|--dir|--cwd|-w|--workspace|--filter|-F|-p|--package|-c|--call|--loglevel)$/.test(word)) at += 1
    else if (!word.startsWith('-')) words.push(word)
  }
  return words
}

/** The directory whose package.json counts: `--prefix` and its kin, else the nearest upwards. */
function projectDirectory({ args, program, files }: ManagerCall): string {
  const option = args.findIndex((word) => /^(--prefix|-C|--dir|--cwd)(=|$)/.test(word))
  const value = option < 0 ? undefined : (args[option]?.split('=')[1] ?? args[option + 1])
  if (value !== undefined) return pathFrom(program.cwd, value)
  return [...upwards(program.cwd)].find((at) => files.file(joinPath(at, 'package.json')) !== undefined) ?? program.cwd
}

function runScript(name: string, at: string, call: ManagerCall): Pick<Followed, 'starts' | 'reached'> | undefined {
  const { files, program, args } = call
  // Which package of a workspace is meant is for the manager to say.
  if (args.some((word) => /^(-w|--workspace|--filter|-F|--workspaces|-r)(=|$)/.test(word)))
    return { starts: [], reached: [] }
  const scripts = asObject(packageJson(at, files)?.['scripts'])
  const texts = [`pre${name}`, name, `post${name}`].flatMap((key) => {
    const text = scripts?.[key]
    return typeof text === 'string' ? [text] : []
  })
  const main = scripts?.[name]
  const reached = [joinPath(at, 'package.json')]
  if (typeof main !== 'string') {
    const fallback = name === 'start' && call.manager === 'npm' ? files.file(joinPath(at, 'server.js')) : undefined
    return fallback === undefined ? undefined : { starts: [started('node server.js', at, call)], reached }
  }
  return {
    starts: (program.env['npm_config_ignore_scripts'] === 'true' ? [main] : texts).map((text) =>
      started(text, at, call),
    ),
    reached,
  }
}

/** Package managers give scripts to a shell that finds the programs of node_modules first. */
function started(text: string, at: string, { program, files }: ManagerCall): StartedProgram {
  return {
    path: files.file('bin/sh') ?? 'bin/sh',
    argv: ['sh', '-c', text],
    cwd: at,
    env: { ...program.env, PATH: [...binDirectories(at), program.env['PATH'] ?? ''].join(':') },
  }
}

function binDirectories(at: string): readonly string[] {
  return [...upwards(at)].map((directory) => `/${joinPath(directory, 'node_modules/.bin')}`)
}

function runProgram(name: string, args: readonly string[], call: ManagerCall): Pick<Followed, 'starts' | 'gaps'> {
  const { files, program, manager } = call
  const plain = name.replace(/(?<=.)@[^/]*$/, '')
  const base = plain.replace(/^@[^/]+\//, '')
  const places = [...upwards(program.cwd)].map((at) => joinPath(at, `node_modules/.bin/${base}`))
  const globals = [
    pathFrom(parentOf(program.path), base),
    ...(program.env['PATH'] ?? '').split(':').map((at) => pathFrom(at, base)),
  ]
  const found = [...places, ...globals].find((at) => files.file(at) !== undefined)
  if (found !== undefined) {
    const words = [`/${found}`, ...args].map((word) => quoted(word)).join(' ')
    return { gaps: [], starts: [started(words, program.cwd, call)] }
  }
  const gap: Gap = {
    kind: 'program',
    severity: manager === 'npx' || manager === 'pnpx' ? 'warning' : 'error',
    message:
      manager === 'npx' || manager === 'pnpx'
        ? `${manager} finds no ${plain} in node_modules: it would download it whenever a container starts`
        : `${manager} finds no script and no program with the name ${plain}`,
    needs: plain,
    hint: `add ${plain} to "dependencies" of package.json`,
  }
  return { gaps: [gap], starts: [] }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function noScript(name: string, at: string, { manager, files }: ManagerCall): Gap {
  const manifest = joinPath(at, 'package.json')
  const exists = files.file(manifest) !== undefined
  return {
    kind: 'program',
    severity: 'error',
    message: exists
      ? `${manager} is to run the script ${name}, which /${manifest} does not have`
      : `${manager} is to run the script ${name}, and there is no package.json in /${at} or above`,
    ...(exists ? { file: manifest } : {}),
    needs: exists ? `script ${name}` : 'package.json',
    ...(exists ? {} : { hint: 'copy package.json into the image too' }),
  }
}
