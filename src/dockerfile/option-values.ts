const limit = 2 ** 32 - 1

/** `1 t true 0 f false` in lower case, upper case or capitalised, as Go's `strconv.ParseBool` reads them. */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined
}

/** Octal digits of a file mode, at most 32 bits. */
export function parseMode(text: string): number | undefined {
  return /^[0-7]+$/.test(text) ? within(Number.parseInt(text, 8)) : undefined
}

/** A decimal user or group id, at most 32 bits. */
export function parseId(text: string): number | undefined {
  return /^\d+$/.test(text) ? within(Number(text)) : undefined
}

/** A size such as `64m`, `1.5GiB` or `100` in bytes. Units are powers of 1024, whatever their case. */
export function parseRamSize(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+) ?(?:b|([kmgtp])(?:i?b)?)?$/i.exec(text)
  if (match === null) return undefined
  const power = match[2] === undefined ? 0 : 'kmgtp'.indexOf(match[2].toLowerCase()) + 1
  return Math.trunc(Number(match[1]) * 1024 ** power)
}

function within(value: number): number | undefined {
  return value <= limit ? value : undefined
}
