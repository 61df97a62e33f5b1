import { SlipwayError } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { resolveGraph } from '../../graph/index.ts'
import { defaultPathEnv, type Platform, type RuntimeConfig } from '../../oci/index.ts'
import { planBuild } from '../../plan/index.ts'
import { throwFirstError } from '../build/diagnostics.ts'
import { machinePlatform } from '../build/plan-request.ts'

const allowed = [
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'ONBUILD',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]

/**
 * The configuration that Dockerfile instructions give an image without one. They are read and applied exactly as in a
 * build. Throws `dockerfile-syntax` with the place in the instructions, or `usage` for one that changes files.
 */
export function changedConfig(changes: readonly string[], platform: Platform): RuntimeConfig {
  if (changes.length === 0) return {}
  const file = parseDockerfile({ path: '--change', text: `FROM scratch\n${changes.join('\n')}\n` })
  throwFirstError(file.diagnostics)
  for (const { kind, span } of file.instructions.slice(1)) {
    if (allowed.includes(kind)) continue
    throw new SlipwayError('usage', `--change cannot take ${kind}`, {
      at: [{ source: file.source, span }],
      hint: `it takes ${allowed.join(', ')}`,
    })
  }
  const graph = resolveGraph(file, { buildArgs: {}, platform, buildPlatform: machinePlatform() })
  throwFirstError(graph.diagnostics)
  const { plan, diagnostics } = planBuild([graph], {
    labels: {},
    noCache: false,
    noCacheFilter: [],
    network: 'default',
    ulimits: [],
    extraHosts: [],
  })
  throwFirstError(diagnostics)
  return withoutDefaults(plan.images[0]?.config.config ?? {}, changes, platform)
}

/** What every build from nothing gets was not asked for here: the default PATH and the working directory `/`. */
function withoutDefaults(config: RuntimeConfig, changes: readonly string[], platform: Platform): RuntimeConfig {
  const { Env, WorkingDir, ...rest } = config
  const setsPath = changes.some((change) => /^\s*env\s.*\bPATH\b/is.test(change))
  const env = (Env ?? []).filter((pair) => setsPath || pair !== `PATH=${defaultPathEnv(platform.os)}`)
  return {
    ...rest,
    ...(env.length === 0 ? {} : { Env: env }),
    ...(WorkingDir === undefined || WorkingDir === '/' ? {} : { WorkingDir }),
  }
}
