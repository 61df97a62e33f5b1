import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { bringsProgram } from '../queries/brought-files.ts'
import { installedPackages } from '../queries/installed-packages.ts'
import { packagesWith } from '../queries/program-packages.ts'
import { startScript } from '../queries/start-script.ts'
import { runsUnread } from '../queries/unread-commands.ts'
import { askOtherwiseFix } from '../repairs/ask-otherwise.ts'
import { parseScript } from '../../shell/index.ts'

/** A HEALTHCHECK whose program is not in the image. */
export const healthcheckToolMissing: Pitfall = {
  id: 'healthcheck-tool-missing',
  summary:
    'The program that HEALTHCHECK calls is in the image: without it every check fails, and the container is killed.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const step = facts.final.end.healthcheck
    if (step?.command === undefined || step.trigger) return []
    const missing = [...new Set(programsOf(facts, step))].find((name) => isMissing(facts, name))
    return missing === undefined ? [] : [hit(facts, step, missing)]
  },
}

/** The programs of the check itself, and those of a script of the context that it starts. */
function programsOf(facts: Facts, step: StepModel): readonly string[] {
  const { command, before } = step
  const own = (command?.script.commands ?? []).map(({ program, programWord }) => programWord?.value ?? program)
  const script = startScript(facts, step)
  if (script === undefined || !/\b(?:ba|da|a)?sh$/.test(script.interpreter?.split(' ')[0] ?? '')) return own
  const inner = parseScript(script.text, { toSourceOffset: () => 0, variables: before.variables, cwd: before.cwd })
  if (inner.broken) return own
  return [...own, ...inner.commands.filter(({ conditions }) => conditions.length === 0).map(({ program }) => program)]
}

const builtins = new Set(
  'exit return test [ [[ true false echo printf cd set unset export read if : eval exec trap wait kill local shift command type sh bash'.split(
    ' ',
  ),
)

function isMissing({ final }: Facts, written: string): boolean {
  const name = written.split('/').at(-1) ?? ''
  if (name === '' || builtins.has(name) || /[$`*]/.test(written)) return false
  if (final.base.hasProgram(name) !== false) return false
  const { names, hasUnknown } = installedPackages(final.history)
  if (hasUnknown || packagesWith(name).some((pattern) => [...names].some((one) => pattern.test(one)))) return false
  if (bringsProgram(final.history, written, final.end.env.get('PATH')) !== 'no') return false
  // A relative path is looked up where the program starts.
  if (written.includes('/') && !written.startsWith('/')) return false
  return !runsUnread(final.history)
}

function hit(facts: Facts, step: StepModel, written: string): PitfallHit {
  const { final } = facts
  const name = written.split('/').at(-1) ?? written
  const { base } = final
  const [language] = ['node', 'python', 'python3'].filter((one) => base.hasProgram(one) === true)
  return {
    at: step.at,
    message: `HEALTHCHECK calls \`${name}\`, which ${base.isEmpty ? 'an empty image does not have' : `${base.written} does not have and no step installs`}`,
    hint:
      base.hasShell === false
        ? 'let the program check itself: HEALTHCHECK CMD ["/app", "--health"]; or copy a small static checker'
        : `install it${language === undefined ? '' : `, or ask with what is there: ${language} ${language === 'node' ? '-e "fetch(…)"' : '-c "import urllib.request …"'}`}${base.distribution === 'alpine' && name === 'curl' ? '; busybox has wget' : ''}`,
    evidence: { program: name, base: base.written },
    fixes: askOtherwiseFix(facts, step, name),
  }
}
