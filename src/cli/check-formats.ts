import { type CheckResult, checkResultJson, checkResultText, type FrameStyle, plainPalette } from '../report/index.ts'

/** The names of the formats of `slipway check`. */
export const checkFormats = ['text', 'json'] as const

export type CheckFormat = (typeof checkFormats)[number]

/** What goes to a file or, with the style of the terminal, to standard output. */
export function renderCheck(result: CheckResult, format: CheckFormat, style?: FrameStyle): string {
  switch (format) {
    case 'text':
      return lines(checkResultText(result, style ?? { width: 100, palette: plainPalette }))
    case 'json':
      return json(checkResultJson(result))
  }
}

function lines(text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join('')
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
