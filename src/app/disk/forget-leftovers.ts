import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { hexOf } from '../../core/index.ts'
import type { UsageUnit } from './usage-unit.ts'
import { isMemory } from './remove-victims.ts'
import { type KeptStep, surveyStore } from './survey.ts'

/**
 * Removes small files that say something about what is gone: of layers, blobs and steps. Losing one of them costs a build
 * nothing but time. `memories` go altogether. `spared` keeps what a running build has written in the last milliseconds and
 * nothing refers to yet.
 */
export function forgetLeftovers(root: string, memories: readonly UsageUnit[], spared = 0): void {
  for (const { paths } of memories.filter(isMemory)) for (const one of paths) clear(root, one)
  const survey = surveyStore(root)
  const layers = new Set([...survey.layers.map(({ id }) => id), ...survey.images.flatMap((one) => [...one.layers])])
  for (const directory of ['cache/programs', 'cache/disk-sizes', 'cache/copied'])
    drop(root, directory, (name) => !layers.has(name))
  const images = new Set(survey.images.map(({ image }) => hexOf(image.id)))
  const youngest = Date.now() - spared
  // A build says who made the image after it has kept it.
  for (const directory of ['cache/blame', 'cache/stages']) drop(root, directory, (name) => !images.has(name))
  for (const { file, blob } of survey.forms) if (!survey.blobs.has(blob)) rmSync(path.join(root, file), { force: true })
  const blobs = new Set<string>([
    ...survey.blobs.keys(),
    ...survey.images.flatMap((one) => [...one.blobs]),
    ...survey.steps.flatMap(({ blob }) => blob ?? []),
  ])
  // A build notes where a blob can be had before it makes a record of the image: such a note is young.
  drop(root, 'blobs/origins', (name, used) => !blobs.has(`sha256:${name}`) && used < Date.now() - day)
  const keys = new Set<string>(survey.steps.map(({ key }) => key))
  drop(root, 'cache/traces', (name) => !digestsIn(root, `cache/traces/${name}`).some((key) => keys.has(key)))
  forgetSelections(root, survey.steps, youngest)
}

const day = 86_400_000
const hour = 3_600_000

/** What no step or build mentions, and what was last looked up before every step that is left. */
function forgetSelections(root: string, steps: readonly KeptStep[], youngest: number): void {
  const traces = namesIn(root, 'cache/traces').map((name) => `cache/traces/${name}`)
  const mentioned = new Set([...steps.map(({ file }) => file), ...traces].flatMap((file) => digestsIn(root, file)))
  drop(root, 'cache/listings', (name, used) => !mentioned.has(`sha256:${name}`) && used < youngest)
  // Uses are noted once an hour.
  const oldest = Math.min(youngest, ...steps.map(({ used }) => used - hour))
  for (const prefix of namesIn(root, 'cache/selections'))
    drop(root, `cache/selections/${prefix}`, (_, used) => used < oldest)
}

function digestsIn(root: string, file: string): readonly string[] {
  try {
    return readFileSync(path.join(root, file), 'utf8').match(/sha256:[0-9a-f]{64}/g) ?? []
  } catch {
    return []
  }
}

/** Removes the files of a directory that nobody wants; the directory stays, because somebody may be writing into it. */
function drop(root: string, directory: string, isUnwanted: (name: string, used: number) => boolean): void {
  for (const name of namesIn(root, directory)) {
    const file = path.join(root, directory, name)
    const used = statSync(file, { throwIfNoEntry: false })?.mtimeMs
    if (used !== undefined && isUnwanted(name, used)) rmSync(file, { force: true })
  }
}

function clear(root: string, one: string): void {
  const whole = path.join(root, one)
  if (statSync(whole, { throwIfNoEntry: false })?.isDirectory() !== true) return rmSync(whole, { force: true })
  for (const name of namesIn(root, one)) clear(root, `${one}/${name}`)
}

/** What begins with a dot is being written. */
function namesIn(root: string, directory: string): readonly string[] {
  try {
    return readdirSync(path.join(root, directory)).filter((name) => !name.startsWith('.'))
  } catch {
    return []
  }
}
