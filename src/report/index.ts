export { analysisText } from './analysis-report.ts'
export { blameText } from './blame-report.ts'
export { surfacesText, surfaceText } from './surface-report.ts'
export { budgetLine, budgetLines } from './budget-report.ts'
/** Where a debugging shell is, for the person in it. */
export { debugGreeting, type DebugSituation } from './debug-greeting.ts'
export { checkJson, checkText } from './check-report.ts'
/** What `slipway check` has found. */
export {
  allFindings,
  type CheckedFile,
  type CheckedFinding,
  type CheckProblem,
  type CheckResult,
  type RuleEntry,
} from './check-result.ts'
export { checkstyleLines } from './check-checkstyle.ts'
export { githubLines } from './check-github.ts'
export { gitlabIssues } from './check-gitlab.ts'
export { checkResultJson } from './check-json.ts'
export { junitLines } from './check-junit.ts'
export { markdownLines } from './check-markdown.ts'
export { sarifLog } from './check-sarif.ts'
export { checkResultText } from './check-text.ts'
export { differenceText } from './difference-report.ts'
export type { DifferenceStyle } from './difference-style.ts'
export { differenceHtml, differenceMarkdown } from './difference-documents.ts'
export { vulnerabilityText } from './difference-vulnerabilities.ts'
export { thresholdLines } from './difference-layers.ts'
export { displayWidth, padToWidth } from './display-width.ts'
export { failureLog } from './failure-log.ts'
export { hardenedLines } from './hardened-report.ts'
export { renderTemplate, type TemplateOptions } from './go-template.ts'
export {
  type HistoryRow,
  historyTable,
  type ImageRow,
  imagesTable,
  type ImageTableOptions,
  shortId,
} from './image-tables.ts'
export { counted } from './image-totals.ts'
export { type OutdatedFindings, outdatedJson, outdatedLines, type OutdatedStyle } from './outdated-report.ts'
export { outlineJson, outlineText, targetsJson, targetsText } from './outline-report.ts'
export { type Palette, paletteFrom, plainPalette } from './palette.ts'
export { pageLines } from './page-text.ts'
export { parityText } from './parity-report.ts'
export { emptyPlain, type PlainState, type PlainStep, stepPlain, tickPlain } from './plain-progress.ts'
export {
  emptyProgress,
  foldProgress,
  type ProgressState,
  type StepState,
  type TransferState,
} from './progress-state.ts'
export { formatAge, formatBytes } from './quantities.ts'
export { emptyRawJson, type RawJsonState, stepRawJson } from './rawjson-progress.ts'
export { renderDiagnostic, renderError } from './render-error.ts'
export { type ImageSummary, type LayerRow, sideBySide, type SideBySideStyle } from './side-by-side.ts'
export { ruleFacts, ruleListLines, ruleTable } from './rule-list.ts'
export type { FrameStyle } from './source-frame.ts'
export { sbomText } from './sbom-report.ts'
export { type Column, renderTable } from './table.ts'
export { renderTty, type TtyView } from './tty-progress.ts'
export { verificationLines } from './verification-report.ts'
export { visibleText } from './visible-text.ts'
export { warningSummary } from './warning-summary.ts'
export { wantsColor } from './wants-color.ts'
export { scanJson, scanMarkdown, scanSarif } from './scan-formats.ts'
export type { ScanFailOn, ScannedFamily, ScanReport } from './scan-report.ts'
export { scanText } from './scan-text.ts'
