import { type Options, readOptions, textOf } from './options.ts'
import { absolute, type Deed, type Reader, resolvePath, type Subject, own } from './subject.ts'

/** What brings files from elsewhere: curl, wget, git clone. */
export const downloads: Reader = (subject) => own(readers, subject.program)?.(subject)

const readers: Readonly<Record<string, (subject: Subject) => readonly Deed[] | undefined>> = {
  curl: (subject) => curl(subject),
  wget: (subject) => wget(subject),
  wget2: (subject) => wget(subject),
  aria2c: (subject) => aria(subject),
  git: (subject) => git(subject),
  svn: (subject) => {
    const [first, url, directory] = readOptions(subject.words, { values: new Set(['-r', '--revision']) }).operands.map(
      textOf,
    )
    if (!/^(co|checkout|export)$/.test(first ?? '') || url === undefined) return undefined
    return [{ kind: 'clone', url, directory: absolute(subject, directory ?? lastPart(url)) }]
  },
  hg: (subject) => {
    const [first, url, directory] = readOptions(subject.words, { values: new Set(['-r', '-b', '-u']) }).operands.map(
      textOf,
    )
    if (first !== 'clone' || url === undefined) return undefined
    return [{ kind: 'clone', url, directory: absolute(subject, directory ?? lastPart(url)) }]
  },
}

const curlValues: ReadonlySet<string> = new Set(
  `-o -H -d -X -A -u -e -m -w -x -b -c -E -T -F -C -K -y -Y -z -Q -r -t -P -D -U --header --data --request --output --retry
  --retry-delay --retry-max-time --cacert --connect-timeout --max-time --user --user-agent --proxy --cert --key --write-out
  --url --output-dir --referer --cookie --cookie-jar --data-raw --data-binary --data-urlencode --form --proto --resolve
  --proto-redir --limit-rate --ciphers --range --interface --config --dump-header --max-redirs --upload-file --capath
  --continue-at --speed-limit --speed-time --oauth2-bearer --netrc-file --unix-socket --tls-max --json`.split(/\s+/),
)

function curl(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: curlValues })
  const urls = [...options.values('--url'), ...options.operands.map(textOf)].filter((url) => !isOwn(url))
  const sends =
    options.has('-T', '--upload-file', '-I', '--head') ||
    /^(PUT|DELETE|HEAD)$/i.test(options.value('-X', '--request') ?? '')
  if (urls.length === 0 || sends) return undefined
  const into = options.value('--output-dir')
  const named =
    options.value('-o', '--output') ??
    (options.has('-O', '--remote-name', '--remote-name-all') ? lastPart(urls[0] ?? '') : undefined)
  const path = named === undefined || named === '-' || into === undefined ? named : `${into}/${named}`
  return [{ kind: 'download', tool: 'curl', urls, ...outputOf(subject, path) }]
}

const wgetValues: ReadonlySet<string> = new Set(
  `-O -P -o -a -U -t -T -Q -e -i -D -A -R -X -I -B -w -l --output-document --directory-prefix --header --tries --timeout
  --user-agent --user --password --post-data --post-file --output-file --append-output --waitretry --wait --read-timeout
  --connect-timeout --dns-timeout --ca-certificate --accept --reject --execute --input-file --referer --http-user
  --http-password --limit-rate --secure-protocol --progress --level --domains --method --body-data --load-cookies --save-cookies
  --retry-on-http-error`.split(/\s+/),
)

function wget(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: wgetValues })
  const urls = options.operands.map(textOf).filter((url) => !isOwn(url))
  if (urls.length === 0 || options.has('--spider')) return undefined
  const document = options.value('-O', '--output-document')
  const into = options.value('-P', '--directory-prefix')
  const name = urls.length === 1 ? lastPart(urls[0] ?? '') : '*'
  const path = document ?? (into === undefined ? name : `${into}/${name}`)
  return [{ kind: 'download', tool: 'wget', urls, ...outputOf(subject, path) }]
}

function aria(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set(['-o', '-d', '-x', '-s', '-k', '-j', '--out', '--dir', '--checksum', '-i', '-t']),
  })
  const urls = options.operands.map(textOf)
  if (urls.length === 0) return undefined
  const into = options.value('-d', '--dir')
  const name = options.value('-o', '--out') ?? lastPart(urls[0] ?? '')
  return [
    { kind: 'download', tool: 'aria2c', urls, ...outputOf(subject, into === undefined ? name : `${into}/${name}`) },
  ]
}

/** The machine itself answers: a question about its health, no download. */
function isOwn(url: string): boolean {
  return /^(https?:\/\/)?(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])(?=[:/?]|$)/i.test(url)
}

/** Where a download goes; without a name of its own the redirection of standard output tells. */
function outputOf(subject: Subject, path: string | undefined): { readonly output?: string } {
  if (path !== undefined && path !== '-') return { output: absolute(subject, path) }
  const { redirects, cwd } = subject.command
  const redirect = redirects.find(({ operator }) => /^1?>[>|]?$/.test(operator))
  return redirect === undefined ? {} : { output: resolvePath(cwd, textOf(redirect.target)) }
}

function lastPart(url: string): string {
  const path = url.replace(/[?#].*$/, '').replace(/\/+$/, '')
  return path.slice(path.lastIndexOf('/') + 1) || 'index.html'
}

const gitValues: ReadonlySet<string> = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace'])
const cloneValues: ReadonlySet<string> = new Set(
  `-b -o -c -j -u --branch --depth --origin --config --reference --template --filter --jobs --separate-git-dir --upload-pack
  --shallow-since --shallow-exclude --server-option --reference-if-able`.split(/\s+/),
)

function git(subject: Subject): readonly Deed[] | undefined {
  const at = subject.words.findIndex(
    (word, index) => !textOf(word).startsWith('-') && !gitValues.has(textOf(subject.words[index - 1] ?? word)),
  )
  const subcommand = subject.words[at]
  if (subcommand === undefined) return undefined
  const before = readOptions(subject.words.slice(0, at), { values: gitValues })
  const root = before.value('-C')
  const options: Options = readOptions(subject.words.slice(at + 1), { values: cloneValues })
  const [url, directory] = options.operands.map(textOf)
  if (textOf(subcommand) !== 'clone' || url === undefined) return undefined
  const name =
    directory ??
    lastPart(url)
      .replace(/\.git$/, '')
      .replace(/^.*:/, '')
  return [{ kind: 'clone', url, directory: absolute(subject, root === undefined ? name : `${root}/${name}`) }]
}
