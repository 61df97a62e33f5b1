import { isList, refuse, toBool, toJson, toNumber, toText, type Value } from '../value.ts'

const verb = /%(?<flags>[-+ 0#]*)(?<width>\d+)?(?:\.(?<precision>\d+))?(?:\[(?<index>\d+)\])?(?<verb>[^])/g

/** `printf` as HCL has it: %s %d %v %q %t %f %e %g %x %X %o %b %c %%. */
export function formatText(pattern: string, values: readonly Value[]): string {
  let next = 0
  let used = 0
  const text = pattern.replace(verb, (...found: unknown[]) => {
    const groups = found.at(-1) as Record<string, string | undefined>
    if (groups['verb'] === '%') return '%'
    if (groups['index'] !== undefined) next = Number(groups['index']) - 1
    const value = values[next]
    next += 1
    used = Math.max(used, next)
    if (value === undefined) throw refuse(`there is no argument for ${String(found[0])}`)
    return padded(oneValue(groups, value), groups)
  })
  if (used < values.length) throw refuse(`there are ${values.length - used} more arguments than the text takes`)
  return text
}

/** One text for each element of the lists; what is no list is the same in all. */
export function formatList(pattern: string, values: readonly Value[]): readonly string[] {
  const lengths = new Set(values.filter(isList).map((list) => list.length))
  if (lengths.size > 1) throw refuse('the lists have different lengths')
  const [length = 1] = lengths
  return Array.from({ length }, (_, index) =>
    formatText(
      pattern,
      values.map((value) => (isList(value) ? (value[index] ?? null) : value)),
    ),
  )
}

function oneValue({ verb: letter, precision, flags }: Record<string, string | undefined>, value: Value): string {
  const digits = precision === undefined ? undefined : Math.min(Number(precision), 100)
  const sign = (number: number, text: string): string =>
    number >= 0 && flags?.includes('+') === true ? `+${text}` : text
  switch (letter) {
    case 'v':
      return typeof value === 'object' ? toJson(value) : toText(value)
    case 's':
      return cut(toText(value), digits)
    case 'q':
      return JSON.stringify(cut(toText(value), digits))
    case 't':
      return String(toBool(value))
    case 'd':
      return sign(toNumber(value), toText(wholeNumber(value)))
    case 'f':
    case 'F':
      return sign(toNumber(value), toNumber(value).toFixed(digits ?? 6))
    case 'e':
    case 'E':
      return exponent(toNumber(value), digits ?? 6, letter)
    case 'g':
    case 'G':
      return sign(
        toNumber(value),
        toText(digits === undefined ? toNumber(value) : Number(toNumber(value).toPrecision(digits || 1))),
      )
    case 'x':
    case 'X':
      return hexadecimal(value, letter)
    case 'o':
      return toNumber(value).toString(8)
    case 'b':
      return toNumber(value).toString(2)
    case 'c':
      return String.fromCodePoint(toNumber(value))
    default:
      throw refuse(`%${letter ?? ''} is unknown`)
  }
}

function wholeNumber(value: Value): number {
  const number = toNumber(value)
  if (!Number.isInteger(number)) throw refuse('%d takes a whole number')
  return number
}

function cut(text: string, length: number | undefined): string {
  return length === undefined ? text : Array.from(text).slice(0, length).join('')
}

function exponent(value: number, digits: number, letter: string): string {
  const text = value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2')
  return letter === 'E' ? text.toUpperCase() : text
}

function hexadecimal(value: Value, letter: string): string {
  const text = typeof value === 'string' ? Buffer.from(value).toString('hex') : toNumber(value).toString(16)
  return letter === 'X' ? text.toUpperCase() : text
}

function padded(text: string, { flags = '', width }: Record<string, string | undefined>): string {
  if (width === undefined) return text
  const wanted = Math.min(Number(width), 10_000)
  if (flags.includes('-')) return text.padEnd(wanted)
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  return flags.includes('0')
    ? sign + text.slice(sign.length).padStart(wanted - sign.length, '0')
    : text.padStart(wanted)
}
