/** What `{a,b}` or `{1..3}` stands for; the text itself where it is none of these; undefined where it holds more than plain text. */
export function expandBraces(text: string): readonly string[] | undefined {
  if (/[$`'"\\]/.test(text)) return undefined
  const inside = text.slice(1, -1)
  const range = /^(-?\d{1,4})\.\.(-?\d{1,4})$/.exec(inside)
  if (range !== null) return numbers(Number(range[1]), Number(range[2]))
  const items = splitItems(inside)
  if (items.length < 2) return [text]
  const words = items.flatMap((item) => expandText(item))
  return words.length > most ? undefined : words
}

const most = 256

function numbers(from: number, to: number): readonly string[] | undefined {
  const count = Math.abs(to - from) + 1
  if (count > most) return undefined
  return Array.from({ length: count }, (_, index) => String(from + (to < from ? -index : index)))
}

/** Splits at the commas that stand in no further braces. */
function splitItems(text: string): readonly string[] {
  const items: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1
    else if (text[at] === '}') depth -= 1
    else if (text[at] === ',' && depth === 0) {
      items.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...items, text.slice(start)]
}

function expandText(text: string): readonly string[] {
  const open = text.indexOf('{')
  const close = text.lastIndexOf('}')
  if (open < 0 || close < open) return [text]
  const middle = expandBraces(text.slice(open, close + 1)) ?? [text.slice(open, close + 1)]
  return middle.map((part) => text.slice(0, open) + part + text.slice(close + 1))
}
