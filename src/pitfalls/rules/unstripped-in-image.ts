import { mayBeProgram, symbolBytes } from '../../elf/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { byLine, bytesOfNode, ownFiles, placeOfLine } from '../queries/image-files.ts'
import { sizeText } from '../queries/size-text.ts'

/** Less is not worth a change. */
const least = 250_000
/** What comes as a package is for its makers to strip. */
const foreign = /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|jvm)\//

/** Programs of the image that have their symbols, with the bytes that strip would take. */
export const unstrippedInImage: Pitfall = {
  id: 'unstripped-in-image',
  summary: 'Programs are shipped without symbol table and debug information: debuggers find those elsewhere.',
  severity: 'info',
  level: 'image',
  profiles: ['size'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  if (facts.image === undefined) return []
  const programs = ownFiles(facts.image).flatMap(({ path, node, layer, line }) => {
    const { entry } = node
    if (bytesOfNode(node) < least || foreign.test(path) || !mayBeProgram(path, entry)) return []
    const bytes = symbolBytes((part) => layer.read(node.content.path, part)) ?? 0
    return bytes < least ? [] : [{ path, line, bytes, size: entry.size }]
  })
  return [...byLine(programs)].map(([line, found]) => {
    const sum = found.reduce((total, { bytes }) => total + bytes, 0)
    const named = found.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3)
    const rest = found.length - named.length
    const each = named.map(({ path, bytes, size }) => `${sizeText(bytes)} of ${sizeText(size)} of /${path}`)
    return {
      at: placeOfLine(facts, line),
      message: `line ${line} brings symbols that no program needs: ${each.join(', ')}${rest > 0 ? ` and of ${rest} more` : ''}`,
      hint: 'strip the programs where they are built (go build -ldflags="-s -w", strip = true for cargo, gcc -s, or strip)',
      evidence: { diskBytes: sum, by: line, paths: found.map(({ path }) => `/${path}`).join(' ') },
    }
  })
}
