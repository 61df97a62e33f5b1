import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { type TreeSpec, writeTree } from './file-tree.ts'
import { type RunOptions, type RunResult, runSlipway, scratchDir, slipway } from './slipway.ts'

/** How each step of a build ended, by the name that the progress shows. */
export type StepEnds = ReadonlyMap<string, 'CACHED' | 'DONE' | 'ERROR' | 'CANCELED'>

export interface BuildRun extends RunResult {
  readonly steps: StepEnds
}

export interface BuildInput extends Partial<RunOptions> {
  /** Files of a context made for this build. */
  readonly files?: TreeSpec
  /** A context that is there already. */
  readonly context?: string
}

/** A store of its own that has the image `bb` (busybox as every applet), and room for contexts and results. */
export interface Workbench {
  readonly dir: string
  readonly root: string
  /** A path below the bench, for results; nothing is there yet. */
  place(name: string): string
  /** A context with these files. */
  context(files: TreeSpec): string
  /** Builds and expects success. */
  build(dockerfile: string, args?: readonly string[], input?: BuildInput): Promise<BuildRun>
  /** Builds, whatever comes out. */
  tryBuild(dockerfile: string, args?: readonly string[], input?: BuildInput): Promise<BuildRun>
  /** Builds into a directory and returns it. */
  files(dockerfile: string, args?: readonly string[], input?: BuildInput): Promise<string>
  /** Builds an image whose /out is a file, and returns its text. */
  out(dockerfile: string, args?: readonly string[], input?: BuildInput): Promise<string>
  remove(): void
}

export async function openWorkbench(name: string, options: Partial<RunOptions> = {}): Promise<Workbench> {
  const { dir, remove } = scratchDir(name)
  chmodSync(dir, 0o755)
  const root = options.root ?? path.join(dir, 'root')
  const base = path.join(dir, 'base')
  writeTree(base, { Dockerfile: 'FROM scratch\nADD bb.tar /\n', 'bb.tar': readFileSync(busyboxArchive(dir)) })
  // Without times of today every bench has the same base.
  await slipway(['build', '-t', 'bb', base], { ...options, root, env: { ...options.env, SOURCE_DATE_EPOCH: '0' } })
  let serial = 0
  const place = (label: string): string => path.join(dir, `${label}-${(serial += 1)}`)
  const context = (files: TreeSpec): string => {
    const made = place('context')
    mkdirSync(made)
    return writeTree(made, files)
  }
  const tryBuild: Workbench['tryBuild'] = async (dockerfile, args = [], { files, context: given, ...run } = {}) => {
    const where = given ?? context(files ?? {})
    const file = path.join(context({ Dockerfile: dockerfile }), 'Dockerfile')
    const result = await runSlipway(['build', '-f', file, ...args, where], { ...options, root, ...run })
    return { ...result, steps: stepEnds(result.stderr) }
  }
  const build: Workbench['build'] = async (dockerfile, args, input) => {
    const result = await tryBuild(dockerfile, args, input)
    if (result.code !== 0) throw new Error(`exit ${result.code ?? result.signal}\n${result.stderr}`)
    return result
  }
  const files: Workbench['files'] = async (dockerfile, args = [], input = {}) => {
    const dest = place('out')
    await build(dockerfile, ['-o', dest, ...args], input)
    return dest
  }
  return {
    dir,
    root,
    place,
    context,
    build,
    tryBuild,
    files,
    remove,
    out: async (dockerfile, args, input) =>
      readFileSync(path.join(await files(dockerfile, args, input), 'out'), 'utf8'),
  }
}

/** A root file system with busybox under the name of each of its applets; returns a tar archive. */
export function busyboxArchive(dir: string): string {
  const tree = path.join(dir, 'bb')
  const archive = path.join(dir, 'bb.tar')
  writeTree(tree, {
    'bin/': '',
    // As in any real image: where they are missing, a step that is run leaves no trace of them, but other builders do.
    'dev/': '',
    'proc/': '',
    'sys/': '',
    'tmp/': '',
    'root/': '',
    'etc/passwd': 'root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n',
    'etc/group': 'root:x:0:\nbob:x:1000:\nstaff:x:50:bob\n',
  })
  execFileSync('cp', ['/bin/busybox', `${tree}/bin/busybox`])
  execFileSync('chmod', ['1777', `${tree}/tmp`])
  for (const applet of execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n')) {
    if (applet !== 'busybox') symlinkSync('busybox', `${tree}/bin/${applet}`)
  }
  execFileSync('tar', [
    '--numeric-owner',
    '--owner=0',
    '--group=0',
    '--mtime=@0',
    '--sort=name',
    '-C',
    tree,
    '-cf',
    archive,
    '.',
  ])
  rmSync(tree, { recursive: true })
  return archive
}

/** Reads plain progress: `#4 [stage 1/2] RUN x`, later `#4 CACHED`, `#4 DONE 0.1s`, `#4 ERROR: …` or `#4 CANCELED`. */
function stepEnds(progress: string): StepEnds {
  const names = new Map<string, string>()
  const ends = new Map<string, 'CACHED' | 'DONE' | 'ERROR' | 'CANCELED'>()
  for (const line of progress.split('\n')) {
    const [, number = '', rest = ''] = /^#(\d+) (.*)$/.exec(line) ?? []
    const name = names.get(number)
    if (name === undefined) names.set(number, rest)
    const end = /^(CACHED|DONE|ERROR|CANCELED)\b/.exec(rest)?.[1]
    if (name !== undefined && end !== undefined) ends.set(name, end as 'CACHED')
  }
  return ends
}
