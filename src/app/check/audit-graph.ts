import { audit, checkSettings, gatherFacts, ignoreFacts, type Facts } from '../../audit/index.ts'
import { type Diagnostic, type Finding, SlipwayError } from '../../core/index.ts'
import type { StageGraph } from '../../graph/index.ts'
import type { Definition } from '../build/load-definition.ts'

/** What the rules say, and whether that is to be an error. */
export interface Audited {
  readonly findings: readonly Finding[]
  /** `# check=` cannot be read, or it says `error=true` and there are findings. */
  readonly error?: SlipwayError
}

/** The facts about a file in one of its graphs. */
export function factsOf({ file, contexts }: Definition, graph: StageGraph): Facts {
  const tree = contexts.get('context')
  const ignore = ignoreFacts(tree?.kind === 'host' ? tree.ignore : [])
  return gatherFacts({ file, graph, ...(ignore === undefined ? {} : { ignore }) })
}

/** Checks a file, as far as its settings let it be checked. */
export function auditGraph(definition: Definition, graph: StageGraph): Audited {
  const settings = checkSettings(definition.file, graph.options.buildArgs)
  if ('error' in settings) return { findings: [], error: badSettings(definition, settings.error) }
  const findings = audit(factsOf(definition, graph), settings.options)
  return { findings, ...(settings.options.error && findings.length > 0 ? { error: checkFailed(findings) } : {}) }
}

function badSettings({ file }: Definition, message: string): SlipwayError {
  const directive = file.directives.find(({ name }) => name === 'check')
  return new SlipwayError('bad-option-value', message, {
    at: directive === undefined ? [] : [{ source: file.source, span: directive.span }],
    hint: 'write # check=skip=RULE,RULE;experimental=RULE;error=true',
  })
}

function checkFailed(findings: readonly Diagnostic[]): SlipwayError {
  const rules = [...new Set(findings.map(({ code }) => code))].sort()
  return new SlipwayError('check-failed', `lint violation found for rules: ${rules.join(', ')}`, {
    hint: 'the checks are set to error=true; `slipway build --check` shows each place',
  })
}
