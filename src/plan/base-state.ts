import type { Stage } from '../graph/index.ts'
import { defaultPathEnv, type HistoryEntry, type ImageConfig, type Platform, type RuntimeConfig } from '../oci/index.ts'
import { normalizePath } from './normalize-path.ts'
import type { PlannedHistory } from './op.ts'
import { copyState, type DraftImage, type GraphPlanning, type StageState, setVariable } from './stage-state.ts'
import { baseName } from './step-name.ts'
import { answerOf, sourceVertex } from './tree-sources.ts'

/** The state that a stage's first instruction sees: that of its parent stage, or the image's configuration. */
export function baseState(planning: GraphPlanning, stage: Stage, counter: StageCounter): StageState {
  const state = inheritedState(planning, stage, counter)
  // A stage that a named context has replaced is that tree and nothing more.
  if (stage.overridden) return state
  const { config } = state.image
  const path = defaultPathEnv(state.platform.os)
  if (path !== undefined && !(config.Env ?? []).some((pair) => pair.split('=', 1)[0] === 'PATH')) {
    config.Env = [...(config.Env ?? []), `PATH=${path}`]
  }
  // Image variables are set anew, after what the parent's ARGs had made of them.
  for (const pair of config.Env ?? []) {
    const equals = pair.indexOf('=')
    setVariable(state, equals < 0 ? pair : pair.slice(0, equals), equals < 0 ? '' : pair.slice(equals + 1))
  }
  if (config.WorkingDir !== undefined && config.WorkingDir !== '') {
    config.WorkingDir = normalizePath(config.WorkingDir, config.WorkingDir)
  }
  return state
}

/** Counts `[stage n/m]`. */
export interface StageCounter {
  current: number
  readonly total: number
}

function inheritedState(planning: GraphPlanning, stage: Stage, counter: StageCounter): StageState {
  const { base } = stage
  const parent = base.kind === 'stage' ? planning.finished.get(base.stage) : undefined
  if (parent !== undefined) return orphaned(copyState(parent))
  const empty: Omit<StageState, 'root' | 'image' | 'history'> = {
    platform: stage.platform,
    env: new Map(),
    args: [],
    ownCmd: false,
  }
  if (base.kind === 'image') {
    const { answer } = answerOf(planning, base.key)
    const platform = stage.overridden ? imagePlatform(answer.config, stage.platform) : stage.platform
    const state = { ...empty, platform, image: imageOf(answer.config), history: historyOf(answer.config.history) }
    const named = (text: string): string =>
      baseName({ planning, stage, state: { ...state, root: answer.manifest }, counter }, text)
    return {
      ...state,
      root: sourceVertex(planning, base, (op) => named(op.kind === 'image' ? `FROM ${op.reference}` : '')),
    }
  }
  const image = stage.overridden ? bareImage(stage.platform) : emptyImage(stage.platform)
  return { ...empty, image, history: [], root: sourceVertex(planning, base) }
}

/** Triggers run in the stage below and are not handed on. */
function orphaned(state: StageState): StageState {
  delete state.image.config.OnBuild
  return state
}

/** The image of `FROM scratch`. */
function emptyImage(platform: Platform): DraftImage {
  const path = defaultPathEnv(platform.os)
  const bare = bareImage(platform)
  return { ...bare, config: { WorkingDir: '/', ...(path === undefined ? {} : { Env: [`PATH=${path}`] }) } }
}

function bareImage({ os, architecture, variant, 'os.version': version }: Platform): DraftImage {
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { 'os.version': version }),
    config: {},
  }
}

/** What an image hands on; members that builders do not know get lost, as they do in BuildKit. */
function imageOf(config: ImageConfig): DraftImage {
  const { os, architecture, variant, author } = config
  const version = config['os.version']
  const { OnBuild: _, ...runtime } = config.config as RuntimeConfig
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { 'os.version': version }),
    ...(author === undefined ? {} : { author }),
    config: { ...runtime },
  }
}

function imagePlatform(
  { os, architecture, variant, 'os.version': version }: ImageConfig,
  fallback: Platform,
): Platform {
  if (os === '' || architecture === '') return fallback
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { 'os.version': version }),
  }
}

function historyOf(entries: readonly HistoryEntry[]): PlannedHistory[] {
  return entries.map((entry) => ({
    createdBy: entry.created_by ?? '',
    ...(entry.comment === undefined ? {} : { comment: entry.comment }),
    ...(entry.author === undefined ? {} : { author: entry.author }),
    ...(entry.created === undefined ? {} : { created: entry.created }),
    emptyLayer: entry.empty_layer === true,
  }))
}
