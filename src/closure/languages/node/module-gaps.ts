import { baseOf, joinPath, parentOf } from '../../../fileset/index.ts'
import type { Gap } from '../../closure.ts'
import { asObject, type ImageFiles, upwards } from '../image-files.ts'
import type { ModuleRequest } from './find-imports.ts'
import { type NodeResolution, owningPackage, packageJson, packageName } from './node-resolve.ts'
import type { NodeVersion } from './node-version.ts'

/** The name that Node gives to a text without a file. */
export const evalName = '[eval]'

export interface MissingRequest {
  readonly request: ModuleRequest
  readonly resolved: Exclude<NodeResolution, { kind: 'file' | 'elsewhere' }>
  readonly from: string
  readonly files: ImageFiles
  readonly version: NodeVersion | undefined
}

/**
 * The gap of a module that is not found; undefined where it need not be there: asked for within `try`, optional by its
 * package.json, or asked for in a function by somebody who does not count it among the dependencies.
 */
export function missingModule(missing: MissingRequest): Gap | undefined {
  const { request, from, files } = missing
  if (request.when === 'guarded') return undefined
  const name = /^[./#]/.test(request.specifier) ? undefined : packageName(request.specifier)
  const owner = owningPackage(from, files)
  const declared = name === undefined || owner === undefined ? 'nowhere' : declaration(name, packageJson(owner, files))
  if (declared === 'optional') return undefined
  if (request.when === 'later') {
    const expected =
      name === undefined ? !from.includes('node_modules/') && isOwnFile(request) : declared === 'dependency'
    if (!expected) return undefined
  }
  const hint = hintFor({ ...missing, name, declared })
  return {
    kind: 'module',
    severity: request.when === 'start' ? 'error' : 'warning',
    message: messageOf(missing, name),
    ...(baseOf(from) === evalName ? {} : { file: from }),
    needs: request.specifier,
    ...(hint === undefined ? {} : { hint }),
  }
}

/** A file beside the program, not something that a build or a run may leave there. */
function isOwnFile({ specifier, how }: ModuleRequest): boolean {
  return how !== 'url' && /^\.\.?\//.test(specifier) && !/\.(json|node)$/.test(specifier)
}

type Declared = 'dependency' | 'peer' | 'development' | 'optional' | 'nowhere'

function declaration(name: string, manifest: Readonly<Record<string, unknown>> | undefined): Declared {
  const has = (field: string): boolean => Object.hasOwn(asObject(manifest?.[field]) ?? {}, name)
  const meta = asObject(asObject(manifest?.['peerDependenciesMeta'])?.[name])
  if (has('optionalDependencies') || meta?.['optional'] === true) return 'optional'
  if (has('dependencies')) return 'dependency'
  if (has('peerDependencies')) return 'peer'
  return has('devDependencies') ? 'development' : 'nowhere'
}

function messageOf({ request, resolved, from, version }: MissingRequest, name: string | undefined): string {
  const who = baseOf(from) === evalName ? 'the text that node is given' : `/${from}`
  if (request.specifier.startsWith('node:') && version !== undefined) {
    return `${who} needs ${request.specifier}, which Node ${version.text} does not have`
  }
  if (resolved.kind === 'not-exported') {
    return `${who} needs ${request.specifier}, which /${joinPath(resolved.package, 'package.json')} does not let others have`
  }
  if (resolved.kind === 'incomplete') {
    return `${who} needs ${request.specifier}, and the file of it that /${joinPath(resolved.package, 'package.json')} names does not exist`
  }
  return name === undefined
    ? `${who} needs ${request.specifier}, which does not exist`
    : `${who} needs the module ${request.specifier}, and no node_modules above it has ${name}`
}

function hintFor({
  resolved,
  name,
  declared,
  from,
  files,
}: MissingRequest & { readonly name: string | undefined; readonly declared: Declared }): string | undefined {
  if (name === undefined) return undefined
  if (name.startsWith('.prisma'))
    return 'run `prisma generate` in the stage that installs the packages, and copy node_modules/.prisma'
  if (resolved.kind === 'incomplete') return `build ${name}, or copy the output of its build as well`
  if (declared === 'development') return `${name} is a development dependency: it belongs under "dependencies"`
  const installed = [...upwards(parentOf(from))].some(
    (at) => files.directory(joinPath(at, 'node_modules')) !== undefined,
  )
  if (declared === 'dependency' || declared === 'peer') {
    return installed
      ? `install ${name} in the stage that node_modules comes from`
      : 'copy node_modules from the stage that installs it, or run `npm ci --omit=dev`'
  }
  return resolved.kind === 'missing' ? `add ${name} to "dependencies" of package.json` : undefined
}

export function refusedModule({
  path,
  from,
  version,
}: {
  readonly path: string
  readonly from: string
  readonly version: NodeVersion
}): Gap {
  return {
    kind: 'runtime-version',
    severity: 'error',
    message: `/${from} requires /${path}, which is an ES module: Node ${version.text} cannot require those`,
    file: from,
    needs: 'Node 20.19 or 22.12',
    hint: 'use a base with Node 22.12 or later',
  }
}
