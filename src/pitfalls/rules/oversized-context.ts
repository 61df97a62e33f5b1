import type { ContextFile, Project } from '../../project/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { type ContextUse, contextUses, filesTaken, sentFiles } from '../queries/context-reach.ts'
import { addPatternsFix, literalPattern } from '../repairs/propose-ignore.ts'
import { listed } from '../queries/listed.ts'
import { sizeText } from '../queries/size-text.ts'

/** Less is hashed and sent in the blink of an eye. */
const smallest = 5_000_000

/** Files of code and text below this size are what contexts are for. */
const largestSource = 256_000

/** Bytes that every build reads, and that no instruction asks for. */
export const oversizedContext: Pitfall = {
  id: 'oversized-context',
  summary: 'What a context holds is there for some instruction: the rest is read, hashed and sent at every build',
  severity: 'warning',
  level: 'context',
  profiles: ['decision', 'size', 'speed', 'production'],
  peers: {},
  find: (facts) => {
    const { project } = facts
    const uses = contextUses(facts)
    const first = uses.find(({ isWhole }) => isWhole) ?? uses[0]
    if (project === undefined || first === undefined) return []
    const sent = sentFiles(project)
    const total = bytesOf(sent)
    const idle = idleFiles(project, { sent, uses })
    if (total <= smallest || bytesOf(idle) * 2 <= total) return []
    const places = heaviest(idle)
    return [
      {
        at: first.step.at,
        message: `${sizeText(bytesOf(idle))} of the ${sizeText(total)} in the context are for no instruction of their own: ${listed(
          places.map(({ path, bytes }) => `\`${path}\` (${sizeText(bytes)})`),
          3,
        )}`,
        hint: `add ${listed(
          places.map(({ path }) => `\`${path}\``),
          3,
        )} to ${project.ignore?.path ?? '.dockerignore'}, or copy what is needed of it by name`,
        evidence: { bytes: total, idle: bytesOf(idle) },
        ...fixFor(facts, { uses, places }),
      },
    ]
  },
}

/** What only sources like `.` take, or nothing does; small files aside. */
function idleFiles(
  project: Project,
  { sent, uses }: { readonly sent: readonly ContextFile[]; readonly uses: readonly ContextUse[] },
): readonly ContextFile[] {
  const named = uses.filter(({ isWhole }) => !isWhole)
  const fed = new Set(named.flatMap((use) => filesTaken(project, use).map(({ path }) => path)))
  return sent.filter(({ path, size }) => !fed.has(path) && (size >= largestSource || isResidue.test(path)))
}

const isResidue = /(?:^|\/)(?:\.git|node_modules|\.?venv|target|\.gradle|\.next|__pycache__|vendor|coverage)\//

interface Place {
  readonly path: string
  readonly bytes: number
}

/** Single large files, and the top directories of the others, the heaviest first. */
function heaviest(files: readonly ContextFile[]): readonly Place[] {
  const bytes = new Map<string, number>()
  const total = bytesOf(files)
  for (const { path, size } of files) {
    const top = size * 2 > total ? path : path.split('/', 1)[0]
    const place = top === undefined || top === path ? path : `${top}/`
    bytes.set(place, (bytes.get(place) ?? 0) + size)
  }
  return [...bytes].map(([path, size]) => ({ path, bytes: size })).sort((a, b) => b.bytes - a.bytes)
}

function bytesOf(files: readonly ContextFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}

/** Only what no instruction takes can be left out without a look at the program. */
function fixFor(
  facts: Facts,
  { uses, places }: { readonly uses: readonly ContextUse[]; readonly places: readonly Place[] },
): { readonly fixes?: readonly NonNullable<ReturnType<typeof addPatternsFix>>['fix'][] } {
  if (uses.some(({ isWhole }) => isWhole)) return {}
  const fix = addPatternsFix(
    facts,
    places.map(({ path }) => literalPattern(path.replace(/\/$/, ''))),
  )
  return fix === undefined ? {} : { fixes: [fix.fix] }
}
