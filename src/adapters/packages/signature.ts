import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'

export interface SignedText {
  /** The text that the signature covers. */
  readonly text: string
  /** The armoured detached signature. */
  readonly signature: string
}

/**
 * Takes a cleartext-signed message apart (RFC 4880, section 7). Only a file that is one such message and nothing else is
 * accepted, so that no byte outside the signature is ever read as if it were signed.
 */
export function splitClearsigned(message: string, name: string): SignedText {
  const lines = message.replace(/\n+$/, '').split('\n')
  const start = lines.indexOf('')
  const end = lines.indexOf('-----BEGIN PGP SIGNATURE-----')
  const wellFormed =
    lines[0] === '-----BEGIN PGP SIGNED MESSAGE-----' &&
    start > 0 &&
    lines.slice(1, start).every((line) => line.startsWith('Hash: ')) &&
    end > start &&
    lines.indexOf('-----END PGP SIGNATURE-----') === lines.length - 1
  if (!wellFormed) throw new SlipwayError('package-archive', `${name} is not a signed index of a package archive`)
  const text = lines
    .slice(start + 1, end)
    .map((line) => (line.startsWith('- ') ? line.slice(2) : line).replace(/[ \t\r]+$/, ''))
    .join('\n')
  return { text, signature: `${lines.slice(end).join('\n')}\n` }
}

/**
 * Checks a detached signature with the first of gpgv, sqv and gpg that is installed. `keyring` holds OpenPGP keys in binary
 * form. Resolves when at least one key of it made a good signature and no signature is bad; throws `package-archive`
 * otherwise, also when no verifier is installed.
 */
export async function verifySignature(signed: SignedText, keyring: Uint8Array, name: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-verify-'))
  try {
    const files = {
      keyring: join(directory, 'keys.gpg'),
      text: join(directory, 'text'),
      signature: join(directory, 'text.asc'),
    }
    writeFileSync(files.keyring, keyring)
    writeFileSync(files.text, signed.text)
    writeFileSync(files.signature, signed.signature)
    for (const verifier of verifiers) {
      const outcome = await start(verifier.command, [...verifier.args(files, directory)])
      if (outcome === undefined) continue
      if (verifier.accepts(outcome)) return
      throw new SlipwayError('package-archive', `the signature of ${name} is not good`, {
        notes: outcome.output.split('\n').filter((line) => line !== '' && !line.startsWith('[GNUPG:]')),
        hint: 'the mirror is damaged or changed, or signs with a key that is not in the keyring',
      })
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  throw new SlipwayError(
    'package-archive',
    `cannot check the signature of ${name}: gpgv, sqv and gpg are all missing`,
    {
      hint: 'install one of them: package gpgv or sqv (Debian, Ubuntu), gnupg2 (Fedora), gnupg (Alpine, Homebrew)',
    },
  )
}

interface VerifierFiles {
  readonly keyring: string
  readonly text: string
  readonly signature: string
}

interface Outcome {
  readonly code: number
  readonly output: string
}

interface Verifier {
  readonly command: string
  args(files: VerifierFiles, directory: string): readonly string[]
  accepts(outcome: Outcome): boolean
}

const verifiers: readonly Verifier[] = [
  {
    command: 'gpgv',
    args: (files, directory) => [
      '--homedir',
      directory,
      '--status-fd',
      '1',
      '--keyring',
      files.keyring,
      files.signature,
      files.text,
    ],
    accepts: ({ output }) => gnupgAccepts(output),
  },
  {
    command: 'sqv',
    args: (files) => ['--keyring', files.keyring, files.signature, files.text],
    accepts: ({ code }) => code === 0,
  },
  {
    command: 'gpg',
    args: (files, directory) =>
      ['--homedir', directory, '--no-options', '--batch', '--no-auto-key-retrieve', '--trust-model', 'always'].concat(
        ['--no-default-keyring', '--keyring', files.keyring, '--status-fd', '1'],
        ['--verify', files.signature, files.text],
      ),
    accepts: ({ output }) => gnupgAccepts(output),
  },
]

/**
 * GnuPG's exit code is no answer: it is 2 as soon as one of several signatures is by an unknown key. The status lines are
 * the documented interface (doc/DETAILS). VALIDSIG also follows signatures of expired and revoked keys, hence the look at
 * the line that introduced it.
 */
export function gnupgAccepts(output: string): boolean {
  let good = 0
  let current = ''
  for (const line of output.split('\n')) {
    const [, status] = /^\[GNUPG:\] ([A-Z]+)/.exec(line) ?? []
    if (status === 'BADSIG') return false
    if (status === 'NEWSIG' || (status !== undefined && /^(GOOD|EXP|EXPKEY|REVKEY|ERR)SIG$/.test(status)))
      current = status
    if (status === 'VALIDSIG' && current === 'GOODSIG') good += 1
  }
  return good > 0
}

/** Runs a program to its end; undefined when it is not installed. */
function start(command: string, args: readonly string[]): Promise<Outcome | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
