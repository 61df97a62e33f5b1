import type { Facts } from '../facts.ts'
import type { DependencyInstall } from '../queries/dependency-installs.ts'
import { stubOf } from './whole-manifests.ts'

/** The command that fetches what a build would fetch on its way; undefined where there is none. */
export function fetchCommand(
  { project }: Facts,
  { manager, action: { command } }: DependencyInstall,
  directory: string,
): string | undefined {
  if (command.programWord?.value !== programs[manager]) return undefined
  if (manager === 'go') return 'go mod download'
  if (manager === 'maven') return 'mvn -B dependency:go-offline'
  if (manager === 'dotnet') return ['dotnet restore', ...restoreArguments(command.args)].join(' ')
  const stub = project === undefined ? undefined : stubOf(project, directory)
  if (manager !== 'cargo' || stub === undefined) return undefined
  return `mkdir src && touch ${stub} && cargo fetch --locked && rm -r src`
}

/** As the file calls them: a wrapper script or another place may not be there yet. */
const programs: Readonly<Record<string, string>> = { go: 'go', maven: 'mvn', dotnet: 'dotnet', cargo: 'cargo' }

/** The project, and for which platform: packages of a runtime are others. */
function restoreArguments(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, index) => {
    if (/^(?:-r|--runtime|-a|--arch|--os)$/.test(arg)) return [arg, args[index + 1] ?? '']
    return /^(?:-r|--runtime|-a|--arch|--os)[=:]|proj$/.test(arg) ? [arg] : []
  })
}

/** What `composer dump-autoload` must be told for the same autoloader that `composer install` would have written. */
export function dumpCommand(args: readonly string[]): string {
  const flags = args.flatMap((arg) => dumpFlags.find(([pattern]) => pattern.test(arg))?.[1] ?? [])
  const passed = args.filter((arg) => /^--ignore-platform-req(?:s$|=)/.test(arg))
  return ['composer dump-autoload', ...new Set(flags), ...passed].join(' ')
}

const dumpFlags: readonly (readonly [RegExp, string])[] = [
  [/^--no-dev$/, '--no-dev'],
  [/^(?:-o|--optimize-autoloader)$/, '--optimize'],
  [/^(?:-a|--classmap-authoritative)$/, '--classmap-authoritative'],
  [/^--apcu-autoloader$/, '--apcu'],
  [/^--no-scripts$/, '--no-scripts'],
]
