import { posix } from 'node:path'
import type { NodeManifest } from '../../project/index.ts'
import { parseScript, type Install, type ShellCommand } from '../../shell/index.ts'
import type { Facts } from '../facts.ts'

/** What a script of a package.json needs that runs with the installation. */
export type HookNeed = {
  /** `postinstall`. */
  readonly hook: string
  /** As it stands in the manifest. */
  readonly text: string
} & (
  | {
      readonly kind: 'files'
      /** Of the manifest's directory: a file, or a directory. */
      readonly path: string
      /** The file, or those below the directory, in the context. */
      readonly files: readonly string[]
      /** It goes on without them. */
      readonly isSilent: boolean
    }
  | { readonly kind: 'program'; readonly name: string }
)

/** Files of the context and packages for development without which an install script fails, or does nothing. */
export function hookNeeds(facts: Facts, manifest: NodeManifest, install: Install): readonly HookNeed[] {
  return hooksFor(install).flatMap((hook) => {
    const text = manifest.scripts.get(hook)
    return text === undefined ? [] : needsIn(text, { facts, manifest, hook, text, depth: 0 })
  })
}

interface Hook {
  readonly facts: Facts
  readonly manifest: NodeManifest
  readonly hook: string
  readonly text: string
  readonly depth: number
}

/** Only npm and yarn 1 run `prepare` in any case; yarn 1 cannot be told from later ones here. */
function hooksFor({ manager, production }: Install): readonly string[] {
  const always = ['postinstall']
  if (manager === 'yarn') return always
  if (manager === 'npm') return ['preinstall', 'install', ...always, 'prepare']
  return ['preinstall', 'install', ...always, ...(production ? [] : ['prepare'])]
}

function needsIn(script: string, hook: Hook): readonly HookNeed[] {
  // A script that runs itself.
  if (hook.depth > 3) return []
  const parsed = parseScript(script, { toSourceOffset: () => 0, variables: new Map(), cwd: '/' })
  // `is-ci && exit 0`.
  if (parsed.broken || parsed.commands.some(({ program }) => program === 'exit')) return []
  return parsed.commands.flatMap((command) => {
    const { program, args, conditions, failureIgnored, cwd } = withoutRunner(command)
    // A script that asks first is meant to run anywhere.
    if (conditions.length > 0 || failureIgnored || cwd === undefined) return []
    const inner = innerScript(program, args, hook.manifest)
    if (inner !== undefined) return needsIn(inner, { ...hook, depth: hook.depth + 1 })
    return needsOf({ program, args, programPath: command.programWord?.value ?? program, cwd }, hook)
  })
}

/** `npx prisma generate`, `yarn prisma generate`, `pnpm exec prisma generate`. */
function withoutRunner(command: ShellCommand): ShellCommand {
  const { program, args } = command
  const skipped = program === 'npx' ? 0 : /^(?:pnpm|yarn|npm)$/.test(program) && args[0] === 'exec' ? 1 : undefined
  const next = skipped === undefined ? undefined : args[skipped]
  return next === undefined || next.startsWith('-')
    ? command
    : { ...command, program: next, args: args.slice((skipped ?? 0) + 1) }
}

function innerScript(program: string, args: readonly string[], { scripts }: NodeManifest): string | undefined {
  if (!/^(?:npm|yarn|pnpm|bun)$/.test(program)) return undefined
  const words = args.filter((word) => !word.startsWith('-'))
  return words[0] === 'run' ? scripts.get(words[1] ?? '') : undefined
}

interface HookCommand {
  readonly program: string
  readonly programPath: string
  readonly args: readonly string[]
  readonly cwd: string
}

function needsOf({ program, programPath, args, cwd }: HookCommand, hook: Hook): readonly HookNeed[] {
  const [first = ''] = args
  if (/^(?:node|ts-node|tsx|sh|bash|python3?)$/.test(program))
    return first === '' || first.startsWith('-') ? [] : fileNeed(posix.join(cwd, first), hook)
  if (/^\.{1,2}\//.test(programPath)) return fileNeed(posix.join(cwd, programPath), hook)
  switch (program) {
    case 'patch-package':
      return args.length > 0 ? [] : directoryNeed('patches', hook)
    case 'prisma': {
      const named = args.find((arg) => arg.startsWith('--schema='))?.slice('--schema='.length)
      const schema = named ?? (args.includes('--schema') ? args[args.indexOf('--schema') + 1] : undefined)
      return first === 'generate' ? fileNeed(posix.join(cwd, schema ?? 'prisma/schema.prisma'), hook) : []
    }
    case 'tsc':
      return args.some((arg) => !arg.startsWith('-')) ? [] : fileNeed(posix.join(cwd, 'tsconfig.json'), hook)
    case 'husky':
      return [{ kind: 'program', name: 'husky', hook: hook.hook, text: hook.text }]
    default:
      return []
  }
}

/** A file as node finds it: with its ending, or as the index of a directory. */
function fileNeed(absolute: string, { facts, manifest, hook, text }: Hook): readonly HookNeed[] {
  const path = absolute.replace(/^\//, '')
  const prefix = manifest.directory === '' ? '' : `${manifest.directory}/`
  const found = ['', '.js', '.cjs', '.mjs', '/index.js']
    .map((ending) => `${path}${ending}`)
    .find((one) => facts.project?.file(`${prefix}${one}`)?.kind === 'file')
  if (found === undefined) return []
  return [{ kind: 'files', path: found, files: [`${prefix}${found}`], isSilent: false, hook, text }]
}

function directoryNeed(path: string, { facts, manifest, hook, text }: Hook): readonly HookNeed[] {
  const directory = posix.join(manifest.directory, path)
  const files = (facts.project?.below(directory) ?? []).filter(({ kind }) => kind === 'file').map((file) => file.path)
  return files.length === 0 ? [] : [{ kind: 'files', path, files, isSilent: true, hook, text }]
}
