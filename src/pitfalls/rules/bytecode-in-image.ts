import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { byLine, bytesOfNode, ownFiles, placeOfLine, stepAtLine } from '../queries/image-files.ts'
import { sizeText } from '../queries/size-text.ts'

/** A script or two are no matter of size. */
const least = 100_000

/** Bytecode of Python, which the interpreter makes again of the source beside it. */
export const bytecodeInImage: Pitfall = {
  id: 'bytecode-in-image',
  summary: 'Bytecode of Python is in the image on purpose or not at all: it is made again of the source beside it.',
  severity: 'info',
  level: 'image',
  profiles: [],
  optIn: true,
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  if (facts.image === undefined) return []
  const code = ownFiles(facts.image).flatMap(({ line, path, node }) => {
    const directory = /^(?:.*\/)?__pycache__(?=\/[^/]+\.py[co]$)/.exec(path)?.[0]
    return directory === undefined ? [] : [{ line, directory, bytes: bytesOfNode(node) }]
  })
  return [...byLine(code)].flatMap(([line, files]) => {
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    if (bytes < least) return []
    const directories = new Set(files.map(({ directory }) => directory))
    const where = directories.size === 1 ? `/${[...directories][0]}` : `${directories.size} directories __pycache__`
    return [
      {
        at: placeOfLine(facts, line),
        message: `line ${line} leaves ${sizeText(bytes)} of bytecode in the image: ${where}`,
        hint:
          stepAtLine(facts, line)?.kind === 'RUN'
            ? 'install with `pip install --no-compile` and `ENV PYTHONDONTWRITEBYTECODE=1`; keep it when the start has to be quick'
            : 'put `**/__pycache__` into .dockerignore, or delete it in the stage that it is copied from',
        evidence: { diskBytes: bytes, files: files.length, by: line },
      },
    ]
  })
}
