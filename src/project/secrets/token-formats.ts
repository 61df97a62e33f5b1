/** Something in a text that grants access, by its form alone. */
export interface FoundToken {
  readonly what: string
  readonly index: number
}

/**
 * Forms of tokens, each with a text that is in all of them: that is looked for first, which takes a fifth of the time.
 * They are as long as their issuers make them.
 */
const formats: readonly (readonly [string, string, RegExp])[] = [
  ['a key of AWS', 'AKIA', /(?<![A-Za-z0-9])AKIA[A-Z0-9]{16}(?![A-Za-z0-9])/g],
  ['a key of AWS', 'ASIA', /(?<![A-Za-z0-9])ASIA[A-Z0-9]{16}(?![A-Za-z0-9])/g],
  [
    'a key of AWS',
    'aws_secret_access_key',
    /aws_secret_access_key["']?\s{0,4}[=:]\s{0,4}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/g,
  ],
  [
    'a key of AWS',
    'AWS_SECRET_ACCESS_KEY',
    /AWS_SECRET_ACCESS_KEY["']?\s{0,4}[=:]\s{0,4}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/g,
  ],
  ['a token of GitHub', 'ghp_', /(?<![A-Za-z0-9])ghp_[A-Za-z0-9]{36,}/g],
  ['a token of GitHub', 'gho_', /(?<![A-Za-z0-9])gho_[A-Za-z0-9]{36,}/g],
  ['a token of GitHub', 'ghu_', /(?<![A-Za-z0-9])ghu_[A-Za-z0-9]{36,}/g],
  ['a token of GitHub', 'ghs_', /(?<![A-Za-z0-9])ghs_[A-Za-z0-9]{36,}/g],
  ['a token of GitHub', 'ghr_', /(?<![A-Za-z0-9])ghr_[A-Za-z0-9]{36,}/g],
  ['a token of GitHub', 'github_pat_', /github_pat_[A-Za-z0-9]{20,}_[A-Za-z0-9]{30,}/g],
  ['a token of GitLab', 'glpat-', /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,}/g],
  ['a token of npm', 'npm_', /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g],
  ['a token of Slack', 'xox', /(?<![A-Za-z0-9])xox[abeprs]-[0-9]{8,}-[A-Za-z0-9-]{10,}/g],
  [
    'a webhook of Slack',
    'hooks.slack.com',
    /hooks\.slack\.com\/services\/T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{20,}/g,
  ],
  ['a key of Stripe', 'k_live_', /(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{20,}/g],
  ['a key of Google', 'AIza', /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g],
  ['a token of PyPI', 'pypi-AgEIcHlwaS5vcmc', /pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/g],
  ['a token of Docker Hub', 'dckr_', /dckr_[po]at_[A-Za-z0-9_-]{27}/g],
  ['a token of Hugging Face', 'hf_', /(?<![A-Za-z0-9])hf_[A-Za-z]{34}(?![A-Za-z0-9])/g],
  ['a key of Anthropic', 'sk-ant-', /sk-ant-[a-z0-9]{4,8}-[A-Za-z0-9_-]{60,}/g],
  ['a key of OpenAI', 'sk-', /(?<![A-Za-z0-9])sk-(?:proj|svcacct)-[A-Za-z0-9_-]{40,}/g],
  ['a key of SendGrid', 'SG.', /(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g],
  ['a token of Shopify', 'shp', /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/g],
  ['a token of Vault', 'hvs.', /(?<![A-Za-z0-9])hvs\.[A-Za-z0-9_-]{24,}/g],
  ['a token of DigitalOcean', '_v1_', /do[opr]_v1_[a-f0-9]{64}/g],
]

/** A body that shows that it stands for something else: issuers' examples end in EXAMPLE, people write x's. */
const stoodFor = /example|placeholder|dummy|redacted|x{8}|\*{4}|1234567890abcdef|abcdefghijkl/i

/** The first token of a known form in a text. */
export function findToken(text: string): FoundToken | undefined {
  let first: FoundToken | undefined
  for (const [what, mark, format] of formats) {
    if (!text.includes(mark)) continue
    for (const { 0: match, index } of text.matchAll(format)) {
      if (stoodFor.test(match)) continue
      if (first === undefined || index < first.index) first = { what, index }
      break
    }
  }
  return isPublicKey(first, text) ? undefined : first
}

/** A key in the settings of a web or phone app is sent to everyone who runs it. */
function isPublicKey(token: FoundToken | undefined, text: string): boolean {
  return token?.what === 'a key of Google' && /authDomain|mobilesdk_app_id|GOOGLE_APP_ID|NEXT_PUBLIC_|VITE_/.test(text)
}

const keyBlock =
  /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----((?:\s|\\[nr]|[\w+/=.,: -]){0,40}[A-Za-z0-9+/=-]{2})/

/** The place of a private key. In source code, only with a body: code that reads keys names the first line. */
export function findPrivateKey(text: string, isCode: boolean): number | undefined {
  const found = keyBlock.exec(text)
  if (found === null) return /^PuTTY-User-Key-File-\d/.test(text) ? 0 : undefined
  const body = text.slice(found.index + found[0].length - (found[1]?.length ?? 0), found.index + 400)
  if (/^(?:\s|\\[nr])*-----END/.test(body) || /^(?:\s|\\[nr])*(?:\.{3}|<|x{4})/.test(body)) return undefined
  if (isCode && !/[A-Za-z0-9+/]{40}/.test(body.split('-----END')[0] ?? '')) return undefined
  return found.index
}
