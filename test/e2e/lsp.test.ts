import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type CodeAction,
  type CompletionItem,
  createProtocolConnection,
  type Hover,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node'
import { startSlipway } from '../kit/slipway.ts'
import { temporaryDirectory } from '../kit/temporary-directory.ts'

const text = 'FROM node AS build\nCOPY src src\nFROM --platform=linux/amd64 alpine:3.22\nCOPY --from=build /src /src\n'

let directory: string
let child: ReturnType<typeof startSlipway>
let editor: ProtocolConnection
let shown: PublishDiagnosticsParams[]
let uri: string

beforeEach(async () => {
  directory = temporaryDirectory({ 'package.json': '{}', 'src/app.js': '', 'docker/entry.sh': '' })
  uri = pathToFileURL(path.join(directory, 'Dockerfile')).href
  child = startSlipway(['lsp', '--stdio'], { cwd: directory, root: path.join(directory, 'store') })
  if (child.stdout === null || child.stdin === null) throw new Error('no streams')
  editor = createProtocolConnection(child.stdout, child.stdin)
  shown = []
  editor.onNotification('textDocument/publishDiagnostics', (one: PublishDiagnosticsParams) => void shown.push(one))
  editor.listen()
  await editor.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} })
  await editor.sendNotification('initialized', {})
  await open(text)
})

afterEach(() => {
  editor.dispose()
  child.kill('SIGKILL')
})

async function open(content: string, where = uri): Promise<void> {
  await editor.sendNotification('textDocument/didOpen', {
    textDocument: { uri: where, languageId: 'dockerfile', version: 1, text: content },
  })
}

async function diagnostics(version: number): Promise<PublishDiagnosticsParams['diagnostics']> {
  await expect.poll(() => shown.some((one) => one.version === version), { timeout: 30_000 }).toBe(true)
  return shown.filter((one) => one.version === version).at(-1)?.diagnostics ?? []
}

test('shows findings as a text is edited, and takes them back', async () => {
  const first = await diagnostics(1)
  expect(first.find(({ code }) => code === 'unpinned-base')).toMatchObject({
    source: 'slipway',
    range: { start: { line: 0, character: 0 } },
    message: expect.stringContaining('node has no tag'),
  })
  const change = { range: { start: { line: 0, character: 9 }, end: { line: 0, character: 9 } }, text: ':24-slim' }
  await editor.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [change],
  })
  const second = await diagnostics(2)
  expect(second.map(({ code }) => code)).not.toContain('unpinned-base')
  expect(second.map(({ code }) => code)).toContain('platform-pinned')
})

test('explains a finding, and offers its repair', async () => {
  const position = { line: 2, character: 8 }
  const hover: Hover | null = await editor.sendRequest('textDocument/hover', { textDocument: { uri }, position })
  expect(JSON.stringify(hover)).toContain('# platform-pinned')
  const actions: CodeAction[] = await editor.sendRequest('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: position, end: position },
    context: { diagnostics: [] },
  })
  const [action] = actions.filter(({ title }) => title.includes('--platform'))
  expect(action?.edit?.changes?.[uri]).toEqual([
    { range: { start: { line: 2, character: 5 }, end: { line: 2, character: 28 } }, newText: '' },
  ])
})

test('completes the paths of the context that the file is checked with', async () => {
  const nested = pathToFileURL(path.join(directory, 'docker', 'Dockerfile')).href
  await open('FROM node\nCOPY src src\nCOPY \n', nested)
  const found: CompletionItem[] = await editor.sendRequest('textDocument/completion', {
    textDocument: { uri: nested },
    position: { line: 2, character: 5 },
  })
  expect(found.map(({ label }) => label)).toEqual(['docker/', 'package.json', 'src/'])
})

test('completes stages and files while a line is being written, and ends as the protocol says', async () => {
  const cut = { range: { start: { line: 3, character: 14 }, end: { line: 3, character: 27 } }, text: '' }
  await editor.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [cut] })
  const at = (line: number, character: number): Promise<CompletionItem[]> =>
    editor.sendRequest('textDocument/completion', { textDocument: { uri }, position: { line, character } })
  expect((await at(3, 14)).map(({ label }) => label)).toEqual(['build'])
  expect((await at(1, 5)).map(({ label }) => label)).toEqual(['docker/', 'package.json', 'src/'])
  await editor.sendRequest('shutdown')
  await editor.sendNotification('exit')
  await expect.poll(() => child.exitCode, { timeout: 10_000 }).toBe(0)
})
