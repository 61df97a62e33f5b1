import { pathToFileURL } from 'node:url'
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic as Shown,
  DiagnosticSeverity,
  type Hover,
  MarkupKind,
  type Range,
} from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Finding, Severity, Span } from '../../core/index.ts'
import type { Completion } from '../../editor/index.ts'

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
}

const kinds: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  flag: CompletionItemKind.Property,
  stage: CompletionItemKind.Module,
  file: CompletionItemKind.File,
  directory: CompletionItemKind.Folder,
  variable: CompletionItemKind.Variable,
  value: CompletionItemKind.Value,
}

/** A span of the document as editors count: lines and UTF-16 units from 0. */
function rangeOf(document: TextDocument, { start, end }: Span): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) }
}

/** A finding as editors show it. One about another file stands at the top and leads there. */
export function shownFinding(document: TextDocument, finding: Finding): Shown {
  const { at, code, severity, message, hint, rule, related } = finding
  const isHere = at.source.text === document.getText()
  const elsewhere = isHere ? [] : [{ note: 'here', at }]
  return {
    range: rangeOf(document, isHere ? at.span : { start: 0, end: 0 }),
    severity: severities[severity],
    source: 'slipway',
    code,
    message: hint === undefined ? message : `${message}\n${hint}`,
    ...(rule?.url === undefined ? {} : { codeDescription: { href: rule.url } }),
    relatedInformation: [...elsewhere, ...related]
      .filter((one) => one.at.source.text === document.getText() || one.at.source.path.startsWith('/'))
      .map((one) => relatedPlace(document, one)),
  }
}

function relatedPlace(document: TextDocument, { note, at }: Finding['related'][number]) {
  const isHere = at.source.text === document.getText()
  const uri = isHere ? document.uri : pathToFileURL(at.source.path).href
  const range = isHere ? rangeOf(document, at.span) : rangeOf(document, { start: 0, end: 0 })
  return { message: note, location: { uri, range } }
}

/** The findings of the document whose place holds an offset. */
export function findingsAt(
  document: TextDocument,
  findings: readonly Finding[],
  { start, end }: Span,
): readonly Finding[] {
  return findings.filter(
    ({ at }) => at.source.text === document.getText() && at.span.start <= end && start <= at.span.end,
  )
}

/** The pages of some rules, as a hover; null when there are none. */
export function hoverOf(pages: readonly string[]): Hover | null {
  if (pages.length === 0) return null
  return { contents: { kind: MarkupKind.Markdown, value: pages.join('\n\n---\n\n') } }
}

/** The repairs of some findings as actions of the editor. */
export function actionsFor(document: TextDocument, findings: readonly Finding[]): CodeAction[] {
  return findings.flatMap((finding) =>
    finding.fixes.map((fix, index) => ({
      title: fix.title,
      kind: CodeActionKind.QuickFix,
      isPreferred: index === 0 && fix.claims.length === 0,
      diagnostics: [shownFinding(document, finding)],
      edit: {
        changes: {
          [document.uri]: fix.edits.map(({ span, text }) => ({ range: rangeOf(document, span), newText: text })),
        },
      },
    })),
  )
}

/** Completions as editors take them. */
export function completionItems(document: TextDocument, completions: readonly Completion[]): CompletionItem[] {
  return completions.map(({ label, kind, detail, replaces, text }) => ({
    label,
    kind: kinds[kind],
    ...(detail === undefined ? {} : { detail }),
    textEdit: { range: rangeOf(document, replaces), newText: text },
  }))
}
