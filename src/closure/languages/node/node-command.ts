/** What `node` is asked to run. */
export interface NodeCommand {
  /** Modules that are loaded before: `-r`, `--import`. */
  readonly preloads: readonly { readonly how: 'require' | 'import'; readonly specifier: string }[]
  readonly conditions: readonly string[]
  readonly run:
    | { readonly kind: 'file'; readonly path: string; readonly args: readonly string[] }
    | { readonly kind: 'text'; readonly text: string }
    /** `node --run x`: a script of package.json. */
    | { readonly kind: 'script'; readonly name: string }
    /** Nothing of the image: `--version`, standard input, tests that are searched for. */
    | { readonly kind: 'none' }
}

/** Options whose value is the next word (`node --help`); V8's take theirs behind `=`. */
const withValue = new Set(
  (
    '-C --conditions -r --require --import --loader --experimental-loader -e --eval -p --print -pe --run --input-type ' +
    '--env-file --env-file-if-exists --title --icu-data-dir --openssl-config --tls-cipher-list --redirect-warnings ' +
    '--diagnostic-dir --cpu-prof-dir --heap-prof-dir --report-dir --report-directory --report-filename --watch-path ' +
    '--disable-warning --dns-result-order --unhandled-rejections --trace-event-categories --max-http-header-size ' +
    '--secure-heap --stack-trace-limit --localstorage-file --experimental-config-file --snapshot-blob --inspect-port'
  ).split(' '),
)
const texts = new Set(['-e', '--eval', '-p', '--print', '-pe'])

export function readNodeCommand(argv: readonly string[], env: Readonly<Record<string, string>>): NodeCommand {
  const preloads: { how: 'require' | 'import'; specifier: string }[] = []
  const conditions: string[] = []
  const note = (name: string, value: string): void => {
    if (name === '-r' || name === '--require') preloads.push({ how: 'require', specifier: value })
    if (name === '--import' || /^--(experimental-)?loader$/.test(name))
      preloads.push({ how: 'import', specifier: value })
    if (name === '-C' || name === '--conditions') conditions.push(value)
  }
  const options = (env['NODE_OPTIONS'] ?? '').split(/\s+/).filter((word) => word !== '')
  const inherited = readOptions(options, note)
  const command = readOptions(argv.slice(1), note)
  return { preloads, conditions, run: command ?? inherited ?? { kind: 'none' } }
}

function readOptions(
  words: readonly string[],
  note: (name: string, value: string) => void,
): NodeCommand['run'] | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === '--') return ofFile(words.slice(at + 1))
    if (word === '-' || /^(-v|--version|-h|--help|-i|--test|-c|--check|--v8-options|--build-snapshot)$/.test(word))
      return { kind: 'none' }
    if (!word.startsWith('-')) return word === 'inspect' ? ofFile(words.slice(at + 1)) : ofFile(words.slice(at))
    const [name = '', ...rest] = word.split('=')
    const inline = rest.length > 0 ? rest.join('=') : undefined
    const value = inline ?? (withValue.has(name) ? words[(at += 1)] : undefined)
    if (value === undefined) continue
    if (texts.has(name)) return { kind: 'text', text: value }
    if (name === '--run') return { kind: 'script', name: value }
    note(name, value)
  }
  return undefined
}

function ofFile([path, ...args]: readonly string[]): NodeCommand['run'] | undefined {
  return path === undefined ? undefined : { kind: 'file', path, args }
}
