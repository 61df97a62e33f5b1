import {
  closingLines,
  differenceSections,
  type DocumentColumn,
  type DocumentSection,
  type ShownDifference,
  totalColumns,
  totalRowsOf,
} from './difference-page.ts'
import { visibleText } from './visible-text.ts'
import { xmlText } from './xml-text.ts'

/** A difference as Markdown for a comment: long parts are folded. Lines without a final line feed. */
export function differenceMarkdown(difference: ShownDifference, allFiles: boolean): string[] {
  const { before, after, same } = difference
  return [
    `### ${inCode(before.name)} → ${inCode(after.name)}`,
    '',
    ...markdownTable(totalColumns(difference), totalRowsOf(difference)),
    ...(same ? ['', 'The images do not differ.'] : []),
    ...differenceSections(difference, allFiles).flatMap(markdownSection),
    ...closingLines(difference).flatMap((line) => ['', plain(line)]),
  ]
}

/** The same as one page that loads nothing from elsewhere and has no scripts. */
export function differenceHtml(difference: ShownDifference, allFiles: boolean): string[] {
  const { before, after, same } = difference
  const title = `${xml(before.name)} → ${xml(after.name)}`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${title}</h1>`,
    ...htmlTable(totalColumns(difference), totalRowsOf(difference)),
    ...(same ? ['<p>The images do not differ.</p>'] : []),
    ...differenceSections(difference, allFiles).flatMap(htmlSection),
    ...closingLines(difference).map((line) => `<p>${xml(line)}</p>`),
    '</body>',
    '</html>',
  ]
}

function markdownSection({ title, sums, isFolded, lines, columns, rows }: DocumentSection): string[] {
  const heading = sums === '' ? `**${title}**` : `**${title}**: ${plain(sums)}`
  const content = [
    ...lines.flatMap((line) => [plain(line), '']),
    ...(rows.length === 0 ? [] : [...markdownTable(columns, rows), '']),
  ]
  return isFolded
    ? ['', `<details><summary><b>${title}</b>: ${xml(sums)}</summary>`, '', ...content, '</details>']
    : ['', heading, '', ...content.slice(0, -1)]
}

function markdownTable(columns: readonly DocumentColumn[], rows: readonly (readonly string[])[]): string[] {
  const cell = (text: string, { isCode }: DocumentColumn): string =>
    text
      .split('\n')
      .map((line) => (isCode === true && line !== '' ? inCode(line) : plain(line)))
      .join('<br>')
  return [
    `| ${columns.map(({ title }) => plain(title)).join(' | ')} |`,
    `|${columns.map(({ align }) => (align === 'right' ? '--:' : '---')).join('|')}|`,
    ...rows.map((row) => `| ${columns.map((column, index) => cell(row[index] ?? '', column)).join(' | ')} |`),
  ]
}

/** Code that may hold back quotes and bars itself: a longer fence, and bars escaped as tables want them. */
function inCode(text: string): string {
  const shown = visibleText(text.replaceAll('\n', ' ')).replaceAll('|', '\\|')
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`
}

/** What Markdown and its HTML would take for markup is spelled out. */
function plain(text: string): string {
  return visibleText(text.replaceAll('\n', ' '))
    .replace(/[\\`*_[\]#~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '\\|')
}

function htmlSection({ title, sums, isFolded, lines, columns, rows }: DocumentSection): string[] {
  const small = sums === '' ? '' : ` <small>${xml(sums)}</small>`
  return [
    `<details${isFolded ? '' : ' open'}><summary>${title}${small}</summary>`,
    ...lines.map((line) => `<p>${xml(line)}</p>`),
    ...(rows.length === 0 ? [] : htmlTable(columns, rows)),
    '</details>',
  ]
}

function htmlTable(columns: readonly DocumentColumn[], rows: readonly (readonly string[])[]): string[] {
  const attribute = ({ align, isCode }: DocumentColumn): string =>
    align === 'right' ? ' class="right"' : isCode === true ? ' class="code"' : ''
  const row = (cells: readonly string[]): string =>
    columns.map((column, index) => `<td${attribute(column)}>${htmlCell(cells[index] ?? '')}</td>`).join('')
  return [
    '<table>',
    `<tr>${columns.map((column) => `<th${attribute(column)}>${xml(column.title)}</th>`).join('')}</tr>`,
    ...rows.map((cells) => `<tr>${row(cells)}</tr>`),
    '</table>',
  ]
}

/** A label of five thousand characters must not take the page. */
function htmlCell(text: string): string {
  const shown = text.split('\n').map(xml).join('<br>')
  return text.length > 240 ? `<div class="long">${shown}</div>` : shown
}

function xml(text: string): string {
  return xmlText(visibleText(text))
}

const style = [
  ':root{color-scheme:light dark}',
  'body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}',
  'h1{font-size:1.4rem;overflow-wrap:anywhere}',
  'table{border-collapse:collapse;margin:.5rem 0 1rem;display:block;overflow-x:auto}',
  'th,td{padding:.25rem .8rem;border-bottom:1px solid #8884;text-align:left;vertical-align:top}',
  'th{font-weight:600}',
  '.right{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}',
  'td.code{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere;min-width:8rem}',
  '.long{max-height:8em;overflow:auto;min-width:18rem}',
  'summary{font-size:1.1rem;font-weight:600;cursor:pointer;margin:.8rem 0 .3rem}',
  'small{font-weight:400;opacity:.7}',
].join('')
