import type { MountSpec, NetworkMode } from '../plan/index.ts'
import { paint, type Palette } from './palette.ts'
import { visibleText } from './visible-text.ts'

/** Where a debugging shell is. */
export interface DebugSituation {
  readonly stage: string
  /** In relation to the instruction; `end` is that of the stage. */
  readonly where: 'before' | 'after' | 'end'
  /** `Dockerfile:7` */
  readonly line?: string
  /** As it is written. */
  readonly instruction?: string
  /** The command of the instruction failed, and what it left is there. */
  readonly failed: boolean
  readonly user: string
  readonly cwd: string
  readonly network: NetworkMode
  /** `missing`: optional, and not given. */
  readonly mounts: readonly { readonly type: MountSpec['type']; readonly target: string; readonly missing?: boolean }[]
  /** The program that runs the command of the instruction. */
  readonly repeat?: string
  /** `needed`: the image has no shell. */
  readonly toolbox?: { readonly directory: string; readonly inPath: boolean; readonly needed: boolean }
}

/** What a person who gets a debugging shell has to know, in a few lines without a final line feed. */
export function debugGreeting(situation: DebugSituation, palette: Palette): readonly string[] {
  const { instruction, line, user, cwd, network, mounts, repeat, toolbox } = situation
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['stage', situation.line === undefined ? undefined : situation.stage],
    ['step', instruction === undefined ? undefined : firstLine(instruction)],
    ['user', user === '' ? 'root' : user],
    ['directory', cwd],
    ['network', network === 'default' ? undefined : network],
    ['mounts', mounts.length === 0 ? undefined : mounts.map(mountText).join(', ')],
    ['repeat', repeat === undefined ? undefined : `${repeat} runs the command of the step`],
    ['toolbox', toolbox === undefined ? undefined : toolboxText(toolbox)],
  ]
  const shown = rows.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${paint(palette.faint, name.padEnd(10))} ${visibleText(value)}`],
  )
  const kept = mounts.some(({ type }) => type === 'cache') ? ', except in cache mounts' : ''
  return [
    '',
    paint(palette.strong, visibleText(headline(situation, line))),
    ...shown,
    `Changes are thrown away at the end${kept}. Leave with exit or Ctrl-D.`,
    '',
  ]
}

function headline({ where, failed, stage }: DebugSituation, line: string | undefined): string {
  if (where === 'end' || line === undefined) return `Shell at the end of stage ${stage}`
  if (failed) return `Shell after the failed step ${line}, with what it left behind`
  return `Shell ${where} ${line}`
}

function firstLine(text: string): string {
  const [first = '', ...others] = text.split(/\r?\n/)
  return others.length === 0 ? first : `${first.replace(/\s*[\\`]\s*$/, '')} …`
}

function mountText({ type, target, missing }: DebugSituation['mounts'][number]): string {
  return `${target} (${type}${missing === true ? ', not given' : ''})`
}

function toolboxText({ directory, inPath, needed }: NonNullable<DebugSituation['toolbox']>): string {
  if (needed) return `${directory}, in PATH: the image has no shell of its own`
  return inPath ? `${directory}, in PATH` : `${directory}, not in PATH`
}
