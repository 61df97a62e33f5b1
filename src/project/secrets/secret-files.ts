import { groupBy } from '../group-by.ts'
import type { ContextFile, SecretFile } from '../project.ts'
import { nameOf, type ProjectFiles } from '../project-files.ts'
import { secretNamesOf } from './secret-names.ts'
import { findPrivateKey, findToken } from './token-formats.ts'

/** Files beyond this size are data, not settings. */
const largest = 256 << 10
/** How much is read in search of tokens: 16 MiB in 4,000 files take some 200 ms. */
const budget = { files: 4000, bytes: 16 << 20 }

/** The files that hold a credential, in the order of their paths. */
export function secretFiles(files: ProjectFiles): readonly SecretFile[] {
  const left = { ...budget }
  const afford = ({ size }: ContextFile): boolean => {
    left.files -= 1
    left.bytes -= size
    return left.files >= 0 && left.bytes >= 0
  }
  const look = (file: ContextFile): readonly SecretFile[] => {
    if (file.kind !== 'file' || file.size === 0) return []
    const found = byName(files, file) ?? (maySearch(file) && afford(file) ? byContent(files, file) : undefined)
    if (found === undefined) return []
    const { what, line } = found
    return [{ path: file.path, what, ignored: file.ignored, ...(line === undefined ? {} : { line }) }]
  }
  // Settings first: in a large project, the sources alone exceed what may be read.
  const sources = groupBy(files.own, ({ path }) => String(code.test(path)))
  const found = [...(sources.get('false') ?? []), ...(sources.get('true') ?? [])].flatMap(look)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

type Found = Pick<SecretFile, 'what' | 'line'>

function byName(files: ProjectFiles, { path }: ContextFile): Found | undefined {
  for (const rule of secretNamesOf(path)) {
    if (rule.find === undefined) return { what: rule.what }
    const text = files.large(path, largest)
    const index = text === undefined ? undefined : rule.find(text)
    if (text !== undefined && index !== undefined) return { what: rule.what, line: lineAt(text, index) }
  }
  return undefined
}

/** Programs, pictures, archives, and lists that tools write. */
const dull =
  /\.(?:png|jpe?g|gif|webp|avif|ico|svg|woff2?|ttf|otf|eot|mp[34]|mov|webm|ogg|wav|pdf|zip|gz|tgz|xz|bz2|zst|7z|jar|war|class|so|a|o|dll|exe|wasm|pyc|whl|bin|db|sqlite3?|map|snap|lock|sum|min\.js|min\.css|css|pub)$|(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum)$/i
const code =
  /\.(?:[cm]?[jt]sx?|py|go|rs|java|kts?|scala|rb|php|cs|fs|c|h|cc|cpp|hpp|swift|m|ex|exs|erl|hs|lua|pl|sh|bash|vue|svelte|md|mdx|rst|adoc|html?|txt|tmpl)$/i
/** Names of private keys, which are looked at even where the ignore file keeps them away. */
const keyName =
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*(?:key|secret|service[-_]?account|credentials)[^/]*)$|\.(?:pem|key|p8|pk8|der|asc)$/i

function maySearch({ path, size, ignored }: ContextFile): boolean {
  return size <= largest && !dull.test(path) && (!ignored || keyName.test(path))
}

function byContent(files: ProjectFiles, { path }: ContextFile): Found | undefined {
  const text = files.large(path, largest)
  if (text === undefined) return undefined
  const isAccount = /"type"\s*:\s*"service_account"/.test(text)
  const key = findPrivateKey(text, code.test(nameOf(path)))
  if (key !== undefined) {
    const what = isAccount ? 'credentials of Google Cloud' : 'a private key'
    return { what, line: lineAt(text, key) }
  }
  const token = findToken(text)
  return token === undefined ? undefined : { what: token.what, line: lineAt(text, token.index) }
}

function lineAt(text: string, index: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1
  return line
}
