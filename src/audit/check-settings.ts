import { type CheckOptions, checkComment, type Dockerfile, type Instruction, parseCheck } from '../dockerfile/index.ts'
import type { Rule } from './rule.ts'

/** Which rules a file switches off or on, or why its setting cannot be read. */
export type CheckSettings = { readonly options: CheckOptions } | { readonly error: string }

const settingArgument = 'BUILDKIT_DOCKERFILE_CHECK'

/** The build argument BUILDKIT_DOCKERFILE_CHECK, else the `# check=` directive, of which a blank is the end. */
export function checkSettings(file: Dockerfile, buildArgs: Readonly<Record<string, string>>): CheckSettings {
  const given = buildArgs[settingArgument]
  if (given !== undefined) return explained(parseCheck(given), `failed to parse build-arg:${settingArgument}`)
  const directive = file.directives.find(({ name }) => name === 'check')
  return explained(parseCheck(directive?.value.split(' ', 1)[0] ?? ''), 'failed to parse check options')
}

/** Whether a rule speaks; `commented` is the instruction whose comment adds to the settings of the file. */
export function isOn(rule: Rule, options: CheckOptions, commented: Instruction | undefined): boolean {
  const own = commented === undefined ? undefined : commentOptions(commented)
  const named = (key: 'skip' | 'experimental') =>
    [options, own].some((one) => one !== undefined && (one[key] === 'all' || one[key].includes(rule.name)))
  return rule.experimental === true ? named('experimental') : !named('skip')
}

function commentOptions(instruction: Instruction): CheckOptions | undefined {
  const text = checkComment(instruction)
  const result = text === undefined ? undefined : parseCheck(text)
  return result === undefined || 'error' in result ? undefined : result.options
}

function explained(result: CheckSettings, prefix: string): CheckSettings {
  return 'error' in result ? { error: `${prefix}: ${result.error}` } : result
}
