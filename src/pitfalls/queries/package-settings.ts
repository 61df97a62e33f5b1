import { posix } from 'node:path'
import type { Action } from '../../shell/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { contextFilesAt } from './landing-places.ts'

type InstallAction = Extract<Action, { readonly kind: 'install' }>

/** What the settings of a package manager say about packages for development. */
export interface PackageSetting {
  readonly isProduction: boolean
  /** Who says so: a path of the context, or the command. */
  readonly told: string
}

/**
 * Whether an installation leaves out packages for development because of a settings file beside the manifest (`.npmrc`,
 * `.yarnrc`, `bunfig.toml`, `.bundle/config`) or of an earlier `npm config set`; undefined when these say nothing, or when
 * the command line itself decides.
 */
export function packageSetting(facts: Facts, stage: StageModel, install: InstallAction): PackageSetting | undefined {
  const reader = readers[install.manager]
  const { args, variables } = install.command
  const isDecided =
    args.some((word) => deciding.test(word)) || [...variables.keys()].some((name) => stronger.test(name))
  if (reader === undefined || isDecided) return undefined
  const set = install.manager === 'npm' ? configured(stage, install) : undefined
  if (set !== undefined) return { isProduction: set, told: 'npm config set' }
  for (const { name, says } of reader) {
    const file = settingsFile(facts, stage, { install, name })
    const isProduction = file === undefined ? undefined : says(file.text)
    if (file !== undefined && isProduction !== undefined) return { isProduction, told: file.path }
  }
  return undefined
}

/** The command line, its variables and the settings together: packages for development are left out. */
export function leavesOutDevelopment(facts: Facts, stage: StageModel, install: InstallAction): boolean {
  return packageSetting(facts, stage, install)?.isProduction ?? install.production
}

const deciding = /^(?:--(?:omit|include|only|also|dev|prod|production|without|with)(?:=.*)?|-P)$/

/** Variables come before files. */
const stronger = /^(?:npm_config|NPM_CONFIG)_(?:omit|include|production|only)$/i

interface Reader {
  readonly name: string
  readonly says: (text: string) => boolean | undefined
}

const npmrc: Reader = {
  name: '.npmrc',
  says: (text) => {
    if (/^\s*include(?:\[\])?\s*=\s*["']?dev\b/m.test(text)) return false
    return /^\s*(?:omit(?:\[\])?\s*=\s*["']?dev|only\s*=\s*["']?prod(?:uction)?|production\s*=\s*["']?true)\b/m.test(
      text,
    )
      ? true
      : undefined
  },
}

const readers: Partial<Record<InstallAction['manager'], readonly Reader[]>> = {
  npm: [npmrc],
  yarn: [{ name: '.yarnrc', says: (text) => /^\s*"?--(?:install\.)?production"?\s+"?true/m.test(text) || undefined }],
  bun: [
    {
      name: 'bunfig.toml',
      says: (text) =>
        /^\[install\]\s*$(?:(?!^\[)[\s\S])*?^\s*(?:production\s*=\s*true|dev\s*=\s*false)/m.test(text) || undefined,
    },
  ],
  bundler: [
    { name: '.bundle/config', says: (text) => /^BUNDLE_WITHOUT:.*\b(?:development|test)\b/m.test(text) || undefined },
  ],
}

/** The file that the manager reads, when the stage has it. */
function settingsFile(
  { project }: Facts,
  stage: StageModel,
  { install, name }: { readonly install: InstallAction; readonly name: string },
): { readonly path: string; readonly text: string } | undefined {
  const directory = install.directory ?? install.command.cwd
  if (project === undefined || directory === undefined) return undefined
  const candidates = project.files
    .filter(({ path, ignored }) => !ignored && (path === name || path.endsWith(`/${name}`)))
    .map(({ path }) => path)
  // What comes later does not count.
  const at = stage.history.findIndex(({ command }) => command?.actions.some((one) => one.command === install.command))
  const until = { ...stage, history: stage.history.slice(0, at + 1) }
  const [path] = contextFilesAt(until, posix.join(directory, name), candidates)
  const text = path === undefined ? undefined : project.text(path)
  return path === undefined || text === undefined ? undefined : { path, text }
}

/** `npm config set omit dev`, `npm set production=true` before the installation. */
function configured({ history }: StageModel, { command }: InstallAction): boolean | undefined {
  let found: boolean | undefined
  for (const step of history) {
    for (const one of step.command?.script.commands ?? []) {
      if (one === command) return found
      const { program, args } = one
      const words = args.filter((word) => !word.startsWith('-'))
      const at = words.indexOf('set')
      if (program !== 'npm' || at < 0 || at > 1) continue
      const [name = '', value = ''] = words.slice(at + 1).flatMap((word) => word.split('='))
      if (name === 'omit') found = value === 'dev'
      if (name === 'production') found = value === 'true'
      if (name === 'only') found = value.startsWith('prod')
      if (name === 'include' && value === 'dev') found = false
    }
  }
  return found
}
