import { namesCredential } from './credential-names.ts'

/** The name of a variable, or of a setting, as words: `dbPassword` and `DB_PASSWORD` are `db_password`. */
function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_*\d*$/g, '')
}

/** Those are sent to browsers, or name what is no secret. */
const publicName =
  /(?:^|_)(?:public|publishable|pub|anon|site|next_public|vite|react_app|gatsby|expo_public|nuxt_public|example|csrf_cookie)(?:_|$)/

/** Whether a value says nothing: it is empty, refers to something else, or waits to be filled in. */
export function isPlaceholder(value: string): boolean {
  const bare = value
    .trim()
    .replace(/^(["'])([^]*)\1$/, '$2')
    .trim()
  return (
    bare === '' ||
    /^\$[A-Za-z_]\w*$|\$[{(][A-Za-z_]|^\{\{|^<.*>$|^<%|^%[\w.]+%$|^@[\w.]+@$|^#\{|^\[.*\]$|^__\w+__$/.test(bare) ||
    /^(?:change.?(?:me|it|this)|replace.?(?:me|this).*|fill.?(?:me|in).*|to.?be.?(?:set|filled|replaced).*|your[-_ ].*|my[-_](?:secret|token|password|api).*|.*[-_ ]here|insert[-_ ].*|enter[-_ ].*|x{3,}|\*{3,}|\.{3,}|-+|todo|tbd|none|null|nil|undefined|true|false|yes|no|on|off|n\/a|example.*|.*[-_]example|placeholders?(?:[-_ ](?:value|text|password|secret|token|key|for[-_ ].*))?|dummy|sample|redacted|optional|required|enabled|disabled|basic|bearer|file|env|vault|ssm|plain|default)$/i.test(
      bare,
    )
  )
}

/** A value that some reader made of a password: the userinfo of an address. */
const urlPassword = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,40}:\/\/[^\s:/@"'<>]*:([^\s@/"'<>]+)@[\w.[-]/gi

/** The place of the first `scheme://user:password@host` whose password is a literal. */
export function findUrlPassword(text: string): number | undefined {
  for (const found of text.matchAll(urlPassword)) {
    const password = found[1] ?? ''
    if (!isPlaceholder(password) && !/\$[{(A-Z]|\{\{|<|%\(/.test(password)) return found.index
  }
  return undefined
}

/** One `name = value` of a text. */
export interface Setting {
  readonly name: string
  readonly value: string
  readonly index: number
}

/** `export NAME=value`, `name = "value"`, `name: value`, `"name": "value"`: one on a line, comments left out. */
export function settingsOf(text: string): readonly Setting[] {
  const line =
    /^[ \t]*(?:-[ \t]+)?(?:export[ \t]+|set[ \t]+|ENV[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*(?:=>|[=:])[ \t]*(.*?)[ \t\r]*,?$/gm
  return [...text.matchAll(line)].map((found) => ({
    name: found[1] ?? '',
    value: withoutComment(found[2] ?? ''),
    index: found.index + (found[0].length - found[0].trimStart().length),
  }))
}

function withoutComment(value: string): string {
  const quoted = /^(["'])((?:(?!\1).)*)\1/.exec(value)
  return quoted === null ? value.replace(/(?:^|\s)[#;].*$/, '').trim() : (quoted[2] ?? '')
}

/** The place of the first setting that is a credential with a value of its own. */
export function findCredential(text: string): number | undefined {
  return settingsOf(text).find(({ name, value }) => holdsCredential(name, value))?.index
}

function holdsCredential(name: string, value: string): boolean {
  const text = words(name)
  if (isPlaceholder(value) || publicName.test(text)) return false
  // `STRIPE_KEY`, `TABLE_KEY`: only what looks like one.
  if (/(?:^|_)key$/.test(text) && !secretKey.test(text)) return looksRandom(value)
  return namesCredential(name) && !/^(?:\d{1,5}|\/[\w./-]+|\.{1,2}\/.*|[|>&{[].*)$/.test(value)
}

/** Other keys find a row, a translation or an entry of a cache. */
const secretKey =
  /(?:^|_)(?:api|secret|access|private|encryption|encrypt|signing|sign|master|auth|admin|service|session|jwt|hmac|app|account|storage|cookie|webhook|license|ssh|deploy|shared)_key$/

function looksRandom(value: string): boolean {
  return /^[\w+/=-]{16,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value)
}
