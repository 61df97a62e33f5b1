/**
 * Whether a variable of that name holds a credential. The last word decides: `DB_PASSWORD` is one, `DB_PASSWORD_FILE`
 * says where it lies, `TOKEN_BUCKET_SIZE` limits something and `JWT_PUBLIC_KEY` is for everybody.
 */
export function namesCredential(name: string): boolean {
  // Bundler's way to name a host: BUNDLE_GEMS__EXAMPLE__COM holds `user:password`.
  if (/^BUNDLE_\w+?__\w+$/.test(name)) return true
  const words = withoutQualifiers(wordsOf(name))
  // `DB_PASSWORD2` is the second of them.
  const last = words.at(-1)?.replace(/\d+$/, '') ?? ''
  if (words.some((word) => open.has(word)) || switches.has(words[0] ?? '')) return false
  if (places.has(name.toUpperCase()) || unlike.test(words.slice(-2).join(' '))) return false
  if (last === 'base' && words.slice(-3).join(' ') === 'secret key base') return true
  return head.test(last) || (words.length > 1 && endsInCredential(words.at(-2) ?? '', last))
}

/** What a credential is called, also grown together with what stands before it: `PGPASSWORD`, `apikey`. */
const head =
  /^(?!no)\w*(?:password|passwd|passphrase|passcode|pword|secret|token|apikey|secretkey|privatekey|accesskey)$|^(?:pass|(?:key|store|db)pass|secrets|credentials?|creds|apikeys)$/

/** Words that are credentials only behind another word, and those that take it back. */
const tails: Readonly<Record<string, ReadonlySet<string>>> = {
  key: new Set(
    `cache sort primary foreign partition index lookup map hash gpg pgp apt apk yum rpm repo repository host known object
    bucket config feature flag translation i18n json dict shard routing group idempotency row unique hot arrow function
    site trusted verify verification verifying release archive keyring attribute metric tag label
    build`.split(/\s+/),
  ),
  keys: new Set(),
  pwd: new Set(['old', 'initial']),
  pw: new Set(),
  pat: new Set(),
  tokens: new Set(),
  passwords: new Set(),
  auth: new Set(),
}

/** What makes `auth` and plurals credentials: they are something else more often. */
const owners: Readonly<Record<string, ReadonlySet<string>>> = {
  auth: new Set(
    'npm yarn docker registry redis basic http proxy artifactory nexus pip pypi composer git github gitlab'.split(' '),
  ),
  keys: new Set(['api', 'secret', 'private', 'access', 'ssh', 'encryption', 'signing']),
  tokens: new Set(['api', 'access', 'auth', 'secret', 'deploy']),
  passwords: new Set(['user', 'admin', 'db', 'default']),
}

/** Tokens that are marks in a text, and passes over something. */
const unlike =
  /^(?:(?:pad|eos|bos|unk|mask|sep|cls|stop|special|image) token|(?:first|second|third|two|multi|single|build|by) pass)$/

/** Everybody may see what is called so. */
const open = new Set(['public', 'pub', 'publishable', 'anon', 'anonymous'])

/** Names that begin so turn something on or off. */
const switches = new Set(
  'enable enabled disable disabled use skip no require required has allow validate check reset forgot show hide is max min num'.split(
    ' ',
  ),
)

/** By convention the path of a file. */
const places = new Set([
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GIT_ASKPASS',
  'SSH_ASKPASS',
  'SUDO_ASKPASS',
  'PWD',
  'OLDPWD',
])

/** What stands behind the name proper: which one of several it is, or how it is written. */
const qualifiers =
  /^(?:prod|production|dev|development|staging|stage|test|testing|ci|local|default|old|new|current|previous|base64|b64|encoded|value|val|plain|raw|ro|rw|\d+)$/

function withoutQualifiers(words: readonly string[]): readonly string[] {
  const last = words.findLastIndex((word) => !qualifiers.test(word))
  return words.slice(0, last + 1)
}

function endsInCredential(before: string, last: string): boolean {
  const not = tails[last]
  const only = owners[last]
  return not !== undefined && !not.has(before) && (only === undefined || only.has(before))
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}
