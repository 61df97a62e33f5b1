import { readFileSync } from 'node:fs'
import { type BuildEvent, SlipwayError } from '../../core/index.ts'

const eventTypes: readonly BuildEvent['type'][] = [
  'vertex.started',
  'vertex.progress',
  'vertex.log',
  'vertex.missed',
  'vertex.caches',
  'vertex.finished',
  'diagnostic',
  'note',
  'image.exported',
]

/**
 * The events of a recorded build. A last line without line feed (the build was killed while it wrote) is left out.
 * Throws `usage` when the file cannot be read or is not a record of events.
 */
export function readEvents(path: string): readonly BuildEvent[] {
  const text = readText(path)
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.flatMap((line, at) => (line === '' ? [] : [decodeEvent(line, `${path}:${at + 1}`)]))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SlipwayError('usage', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function decodeEvent(line: string, place: string): BuildEvent {
  const event = parsed(line) as Partial<BuildEvent> | null | undefined
  const known = event !== null && typeof event === 'object' && eventTypes.some((type) => type === event.type)
  if (!known || typeof event.time !== 'number') {
    throw new SlipwayError('usage', `${place} is not a build event`, {
      hint: 'replay reads the events.jsonl of a build',
    })
  }
  return event as BuildEvent
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
