import type { Gap } from '../../closure.ts'
import type { NodeProgram } from './node-program.ts'
import { lineOfModuleVersion, moduleVersionOf } from './node-version.ts'

const mark = 'node_register_module_v'

/**
 * The gap of an addon that was compiled for another release line: addons that do not use Node-API name the
 * NODE_MODULE_VERSION they were built with in the symbol that Node looks for.
 */
export function otherModuleVersion(path: string, { files, version }: NodeProgram): Gap | undefined {
  const wanted = version === undefined ? undefined : moduleVersionOf(version)
  const bytes = wanted === undefined ? undefined : files.bytes(path)
  if (bytes === undefined || version === undefined) return undefined
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = content.indexOf(mark)
  if (at < 0 || content.includes('napi_register_module_v')) return undefined
  const found = /^\d+/.exec(content.toString('latin1', at + mark.length, at + mark.length + 4))?.[0]
  if (found === undefined || Number(found) === wanted) return undefined
  const line = lineOfModuleVersion(Number(found))
  return {
    kind: 'runtime-version',
    severity: 'error',
    message: `/${path} was built for NODE_MODULE_VERSION ${found}${line === undefined ? '' : ` (Node ${line})`}: Node ${version.text} has ${wanted} and refuses it`,
    file: path,
    needs: line === undefined ? `NODE_MODULE_VERSION ${found}` : `Node ${line}`,
    hint: `install the packages in a stage with Node ${version.major}`,
  }
}
