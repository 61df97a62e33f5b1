/** What a colour means; the values are the parameters of an SGR sequence, empty for the terminal's own colour. */
export interface Palette {
  readonly run: string
  readonly error: string
  readonly warning: string
  readonly cancel: string
  readonly faint: string
  readonly strong: string
}

/** The colours used when nobody chooses others. */
export const defaultPalette: Palette = { run: '34', error: '31', warning: '33', cancel: '33', faint: '2', strong: '1' }

const colorNames: Readonly<Record<string, string>> = {
  black: '30',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
  white: '37',
}

/** The text in a style; unchanged when `code` is empty. The text must not hold escape sequences of its own. */
export function paint(code: string, text: string): string {
  return code === '' || text === '' ? text : `\u001b[${code}m${text}\u001b[0m`
}

/** No colours at all. */
export const plainPalette: Palette = { run: '', error: '', warning: '', cancel: '', faint: '', strong: '' }

/**
 * The palette that `BUILDKIT_COLORS` asks for: `run=green:error=255,0,0:cancel=light-yellow`. Fields nobody knows and
 * colours that cannot be read keep their default, as BuildKit does.
 */
export function paletteFrom(setting: string | undefined): Palette {
  const chosen: Record<string, string> = {}
  for (const field of (setting ?? '').split(':')) {
    const at = field.indexOf('=')
    if (at < 0) continue
    const name = field.slice(0, at).trim().toLowerCase()
    const code = colorCode(
      field
        .slice(at + 1)
        .trim()
        .toLowerCase(),
    )
    if (code !== undefined && (name === 'run' || name === 'error' || name === 'warning' || name === 'cancel'))
      chosen[name] = code
  }
  return { ...defaultPalette, ...chosen }
}

function colorCode(text: string): string | undefined {
  const name = text.startsWith('light-') ? text.slice(6) : text
  const code = colorNames[name]
  if (code !== undefined) return name === text ? code : String(Number(code) + 60)
  const parts = text.split(',').map(Number)
  const valid = parts.length === 3 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)
  return valid ? `38;2;${parts.join(';')}` : undefined
}
