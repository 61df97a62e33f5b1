import type { LogicalText } from '../dockerfile/index.ts'

/** Whether what is appended to a shell text would be lost in a comment or a quote. */
export function swallowsWhatFollows(script: string): boolean {
  for (let at = 0; at < script.length; at += 1) {
    const character = script.charAt(at)
    if (character === '\\') at += 1
    else if (character === "'" || character === '"' || character === '`') {
      const end = closing(script, at)
      if (end < 0) return true
      at = end
    } else if (character === '#' && (at === 0 || /[\s;&|()]/.test(script.charAt(at - 1)))) {
      const end = script.indexOf('\n', at)
      if (end < 0) return true
      at = end
    }
  }
  return false
}

function closing(script: string, open: number): number {
  const quote = script.charAt(open)
  for (let at = open + 1; at < script.length; at += 1) {
    if (quote !== "'" && script.charAt(at) === '\\') at += 1
    else if (script.charAt(at) === quote) return at
  }
  return -1
}

/** The offset in a logical text of a source offset; undefined when that belongs to a comment or a continuation. */
export function logicalOffset(text: LogicalText, source: number): number | undefined {
  for (const [index, segment] of text.segments.entries()) {
    const length = (text.segments[index + 1]?.at ?? text.text.length) - segment.at
    if (source >= segment.source && source <= segment.source + length) return segment.at + source - segment.source
  }
  return undefined
}
