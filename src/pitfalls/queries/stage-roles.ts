import type { Facts, StageModel } from '../facts.ts'
import { actionsIn, type StepAction } from './steps.ts'

/** Parts of names that people give to stages which are built by name: to test, to debug, to develop in. */
const sideWords = new Set(
  (
    'test tests tester testing unittest unit e2e integration spec lint linter lints format check checks ci coverage ' +
    'debug debugger debugging dev devel develop development devcontainer local watch bench benchmark audit scan'
  ).split(' '),
)

/** Parts of names of stages whose files are taken out of the build with `--output`. */
const exportWords = new Set('export exports artifact artifacts binaries output outputs dist'.split(' '))

/** A stage for tests, debugging or development, by its name: nobody expects the release to need it. */
export function isSideStage({ name }: StageModel): boolean {
  const words = wordsOf(name)
  if (words.some((word) => word.startsWith('prod') || word === 'deps' || word === 'dependencies')) {
    // `production-debug` is for debugging, `prod-test-deps` brings files for others.
    return words.includes('debug') || words.includes('test')
  }
  return words.some((word) => sideWords.has(word))
}

/** A stage that only holds files for `--output`. */
export function isExportStage(stage: StageModel): boolean {
  return wordsOf(stage.name).some((word) => exportWords.has(word))
}

/** What a plain build makes is not meant for release: the name of the stage or of the file (`lint.Dockerfile`) says so. */
export function finalIsSideStage({ final, stages, file }: Facts): boolean {
  return isSideFile(file.source.path) || (stages.length > 1 && isSideStage(final))
}

/** `Dockerfile.dev`, `test.Dockerfile`, `.devcontainer/Dockerfile`: nobody releases what it makes. */
export function isSideFile(path: string): boolean {
  const name = path.split('/').at(-1) ?? ''
  const words = name.toLowerCase().split(/[-_.]/)
  return path.includes('.devcontainer/') || words.some((word) => word !== 'dockerfile' && sideWords.has(word))
}

/** The commands of a stage's own steps that make something of source. */
export function buildsOf(stage: StageModel): readonly StepAction<'build'>[] {
  return actionsIn(stage.steps, 'build').filter(({ action }) => !prepares(action.tool, action.script))
}

/** A stage whose own steps make something of files of the context. */
export function buildsApplication(stage: StageModel): boolean {
  if (buildsOf(stage).length === 0) return false
  return stage.history.some(
    ({ transfer, mounts }) =>
      transfer?.from.kind === 'context' || mounts.some(({ source }) => source?.kind === 'context'),
  )
}

/** Stages from which a stage takes anything, by FROM, COPY or a mount; itself included. */
export function stagesUsedBy(stage: StageModel, found: Set<StageModel> = new Set()): ReadonlySet<StageModel> {
  if (found.has(stage)) return found
  found.add(stage)
  if (stage.parent !== undefined) stagesUsedBy(stage.parent, found)
  for (const { transfer, mounts } of stage.steps) {
    if (transfer?.from.kind === 'stage') stagesUsedBy(transfer.from.stage, found)
    for (const { source } of mounts) if (source?.kind === 'stage') stagesUsedBy(source.stage, found)
  }
  return found
}

/** Gathers or generates files for the program where it runs: no compiler and no bundler is at work. */
function prepares(tool: string, script: string | undefined): boolean {
  if (tool === 'prisma' || tool === 'protoc') return true
  return (
    script !== undefined &&
    /^(?:collectstatic|compilemessages|compress|compileall|bootsnap.*|deps\.compile)$/.test(script)
  )
}

function wordsOf(name: string | undefined): readonly string[] {
  return (name ?? '').toLowerCase().split(/[-_.]/)
}
