import { baseOf, parentOf } from '../../../fileset/index.ts'
import type { ClosureImage, Follow, Followed, Gap, StartedProgram } from '../../closure.ts'
import { type ImageFiles, imageFiles, libcOf, pathFrom } from '../image-files.ts'
import { type EntryModule, followModules, type FollowedModules, followText } from './follow-modules.ts'
import { nodeArch } from './native-platform.ts'
import { type NodeCommand, readNodeCommand } from './node-command.ts'
import type { NodeProgram } from './node-program.ts'
import { reachedOf } from '../reached.ts'
import { resolveModule } from './node-resolve.ts'
import { detectsSyntax, hasSince, moduleVersionOf, nodeVersion } from './node-version.ts'
import { followManager, followScript, packageManager } from './package-scripts.ts'

/** Programs of Node: the modules that they load by Node's own rules, and what package managers start. */
export const followNode: Follow = (program, image) => {
  if (!/^(node|nodejs)(-?\d+)?$/.test(baseOf(program.path))) return undefined
  const files = imageFiles(image)
  const command = readNodeCommand(program.argv, program.env)
  const { run } = command
  if (run.kind === 'script') return followScript(run.name, program, files)
  const main = run.kind === 'file' ? mainFile(run.path, program.cwd, files) : undefined
  const manager = main === undefined ? undefined : packageManager(main)
  if (run.kind === 'file' && main !== undefined && manager !== undefined) {
    return followManager({ path: main, manager, args: run.args, program, files })
  }
  const world = nodeProgram(program, { image, files, command, main })
  const found = [
    followPreloads(command, program, world),
    main === undefined ? noModules : followModules([{ path: main, how: 'require' }], world),
    run.kind === 'text' ? followText(run.text, program.cwd, world) : noModules,
  ]
  const missing = run.kind === 'file' && main === undefined ? [noMain(run.path, program)] : []
  return joined([...found, { ...noModules, gaps: missing }])
}

const noModules: FollowedModules = { gaps: [], reached: new Map(), loads: [], unknown: [] }

interface Setting {
  readonly image: ClosureImage
  readonly files: ImageFiles
  readonly command: NodeCommand
  readonly main: string | undefined
}

function nodeProgram(program: StartedProgram, { image, files, command, main }: Setting): NodeProgram {
  const version = nodeVersion(program, image, files)
  return {
    files,
    version,
    platform: {
      arch: nodeArch(image.platform.architecture),
      libc: libcOf(image, program.path),
      moduleVersion: version === undefined ? undefined : moduleVersionOf(version),
    },
    env: program.env,
    nodePath: (program.env['NODE_PATH'] ?? '')
      .split(':')
      .flatMap((at) => (at === '' ? [] : [pathFrom(program.cwd, at)])),
    conditions: command.conditions,
    detectsModules: refusesDetection(program)
      ? false
      : version === undefined
        ? undefined
        : hasSince(version, detectsSyntax),
    main,
  }
}

function refusesDetection({ argv, env }: StartedProgram): boolean {
  return [...argv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)].includes('--no-experimental-detect-module')
}

/** `node x` resolves its argument as `require` would a path. */
function mainFile(path: string, cwd: string, files: ImageFiles): string | undefined {
  const absolute = `/${pathFrom(cwd, path)}${path.endsWith('/') ? '/' : ''}`
  const found = resolveModule(absolute, { directory: cwd, how: 'require', files, nodePath: [], conditions: [] })
  return found.kind === 'file' ? found.path : undefined
}

function followPreloads(command: NodeCommand, program: StartedProgram, world: NodeProgram): FollowedModules {
  const gaps: Gap[] = []
  const entries: EntryModule[] = []
  for (const { how, specifier } of command.preloads) {
    const from = {
      directory: program.cwd,
      how,
      files: world.files,
      nodePath: world.nodePath,
      conditions: command.conditions,
    }
    if (/^(node|data):/.test(specifier)) continue
    const found = resolveModule(specifier, from)
    if (found.kind === 'file') entries.push({ path: found.path, how })
    else if (found.kind === 'missing') gaps.push(noPreload(specifier, how))
  }
  const followed = followModules(entries, world)
  return { ...followed, gaps: [...gaps, ...followed.gaps] }
}

function noPreload(specifier: string, how: 'require' | 'import'): Gap {
  return {
    kind: 'module',
    severity: 'error',
    message: `node is to load ${specifier} first (--${how}), which does not exist`,
    needs: specifier,
  }
}

function noMain(path: string, { cwd, argv }: StartedProgram): Gap {
  return {
    kind: 'module',
    severity: 'error',
    message: `${argv.join(' ')} starts /${pathFrom(cwd, path)}, which does not exist`,
    needs: `/${pathFrom(cwd, path)}`,
    hint: `copy it to /${parentOf(pathFrom(cwd, path))}, or mend WORKDIR and the command`,
  }
}

function joined(parts: readonly FollowedModules[]): Followed {
  return {
    gaps: parts.flatMap(({ gaps }) => gaps),
    ...reachedOf(parts.flatMap(({ reached }) => [...reached])),
    loads: [...new Set(parts.flatMap(({ loads }) => loads))],
    starts: [],
    unknown: parts.flatMap(({ unknown }) => unknown),
  }
}
