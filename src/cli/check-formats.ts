import {
  type CheckResult,
  checkResultJson,
  checkResultText,
  checkstyleLines,
  type FrameStyle,
  githubLines,
  gitlabIssues,
  junitLines,
  markdownLines,
  plainPalette,
  sarifLog,
} from '../report/index.ts'
import { programVersion } from './program-version.ts'

/** The names of the formats of `slipway check`. */
export const checkFormats = ['text', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown', 'checkstyle'] as const

export type CheckFormat = (typeof checkFormats)[number]

const makers: Readonly<Record<CheckFormat, (result: CheckResult, style: FrameStyle) => string>> = {
  text: (result, style) => lines(checkResultText(result, style)),
  json: (result) => json(checkResultJson(result)),
  sarif: (result) => json(sarifLog(result, { version: programVersion })),
  github: (result) => lines(githubLines(result)),
  gitlab: (result) => json(gitlabIssues(result)),
  junit: (result) => lines(junitLines(result)),
  markdown: (result) => lines(markdownLines(result)),
  checkstyle: (result) => lines(checkstyleLines(result)),
}

/** The whole text of a format. Without the style of a terminal it is for a file. */
export function renderCheck(result: CheckResult, format: CheckFormat, style?: FrameStyle): string {
  return makers[format](result, style ?? { width: 100, palette: plainPalette })
}

function lines(text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join('')
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
