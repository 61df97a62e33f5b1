/** Looks for secrets in the content of one file. */
export interface SecretScan {
  /** What was found so far, in words; nothing of the secret itself. */
  add(bytes: Uint8Array): string | undefined
}

/** Names of files that hold secrets and nothing else that a cache needs. */
const secretNames =
  /^(\.npmrc|\.yarnrc|\.netrc|_netrc|\.git-credentials|\.pypirc|\.pgpass|\.my\.cnf|\.htpasswd|\.dockercfg|\.docker-config\.json|credentials(\.(toml|json|db|xml))?|application_default_credentials\.json|settings-security\.xml|id_(rsa|dsa|ecdsa|ed25519))$/

/** What tokens and keys look like. Each begins with something rare. */
const patterns: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-/],
  ['a token of npm', /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])|:_(?:authToken|auth|password) {0,4}= {0,4}[^\s${]{8}/],
  ['a token of GitHub', /gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/],
  ['a token of GitLab', /glpat-[A-Za-z0-9_-]{20}/],
  ['a key of AWS', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?<!EXAMPLE)(?![A-Za-z0-9])/],
  ['a key of AWS', /aws_secret_access_key["']? {0,4}[=:] {0,4}["']?[A-Za-z0-9/+]{40}(?<!EXAMPLEKEY)/i],
  ['a token of Slack', /xox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{10,}/],
  ['a key of Stripe', /[sr]k_live_[A-Za-z0-9]{24}/],
  ['a token of PyPI', /pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50}/],
  ['a token of Docker Hub', /dckr_(?:pat|oat)_[A-Za-z0-9_-]{27}/],
  ['a token of Hugging Face', /(?<![A-Za-z0-9])hf_[A-Za-z]{34}(?![A-Za-z0-9])/],
  ['a key of Google', /"private_key_id": {0,4}"[0-9a-f]{40}"/],
]
/** Longer than whatever the patterns match, so that nothing hides between two pieces. */
const overlap = 256

/** Why a file stays here because of its name; undefined for ordinary names. */
export function secretName(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const isDocker = path === '.docker/config.json' || path.endsWith('/.docker/config.json')
  return secretNames.test(name) || isDocker ? 'files of that name hold credentials' : undefined
}

/** What to look for besides the patterns: the values of secrets, their words, and what they become in headers. */
export function secretNeedles(values: readonly Uint8Array[]): readonly Buffer[] {
  const needles = new Set<string>()
  for (const value of values) {
    const text = Buffer.from(value).toString('latin1')
    const trimmed = text.trim()
    if (trimmed.length >= shortestValue) {
      needles.add(trimmed)
      needles.add(Buffer.from(trimmed, 'latin1').toString('base64').replace(/=+$/, ''))
    }
    // Files such as .npmrc hold tokens among words that are no secret.
    for (const word of text.split(/[\s"'=:,;/@]+/)) if (looksRandom(word)) needles.add(word)
  }
  return [...needles].map((needle) => Buffer.from(needle, 'latin1'))
}

/** Shorter values stand in many files by chance. */
const shortestValue = 6

function looksRandom(word: string): boolean {
  return word.length >= 16 && /\d/.test(word) && /[A-Za-z]/.test(word) && !/^[\d.]+$/.test(word)
}

/** A scan of one file. */
export function scanForSecrets(needles: readonly Buffer[]): SecretScan {
  const longest = Math.max(overlap, ...needles.map((needle) => needle.length))
  let tail: Uint8Array = Buffer.alloc(0)
  let found: string | undefined
  return {
    add(bytes) {
      if (found !== undefined) return found
      const joined =
        tail.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : Buffer.concat([tail, bytes])
      if (needles.some((needle) => joined.includes(needle))) found = 'it holds a secret of this build'
      else found = inText(joined.toString('latin1'))
      tail = Buffer.from(joined.subarray(Math.max(0, joined.length - longest)))
      return found
    },
  }
}

/** One pattern after the other: V8 looks for the rare beginning of each five times as fast as for one of them all. */
function inText(text: string): string | undefined {
  const found = patterns.find(([, pattern]) => pattern.test(text))
  return found === undefined ? undefined : `it holds ${found[0]}`
}
