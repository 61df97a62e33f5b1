import type { Fix } from '../../core/index.ts'
import type { Instruction } from '../../dockerfile/index.ts'
import { insertAfter } from '../../editing/index.ts'
import { planIgnore } from '../../fixing/index.ts'
import { compileIgnore } from '../../ignore/index.ts'
import type { Project } from '../../project/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { isBelow, sentFiles } from '../queries/context-reach.ts'
import { residueIn } from '../queries/context-residue.ts'
import { actionsIn } from '../queries/steps.ts'

type Copy = Extract<Instruction, { kind: 'COPY' | 'ADD' }>

/** What stands at the root of the context: a file, or a directory with something in it. */
interface Entry {
  readonly name: string
  readonly isFile: boolean
}

/** More names than these are no list that people would keep. */
const [maxFiles, maxDirectories] = [12, 8]

/**
 * `COPY . DEST` as one COPY of the files at the root of the context and one for each directory, without what tests, pipelines
 * and image builds need. None when that would mean something else, or when a step may need what is left out.
 */
export function copyByNameFix(facts: Facts, step: StepModel): readonly Fix[] {
  const { project } = facts
  const copy = plainCopy(step)
  const base = copy === undefined ? undefined : destinationOf(step, copy)
  if (copy === undefined || base === undefined || project === undefined || project.truncated) return []
  // An exception of the ignore file is a choice: what it lets in is wanted.
  if (project.ignore?.hasExceptions === true) return []
  const entries = entriesOf(facts, project, step)
  if (entries === undefined || isNeeded(facts, step, entries.left)) return []
  const { file } = facts
  const flags = copy.flags.map(({ span }) => `${file.source.text.slice(span.start, span.end)} `).join('')
  const [first, ...others] = linesFor(entries.kept, base)
  const [source] = copy.sources
  if (first === undefined || source === undefined) return []
  return [
    {
      title: `copy ${countOf(entries.kept)} of the context by name`,
      edits: [
        { span: { start: source.span.start, end: copy.destination.span.end }, text: first },
        ...insertAfter(
          file,
          copy,
          others.map((line) => `COPY ${flags}${line}`),
        ),
      ],
      claims: ['same-config'],
      safety: 'proof',
    },
  ]
}

/** A COPY of `.` alone, on one line, whose flags mean the same for each part. */
function plainCopy({ instruction, trigger, at }: StepModel): Copy | undefined {
  if (trigger || instruction.kind !== 'COPY' || instruction.json || instruction.heredocs.length > 0) return undefined
  const [source, ...others] = instruction.sources
  if (source === undefined || others.length > 0 || !/^\.\/?$/.test(source.text)) return undefined
  if (!instruction.flags.every(({ key }) => key === 'chown' || key === 'chmod')) return undefined
  const written = at.source.text.slice(instruction.span.start, instruction.span.end)
  return /\n/.test(written) ? undefined : instruction
}

/** The destination as written, without its last slash; undefined when a part of it may be empty. */
function destinationOf({ before }: StepModel, { destination: { text } }: Copy): string | undefined {
  if (!/^[\w./@+${}-]+$/.test(text)) return undefined
  const names = [...text.matchAll(/\$(?:(\w+)|\{(\w+)\})/g)].map(([, plain, braced]) => plain ?? braced ?? '')
  if (/[${}]/.test(text.replace(/\$(?:\w+|\{\w+\})/g, ''))) return undefined
  return names.every((name) => (before.variables.get(name) ?? '') !== '') ? text.replace(/\/+$/, '') : undefined
}

function linesFor(kept: readonly Entry[], base: string): readonly string[] {
  const names = kept.filter(({ isFile }) => isFile).map(({ name }) => name)
  const directories = kept.filter(({ isFile }) => !isFile).map(({ name }) => `${name} ${base}/${name}`)
  return names.length === 0 ? directories : [`${names.join(' ')} ${base}/`, ...directories]
}

function countOf(kept: readonly Entry[]): string {
  const files = kept.filter(({ isFile }) => isFile).length
  const directories = kept.length - files
  const parts = [
    files === 0 ? '' : files === 1 ? 'a file' : `${files} files`,
    directories === 0 ? '' : directories === 1 ? 'a directory' : `${directories} directories`,
  ]
  return parts.filter((part) => part !== '').join(' and ')
}

interface Entries {
  readonly kept: readonly Entry[]
  readonly left: readonly string[]
}

/** The root of the context, parted; undefined when there is something whose need nobody can judge, or too much. */
function entriesOf(facts: Facts, project: Project, step: StepModel): Entries | undefined {
  const isLeft = leftOut(facts, project, step)
  const sent = sentFiles(project)
  const names = [...new Set(project.files.filter(({ ignored }) => !ignored).map(({ path }) => topOf(path)))].sort()
  const entries: Entry[] = []
  for (const name of names) {
    const one = project.file(name)
    const own = sent.filter(({ path }) => isBelow(path, name))
    // A directory may be wanted although it is empty, and COPY of a link alone brings what it points to.
    if (own.length === 0 || one?.kind === 'link' || one?.kind === 'other') return undefined
    const kept = own.filter(({ path }) => !isLeft(path))
    if (kept.length > 0) entries.push({ name, isFile: one?.kind === 'file' })
  }
  const taken = new Set(entries.map(({ name }) => name))
  const left = names.filter((name) => !taken.has(name))
  const files = entries.filter(({ isFile }) => isFile)
  if (files.length > maxFiles || entries.length - files.length > maxDirectories || entries.length === 0)
    return undefined
  // Letters that mean something to COPY, and credentials that may be settings.
  if (entries.some(({ name }) => !/^[\w.@+][\w.@+-]*$/.test(name))) return undefined
  if (files.some(({ name }) => project.secrets.some(({ path }) => path === name))) return undefined
  const isTree = left.some((name) => /^(?:node_modules|\.?venv|vendor)$/.test(name))
  const steps = facts.stages.flatMap((stage) => stage.steps)
  if (isTree && !actionsIn(steps, 'install').some(({ action }) => action.scope !== 'system')) return undefined
  const texts = files.map(({ name }) => project.text(name) ?? '')
  const isRead = left.some((name) => /\.md$/i.test(name) && texts.some((text) => text.includes(name)))
  return isRead ? undefined : { kept: entries, left }
}

function topOf(path: string): string {
  return path.split('/', 1)[0] ?? path
}

/** Tests at the root, documents, and what makes images and runs pipelines. */
const aside =
  /^(?:tests?|__tests__|spec|e2e)\/|^[^/]+(?:\.(?:test|spec)\.[^/]+|_test\.\w+)$|^[^/]+\.md$|^(?:Dockerfile|Containerfile)[^/]*$|^[^/]+\.Dockerfile$|^[^/]*\.(?:docker|container)ignore$|^(?:docker-)?compose[^/]*\.ya?ml$|^\.(?:github|gitlab|circleci|buildkite)\/|^(?:\.gitlab-ci|\.travis|\.drone|azure-pipelines[^/]*|bitbucket-pipelines)\.ya?ml$|^Jenkinsfile[^/]*$/i

/** Whether nobody would miss a file of the context in the image. */
function leftOut(facts: Facts, project: Project, { line }: StepModel): (path: string) => boolean {
  const residue = residueIn(facts).map(({ path }) => path)
  const steps = facts.stages.flatMap((stage) => stage.steps)
  const plan = planIgnore({
    files: project.files,
    needs: [{ path: '', line }],
    patterns: [],
    text: '',
    builds: actionsIn(steps, 'build').length > 0,
  })
  const { ignored } = compileIgnore(plan?.added ?? [])
  return (path) => aside.test(path) || ignored(path) || residue.some((one) => isBelow(path, one))
}

/** A later step runs tests, asks git, or names something that is left out; in any stage that has the files. */
function isNeeded({ stages }: Facts, step: StepModel, left: readonly string[]): boolean {
  const names = left.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const named = new RegExp(`(?:^|[\\s"'=/:(])(?:${names.join('|')})(?=$|[\\s"'/:;&|)])`)
  const having = stages.filter(({ history }) => history.includes(step))
  const later = having.flatMap(({ history }) => history.slice(history.indexOf(step) + 1))
  const taken = stages.flatMap(({ steps }) =>
    steps.filter(({ transfer }) => transfer?.from.kind === 'stage' && having.includes(transfer.from.stage)),
  )
  return [...later, ...taken].some(({ command, instruction, transfer }) => {
    if (command?.actions.some(({ kind }) => kind === 'test') === true) return true
    if (left.includes('.git') && command?.script.commands.some(({ program }) => program === 'git') === true) return true
    if (left.length === 0) return false
    if (transfer !== undefined && transfer.from.kind !== 'stage') return false
    return named.test(instruction.rest.text) || (instruction.heredocs.length > 0 && command !== undefined)
  })
}
