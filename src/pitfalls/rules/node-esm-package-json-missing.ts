import { posix } from 'node:path'
import type { Pitfall } from '../pitfall.ts'
import { manifestOfModule, mayHaveManifest } from '../queries/module-manifests.ts'
import { startedNodeFile } from '../queries/started-node-file.ts'

/** Modules of Node.js without the package.json that says that they are modules. */
export const nodeEsmPackageJsonMissing: Pitfall = {
  id: 'node-esm-package-json-missing',
  summary:
    'A `.js` file that is a module is shipped with the package.json that says so: without it Node.js takes it for CommonJS.',
  severity: 'warning',
  level: 'context',
  profiles: ['production'],
  peers: {},
  find: (facts) => {
    const { final } = facts
    const started = startedNodeFile(facts)
    const { runtime } = final.base
    if (started === undefined || runtime?.language !== 'node') return []
    const manifest = manifestOfModule(facts, final, started.path)
    if (manifest?.type !== 'module' || mayHaveManifest(facts, final, started.path)) return []
    const effect = guesses(runtime.version)
      ? 'Node.js finds it out by trial, parses the file twice and warns (MODULE_TYPELESS_PACKAGE_JSON); `imports` and `exports` of the package are lost'
      : 'Node.js before 20.19 and 22.7 takes it for CommonJS and stops: SyntaxError: Cannot use import statement outside a module'
    return [
      {
        at: started.step.at,
        message: `\`${started.path}\` is a module because \`${manifest.path}\` has "type": "module", and no package.json is in ${posix.dirname(started.path)} or above: ${effect}`,
        hint: `copy package.json to the final stage too, beside the directory of the file (${posix.dirname(posix.dirname(started.path))})`,
        evidence: { file: started.path, manifest: manifest.path },
      },
    ]
  },
}

/** Whether a version tells modules from CommonJS by their syntax: 20.19, 22.7 and what came later. A tag without more is the newest. */
function guesses(version: string | undefined): boolean {
  const [major, minor] = (version ?? '').split('.').map(Number)
  if (major === undefined || Number.isNaN(major)) return true
  if (major === 20) return minor === undefined || minor >= 19
  if (major === 22) return minor === undefined || minor >= 7
  return major > 22
}
