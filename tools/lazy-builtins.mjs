// Modules of Node that take milliseconds to load are loaded when something of them is used: a build that finds everything cached
// starts no process and no thread, unpacks nothing and asks no registry.
import { createRequire } from 'node:module'

const names = /^node:(child_process|worker_threads|zlib|net|tls|http|https|stream|stream\/promises|timers\/promises)$/
const namespace = 'lazy builtin'

/** For esbuild: in place of such a module stands an object whose members load it. */
export function lazyBuiltins() {
  const require = createRequire(import.meta.url)
  return {
    name: 'lazy builtins',
    setup(build) {
      build.onResolve({ filter: names }, ({ path, namespace: importer }) =>
        importer === namespace ? { path, external: true } : { path, namespace, sideEffects: false },
      )
      build.onLoad({ filter: names, namespace }, ({ path }) => {
        const members = Object.keys(require(path)).filter((name) => /^[a-zA-Z_$][\w$]*$/.test(name))
        const getters = members.map((name) => `get ${name}() { return require('${path}').${name} }`)
        return { contents: `module.exports = { ${getters.join(', ')} }`, loader: 'js' }
      })
    },
  }
}
