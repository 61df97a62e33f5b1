import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  createConnection,
  type ServerCapabilities,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Finding } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { completionsAt, type ListDirectory } from '../../editor/index.ts'
import { actionsFor, completionItems, findingsAt, hoverOf, shownFinding } from './document-answers.ts'

/** What the language server asks about documents. */
export interface EditorServices {
  readonly version: string
  /** What `slipway check` says about a file that has this text now. */
  readonly check: (file: string, text: string) => Promise<readonly Finding[]>
  /** The directory that such a file is checked with; undefined when nothing that it copies is found. */
  readonly contextOf: (file: string, text: string) => string | undefined
  /** The page of a rule in Markdown; undefined for what has none. */
  readonly pageOf: (rule: string) => string | undefined
}

/** A check of a file of ordinary size takes a few milliseconds: the pause is for those who type. */
const pause = 150

/**
 * Serves editors by the Language Server Protocol 3.17 over two streams until they end: diagnostics, hovers, code actions
 * and completion. Resolves with the exit code that the protocol asks for: 0 after `shutdown`, else 1.
 */
export function serveLanguage(
  streams: { readonly input: Readable; readonly output: Writable },
  services: EditorServices,
): Promise<number> {
  const connection = createConnection(streams.input, streams.output)
  const documents = new TextDocuments(TextDocument)
  const findingsOf = checkOpen(connection, documents, services)
  connection.onInitialize(() => ({ capabilities, serverInfo: { name: 'slipway', version: services.version } }))
  answerQuestions(connection, documents, { services, findingsOf })
  documents.listen(connection)
  return untilEnd(connection, streams.input)
}

type Connection = ReturnType<typeof createConnection>
type Documents = TextDocuments<TextDocument>
type FindingsOf = (document: TextDocument) => Promise<readonly Finding[]>

/** Checks documents when they are opened and after every pause in typing; what was found for a version is kept. */
function checkOpen(connection: Connection, documents: Documents, { check }: EditorServices): FindingsOf {
  const checked = new Map<string, { readonly version: number; readonly findings: readonly Finding[] }>()
  const waiting = new Map<string, NodeJS.Timeout>()
  const findingsOf = async (document: TextDocument): Promise<readonly Finding[]> => {
    const { uri, version } = document
    const known = checked.get(uri)
    if (known?.version === version) return known.findings
    const findings = await check(pathOf(uri), document.getText())
    checked.set(uri, { version, findings })
    return findings
  }
  const publish = async (document: TextDocument): Promise<void> => {
    const { uri, version } = document
    try {
      const findings = await findingsOf(document)
      if (documents.get(uri)?.version !== version) return
      await connection.sendDiagnostics({
        uri,
        version,
        diagnostics: findings.map((one) => shownFinding(document, one)),
      })
    } catch (error) {
      connection.console.error(error instanceof Error ? error.message : String(error))
    }
  }
  documents.onDidChangeContent(({ document }) => {
    clearTimeout(waiting.get(document.uri))
    waiting.set(
      document.uri,
      setTimeout(() => void publish(document), checked.has(document.uri) ? pause : 0),
    )
  })
  documents.onDidClose(({ document: { uri } }) => {
    clearTimeout(waiting.get(uri))
    waiting.delete(uri)
    checked.delete(uri)
    void connection.sendDiagnostics({ uri, diagnostics: [] })
  })
  return findingsOf
}

/** Hovers, code actions and completions. */
function answerQuestions(
  connection: Connection,
  documents: Documents,
  { services, findingsOf }: { readonly services: EditorServices; readonly findingsOf: FindingsOf },
): void {
  connection.onHover(async ({ textDocument, position }) => {
    const document = documents.get(textDocument.uri)
    if (document === undefined) return null
    const at = document.offsetAt(position)
    const found = findingsAt(document, await findingsOf(document), { start: at, end: at })
    return hoverOf([...new Set(found.map(({ code }) => code))].flatMap((code) => services.pageOf(code) ?? []))
  })
  connection.onCodeAction(async ({ textDocument, range }) => {
    const document = documents.get(textDocument.uri)
    if (document === undefined) return []
    const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) }
    return actionsFor(document, findingsAt(document, await findingsOf(document), span))
  })
  connection.onCompletion(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri)
    if (document === undefined) return []
    const [place, text] = [pathOf(textDocument.uri), document.getText()]
    const list = listBelow(services.contextOf(place, text) ?? path.dirname(place))
    const file = parseDockerfile({ path: textDocument.uri, text })
    return completionItems(document, completionsAt(file, document.offsetAt(position), list))
  })
}

const capabilities: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix'] },
  completionProvider: { triggerCharacters: ['-', '=', '/', '$', '{', ',', ' '] },
}

function untilEnd(connection: Connection, input: Readable): Promise<number> {
  return new Promise((resolve) => {
    let asked = false
    connection.onShutdown(() => void (asked = true))
    connection.onExit(() => resolve(asked ? 0 : 1))
    // An editor that dies says nothing.
    input.once('end', () => resolve(asked ? 0 : 1))
    connection.listen()
  })
}

/** The file of a document; one that was never saved has none, and counts as a Dockerfile of the working directory. */
function pathOf(uri: string): string {
  return uri.startsWith('file:') ? fileURLToPath(uri) : path.resolve('Dockerfile')
}

function listBelow(directory: string): ListDirectory {
  return (below) => {
    const place = path.resolve(directory, below)
    if (place !== directory && !place.startsWith(`${directory}${path.sep}`)) return []
    try {
      return readdirSync(place, { withFileTypes: true })
        .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
        .sort()
    } catch {
      // A directory that is being typed is not there yet.
      return []
    }
  }
}
