import { joinPath, parentOf } from '../../../fileset/index.ts'
import type { Gap } from '../../closure.ts'
import type { NodeProgram } from './node-program.ts'
import { packageJson, packageScope } from './node-resolve.ts'
import { type Goal, parseJavaScript } from './syntax-tree.ts'

const moduleSyntax = /^\s*(import\s*[\w${*"']|export\s*[\w${*])|\bimport\.meta\b|[;}]\s*(import|export)\s*[\w${*"']/m

/**
 * How Node reads a file: by its name, the `type` of the nearest package.json, else by its syntax. Versions and options that do
 * not look at the syntax stop at the first `import` of a file without a `type`: the gap.
 */
export function moduleGoal(
  path: string,
  text: string,
  { files, version, detectsModules }: Pick<NodeProgram, 'files' | 'version' | 'detectsModules'>,
): { readonly goal: Goal; readonly gap?: Omit<Gap, 'severity'> } {
  if (path.endsWith('.mjs')) return { goal: 'module' }
  if (path.endsWith('.cjs')) return { goal: 'script' }
  const scope = packageScope(parentOf(path), files)
  const type = scope === undefined ? undefined : packageJson(scope, files)?.['type']
  if (type === 'module') return { goal: path.endsWith('.js') || !/\.\w+$/.test(path) ? 'module' : 'script' }
  if (type === 'commonjs' || !moduleSyntax.test(text)) return { goal: 'script' }
  if (parseJavaScript(text, 'script') !== undefined || parseJavaScript(text, 'module') === undefined)
    return { goal: 'script' }
  if (detectsModules !== false) return { goal: 'module' }
  return { goal: 'module', gap: lostType(path, scope, version?.text ?? '') }
}

function lostType(path: string, scope: string | undefined, version: string): Omit<Gap, 'severity'> {
  const where =
    scope === undefined ? 'no package.json stands above it' : `/${joinPath(scope, 'package.json')} has no "type"`
  return {
    kind: 'module',
    message: `/${path} is an ES module and ${where}: Node${version === '' ? '' : ` ${version}`} takes it for CommonJS and stops with a SyntaxError`,
    file: path,
    needs: 'package.json with "type": "module"',
    hint:
      scope === undefined
        ? 'copy package.json into the image too'
        : 'add "type": "module" to that package.json, or name the file .mjs',
  }
}
