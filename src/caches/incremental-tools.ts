import { absolute, type CachingStep, isWithin, overlap, type Surroundings, surroundingsOf } from './caching-step.ts'
import { cachingTools } from './caching-tools.ts'

/** A build tool that compares modification times to decide what is up to date. Those that compare content are not here. */
interface IncrementalTool {
  readonly name: string
  readonly command: RegExp
  /** Files whose change should make it work. */
  readonly sources: RegExp
  /** The directory that it fills, where that is one. */
  directory?(step: Surroundings): string
  /** How to make it build again. */
  readonly rebuild: string
  /** Whether it tells the results of other platforms from its own, as make does not. */
  keepsPlatformsApart?(step: Surroundings, sharing: string): boolean
}

/** Where a command may begin: not in `apt-get install make`. */
const begin = String.raw`(?:^|[;&|(\n]|\b(?:then|do|else|time|exec)\s)\s*(?:\w+=\S*\s+)*(?:\S*/)?`

/** What compilers read. Of build files the tools keep the content in mind, or do not mind at all. */
const compiled =
  /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|inc|inl|s|asm|f|f90|m|mm|cu|d|pas|adb|ads|ml|mli|hs|rs|go|java|kt|proto|y|l)$/i

const tools: readonly IncrementalTool[] = [
  {
    name: 'cargo',
    command: new RegExp(String.raw`${begin}cargo\s+(?:\+\S+\s+)?(?:-\S+\s+)*(?:build|b|test|run|install|rustc)\b`),
    sources: /\.rs$/,
    directory: (step) => {
      const moved = /--target-dir[= ](\S+)/.exec(step.text)?.[1] ?? step.variable('CARGO_TARGET_DIR')
      return absolute(step, moved || 'target')
    },
    rebuild: 'cargo clean -p PACKAGE before cargo build',
    // It builds again for another host, into the same place: only side by side does one step copy what the other made.
    keepsPlatformsApart: (step, sharing) =>
      sharing === 'locked' || /--target[= ]/.test(step.text) || step.variable('CARGO_BUILD_TARGET') !== undefined,
  },
  {
    name: 'maven',
    command: new RegExp(String.raw`${begin}mvnw?\s`),
    sources: /\.(?:java|kt|scala|groovy)$/,
    directory: (step) => absolute(step, 'target'),
    rebuild: 'mvn clean in front of the goal',
    keepsPlatformsApart: () => true,
  },
  {
    name: 'ninja',
    command: new RegExp(String.raw`${begin}(?:ninja|samu)\b`),
    sources: compiled,
    rebuild: 'ninja -t clean',
  },
  {
    name: 'cmake --build',
    command: new RegExp(String.raw`${begin}cmake\s+--build\b`),
    sources: compiled,
    rebuild: 'cmake --build with --clean-first',
  },
  {
    name: 'make',
    command: new RegExp(String.raw`${begin}g?make\b(?!\s+(?:-\S+\s+)*(?:clean|distclean))`),
    sources: compiled,
    rebuild: 'make -B',
  },
  {
    name: 'the script',
    command: /\s-(?:nt|ot)\s/,
    sources: compiled,
    rebuild: 'removing its old results',
  },
]

/** The incremental build of a step and where its results may be. */
export interface IncrementalBuild {
  readonly tool: string
  readonly rebuild: string
  /** The directory of its results, for people. */
  readonly place: string
  /** What the step builds for, where a variable says so. */
  readonly platform?: string
  keepsPlatformsApart(sharing: string): boolean
  isSource(path: string): boolean
  /** Whether results may lie in a mount at this target. */
  isResultsMount(target: string): boolean
  /** Whether this absolute path is one of its results, judging by the name and whether it looks compiled. */
  isResult(path: string, looksCompiled: boolean): boolean
}

/** The incremental build that a step runs; undefined without one. */
export function incrementalBuild(step: CachingStep): IncrementalBuild | undefined {
  const own = surroundingsOf(step)
  const tool = tools.find(({ command }) => command.test(own.text))
  if (tool === undefined) return undefined
  const directory = tool.directory?.(own)
  const platform = own.variable('TARGETPLATFORM') ?? own.variable('TARGETARCH')
  const isResult = (path: string, looksCompiled: boolean): boolean =>
    looksCompiled && isWithin(path, directory ?? own.cwd)
  const downloads = cachingTools.filter(({ name }) => name !== 'cargo target')
  return {
    tool: tool.name,
    rebuild: tool.rebuild,
    place: directory ?? own.cwd,
    ...(platform === undefined ? {} : { platform }),
    keepsPlatformsApart: (sharing) => tool.keepsPlatformsApart?.(own, sharing) ?? false,
    isSource: (path) =>
      tool.sources.test(path) && isWithin(path, own.cwd) && (directory === undefined || !isWithin(path, directory)),
    isResultsMount: (target) =>
      directory === undefined ? !downloads.some(({ meant }) => meant.test(target)) : overlap(target, directory),
    isResult,
  }
}
