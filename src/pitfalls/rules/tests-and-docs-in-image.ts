import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { byLine, bytesOfNode, ownFiles, placeOfLine, stepAtLine, type VisibleFile } from '../queries/image-files.ts'
import { withoutSlash } from '../queries/origins.ts'
import { sizeText } from '../queries/size-text.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'

/** Less is not worth a line in an ignore file. */
const least = 1_000_000

/** What is read by those who work on the program, and never by the program. */
export const testsAndDocsInImage: Pitfall = {
  id: 'tests-and-docs-in-image',
  summary: 'Tests, coverage, documentation and examples stay out of the image: no program that is running reads them.',
  severity: 'info',
  level: 'image',
  profiles: ['size'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  if (facts.image === undefined || finalIsSideStage(facts)) return []
  const started = startText(facts)
  const found = ownFiles(facts.image).flatMap((file) => {
    const place = placeIn(facts, file)
    if (place === undefined || started.includes(place.name)) return []
    return [{ line: file.line, ...place, bytes: bytesOfNode(file.node) }]
  })
  return [...byLine(found)].flatMap(([line, files]) => {
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    if (bytes < least) return []
    return [
      {
        at: placeOfLine(facts, line),
        message: `line ${line} brings ${sizeText(bytes)} that no program reads when it runs: ${placesText(files)}`,
        hint: files.some(({ ofPackage }) => !ofPackage)
          ? 'put them into .dockerignore, or copy what the program needs by name'
          : 'delete them in the RUN that installs, or in the stage that the packages are copied from',
        evidence: { diskBytes: bytes, files: files.length, by: line },
      },
    ]
  })
}

interface Place {
  /** What is to be shown: the directory, or `*.md`. */
  readonly shown: string
  readonly name: string
  readonly ofPackage: boolean
}

/** Packages of npm have code in `dist/doc` and the like; those of Python have it in `docs` and `test`. */
const inNode =
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/(tests?|__tests__|docs?|examples?|coverage|\.github)(?=\/)/
const inPython = /^(?:.*\/)?site-packages\/(?:.*\/)?(tests)(?=\/)/
const anywhere = /^(?:.*\/)?(tests|__tests__|htmlcov|\.nyc_output)(?=\/)/
const onTop = /^(tests?|docs?|examples?|coverage|\.github)(?=\/)/

function placeIn(facts: Facts, { path, line }: VisibleFile): Place | undefined {
  const package_ = inNode.exec(path) ?? inPython.exec(path)
  if (package_ !== null) return placeOf(package_, true)
  if (/(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor)\//.test(path)) return undefined
  const transfer = stepAtLine(facts, line)?.transfer
  // What a COPY names is wanted.
  if (transfer?.from.kind !== 'context' || transfer.sources.some((source) => isNamed(source.path))) return undefined
  const root = withoutSlash(transfer.destination).replace(/^\//, '')
  const below = root === '' ? path : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined
  // Pages that are served may be documentation.
  if (below === undefined || /(?:^|\/)(?:html|htdocs|www|public|caddy)(?:\/|$)/.test(root)) return undefined
  const found = anywhere.exec(below) ?? onTop.exec(below)
  if (found !== null) return placeOf(found, false, root)
  return /\.md$/i.test(below) ? { shown: '*.md', name: '.md', ofPackage: false } : undefined
}

function placeOf([shown, name = '']: RegExpExecArray, ofPackage: boolean, root = ''): Place {
  return { shown: `/${root === '' ? '' : `${root}/`}${shown}`, name, ofPackage }
}

function isNamed(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|docs?|examples?|coverage|htmlcov|\.github)(?:\/|$)|\.md$/i.test(path)
}

/** The largest first. */
function placesText(files: readonly { readonly shown: string; readonly bytes: number }[]): string {
  const places = new Map<string, number>()
  for (const { shown, bytes } of files) places.set(shown, (places.get(shown) ?? 0) + bytes)
  const sorted = [...places].sort((a, b) => b[1] - a[1])
  const text = sorted.slice(0, 3).map(([shown, bytes]) => `${shown} (${sizeText(bytes)})`)
  return sorted.length > 3 ? `${text.join(', ')} and ${sorted.length - 3} more` : text.join(', ')
}

/** What the image starts may be the tests. */
function startText({ final: { end } }: Facts): string {
  return [end.entrypoint, end.cmd]
    .flatMap((step) => (step === undefined ? [] : [step.at.source.text.slice(step.at.span.start, step.at.span.end)]))
    .join(' ')
}
