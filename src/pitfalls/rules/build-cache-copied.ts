import { posix } from 'node:path'
import type { StageModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { cargoTarget } from '../queries/build-results.ts'
import { type FinalCopy, finalCopies } from '../queries/final-copies.ts'
import { isWithin } from '../queries/origins.ts'
import { buildsOf } from '../queries/stage-roles.ts'
import { actionsIn } from '../queries/steps.ts'
import { isSystemTree, isWorkTree } from '../queries/work-trees.ts'

/** COPY --from takes a directory in which a tool keeps its caches beside the result. */
export const buildCacheCopied: Pitfall = {
  id: 'build-cache-copied',
  summary: 'COPY --from takes results; directories like target, .gradle, /go or ~/.m2 hold caches as well.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size'],
  peers: { dockle: ['DKL-LI-0003'] },
  find: (facts) =>
    finalCopies(facts).flatMap((copy) => {
      const what = cacheIn(copy)
      if (what === undefined) return []
      const { step, path, stage } = copy
      return [
        {
          at: step.at,
          message: `COPY takes ${path} of stage "${stage?.label}", where ${what.why}`,
          hint: what.instead,
          evidence: { path },
          costs: { line: step.line, paths: [`${(step.transfer?.destination ?? '/').replace(/\/$/, '')}/**`] },
        },
      ]
    }),
}

interface Cache {
  readonly why: string
  readonly instead: string
}

function cacheIn({ stage, path, source, step }: FinalCopy): Cache | undefined {
  if (stage === undefined || (source.hasWildcard && /[*?[]/.test(path)) || step.transfer?.exclude.length)
    return undefined
  // All that the stage worked in, or a part of the system: that is another rule's.
  if (isSystemTree(path) || (isWorkTree(stage, path) && stage.base.workdir !== path)) return undefined
  const found = ofPackages(stage, path) ?? ofBuilds(stage, path)
  if (found === undefined) return undefined
  // Mounted caches are not in the layer.
  return isMounted(stage, found.held ?? path) ? undefined : found
}

type Found = Cache & { readonly held?: string }

/** Caches of package managers, by their usual places. */
function ofPackages(stage: StageModel, path: string): Found | undefined {
  const home = /^\/(?:root|home\/[^/]+)\/(.+)$/.exec(path)?.[1]
  if (home !== undefined && homeCaches.test(home))
    return {
      why: 'a package manager keeps its downloads',
      instead: 'copy what was installed, not what it was installed from',
    }
  if (path === '/usr/local/cargo' || path === '/usr/local/cargo/registry')
    return { why: 'cargo keeps the sources of all crates', instead: 'copy the programs in its bin directory' }
  if (/^\/(?:var\/cache|usr\/local\/share\/\.cache)(?:\/|$)/.test(path))
    return { why: 'caches lie', instead: 'copy what was installed' }
  const gopath = stage.end.env.get('GOPATH') ?? '/go'
  const isGo = stage.base.runtime?.language === 'go' || buildsOf(stage).some(({ action }) => action.tool === 'go')
  const modules = `${gopath}/pkg`
  if (isGo && (path === gopath || isWithin(path, modules)))
    return {
      why: 'go keeps the modules that it has downloaded',
      instead: `copy the program (${gopath}/bin/…)`,
      held: modules,
    }
  return undefined
}

const homeCaches =
  /^(?:\.cache(?:\/(?:pip|go-build|yarn|pypoetry|uv|pnpm|npm|node|composer|deno|pre-commit|bazel|ccache))?|\.npm(?:\/.*)?|\.m2(?:\/repository)?|\.gradle(?:\/caches)?|\.cargo(?:\/registry)?|\.nuget(?:\/packages)?|\.ivy2|\.sbt|\.composer(?:\/cache)?|\.local\/share\/pnpm(?:\/store)?|\.yarn|\.bun(?:\/install)?(?:\/cache)?|go)$/

/** Directories in which a build tool of the stage works. */
function ofBuilds(stage: StageModel, path: string): Found | undefined {
  const name = posix.basename(path)
  if (
    /^\.(?:gradle|turbo|parcel-cache|angular|nx|vite|pytest_cache|mypy_cache|ruff_cache|tox|eslintcache|zig-cache)$/.test(
      name,
    ) ||
    name === '__pycache__'
  )
    return { why: 'a tool keeps its cache', instead: 'leave it out' }
  for (const { action } of actionsIn(stage.history, 'build')) {
    const { tool, directory } = action
    const parent = posix.dirname(path)
    const isBelow = directory === undefined || isWithin(parent, directory)
    const kept =
      (tool === 'cargo' ? cargoDirectory(action, path) : false) ||
      (isBelow && (workDirectories[tool]?.test(name) ?? false))
    if (kept)
      return {
        why: `${tool} keeps intermediate files beside the result`,
        instead: instead[tool] ?? 'copy the result by name',
      }
    if (isBelow && name === '.next' && isNext(action.tool, stage))
      return {
        why: 'next keeps its build cache (.next/cache)',
        instead: "set output: 'standalone' and copy .next/standalone and .next/static, or mount a cache on .next/cache",
        held: `${path}/cache`,
      }
  }
  return undefined
}

const workDirectories: Readonly<Record<string, RegExp>> = {
  maven: /^target$/,
  gradle: /^build$/,
  sbt: /^target$/,
  dotnet: /^obj$/,
  cmake: /^(?:build|_build|cmake-build-\w+|CMakeFiles)$/,
  meson: /^(?:build|builddir|_build)$/,
  mix: /^_build$/,
  stack: /^\.stack-work$/,
  swift: /^\.build$/,
  zig: /^\.zig-cache$/,
}

const instead: Readonly<Record<string, string>> = {
  maven: 'copy the jar: target/NAME.jar',
  gradle: 'copy the jar: build/libs/NAME.jar',
  cargo: 'copy the program: target/release/NAME',
  cmake: 'install into a directory of its own (cmake --install build --prefix /out), and copy that',
  mix: 'copy the release: _build/prod/rel/NAME',
}

/** `target`, `target/release`, `target/TRIPLE/release`; a program in it is a file. */
function cargoDirectory(action: Parameters<typeof cargoTarget>[0], path: string): boolean {
  const target = cargoTarget(action)
  if (target === undefined || !isWithin(path, target)) return false
  return /^(?:|release|debug|[\w.]+(?:-[\w.]+){2,}(?:\/(?:release|debug))?)$/.test(posix.relative(target, path))
}

function isNext(tool: string, { base }: StageModel): boolean {
  return tool === 'next' || (/^(?:npm|yarn|pnpm|bun)$/.test(tool) && base.runtime?.language !== 'python')
}

function isMounted(stage: StageModel, path: string): boolean {
  return stage.history.some(({ mounts }) =>
    mounts.some(({ mount, target }) => mount.type === 'cache' && (isWithin(target, path) || isWithin(path, target))),
  )
}
