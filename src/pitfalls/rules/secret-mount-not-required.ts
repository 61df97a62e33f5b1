import type { Fix } from '../../core/index.ts'
import type { ShellCommand } from '../../shell/index.ts'
import type { MountModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { builtStages } from '../queries/credential-pairs.ts'
import type { RunStep } from '../queries/secret-sources.ts'
import { runSteps } from '../queries/steps.ts'

/** A build without the secret does something else, and says nothing. */
export const secretMountNotRequired: Pitfall = {
  id: 'secret-mount-not-required',
  summary:
    'A secret that a step cannot do without is required: else a build without it goes on, with other results or a late error',
  severity: 'info',
  level: 'static',
  profiles: ['security', 'production'],
  peers: {},
  find: (facts) =>
    builtStages(facts).flatMap((stage) =>
      runSteps(stage.steps).flatMap((step) =>
        step.mounts
          .filter(({ mount }) => mount.type === 'secret' && !mount.required)
          .flatMap((mount) => toHits(step, mount)),
      ),
    ),
}

function toHits(step: RunStep, mount: MountModel): readonly PitfallHit[] {
  const { id, source, env } = mount.mount
  const name = id ?? source ?? mount.target.split('/').at(-1) ?? ''
  const consequence = env === undefined ? withoutFile(step, mount) : withoutVariable(step, env)
  if (consequence === undefined) return []
  return [
    {
      at: step.trigger ? step.at : mount.at,
      message: `without the secret \`${name}\` the step goes on: ${consequence}`,
      hint: 'add `required=true` to the mount: the build then stops at once, and says which secret is missing',
      evidence: { secret: name },
      ...(step.trigger ? {} : { fixes: [requiredFix(mount)] }),
    },
  ]
}

function withoutVariable({ command: { script } }: RunStep, name: string): string | undefined {
  const isTested = script.commands.some((one) => isTest(one) && one.words.some(({ text }) => text.includes(name)))
  if (isTested || script.broken || script.options.has('nounset')) return undefined
  const text = script.commands.flatMap(({ words }) => words.map((word) => word.text)).join(' ')
  if (new RegExp(`\\$\\{${name}:?[-?+=]`).test(text)) return undefined
  return `\`${name}\` is not set`
}

/** Files that tools do without when they are not there. */
const settings =
  /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|\.netrc|_netrc|pip\.conf|\.pypirc|settings\.xml|auth\.json|\.git-credentials|gradle\.properties|nuget\.config|\.condarc|bunfig\.toml|\.bundle\/config|\.docker\/config\.json|\.cargo\/credentials(?:\.toml)?)$/i

function withoutFile(step: RunStep, { target }: MountModel): string | undefined {
  const { commands, broken } = step.command.script
  const text = step.at.source.text
  const naming = commands.filter(({ words, redirects }) =>
    [...words, ...redirects.map((redirect) => redirect.target)].some((word) =>
      mentions(word.value ?? word.text, target),
    ),
  )
  if (broken || naming.some(isTest)) return undefined
  if (naming.length === 0)
    return settings.test(target) ? `there is no \`${target}\`, and the tool does without it` : undefined
  // What prints the file stands before the command that uses the output.
  const lost = naming.find((one) => one.conditions.includes('substitution') && !stops(step, { one, text }))
  if (lost === undefined) return undefined
  return `\`${text.slice(lost.span.start, lost.span.end)}\` prints nothing, and its failure is lost in the substitution`
}

/** `TOKEN=$(cat FILE) && …`: the failure of the substitution is that of the assignment. */
function stops(step: RunStep, { one, text }: { readonly one: ShellCommand; readonly text: string }): boolean {
  const around = step.command.script.commands.find(
    (other) => other !== one && other.span.start < one.span.start && other.span.end > one.span.end,
  )
  if (around === undefined || around.program !== '' || around.failureIgnored) return false
  if (/^\s*(?:export|local|declare|readonly|typeset)\b/.test(text.slice(around.span.start, around.span.end)))
    return false
  return step.command.script.options.has('errexit') || /^[\s\\)}]*&&/.test(text.slice(around.span.end))
}

function isTest({ program, failureIgnored }: ShellCommand): boolean {
  return failureIgnored || /^(?:test|\[|\[\[)$/.test(program)
}

function mentions(text: string, path: string): boolean {
  const at = text.indexOf(path)
  return at >= 0 && !/[\w.-]/.test(text[at + path.length] ?? ' ')
}

function requiredFix({ at }: MountModel): Fix {
  const isQuoted = /["']$/.test(at.source.text.slice(at.span.start, at.span.end))
  const end = at.span.end - (isQuoted ? 1 : 0)
  return {
    title: 'require the secret',
    edits: [{ span: { start: end, end }, text: ',required=true' }],
    claims: ['same-files', 'same-config'],
    safety: 'safe',
  }
}
