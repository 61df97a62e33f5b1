import { spawn } from 'node:child_process'
import { SlipwayError } from '../../core/index.ts'
import { explainGitFailure } from './git-failure.ts'
import { sshCommand } from './git-remote.ts'
import { redactUrls } from './redact.ts'

export interface GitCommandOptions {
  readonly cwd: string
  readonly signal: AbortSignal
  /** `file` is only allowed where the user named a local repository. */
  readonly protocols: string
  /** Settings that may be secret; they go by the environment. */
  readonly config?: readonly (readonly [string, string])[]
  readonly env?: Readonly<Record<string, string>>
}

/** What of the caller's environment git may see: where to find things, how to reach the network, the ssh agent. */
const passed =
  /^(PATH|HOME|TMPDIR|SSH_AUTH_SOCK|GIT_SSH_COMMAND|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO|(https?|no|all)_proxy)$/i

/**
 * Runs git and returns its standard output. Never asks questions, reads no configuration but the repository's, runs no
 * hooks. Throws `git-failed` with the last lines of standard error, credentials removed.
 */
export async function git(argv: readonly string[], options: GitCommandOptions): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const { code, stdout, stderr } = await run(argv, options)
    if (code === 0) return stdout
    // Two builds may fetch into one repository: git does not wait for its lock files.
    if (
      attempt < 20 &&
      /\.lock': File exists|unable to create .*\.lock|shallow file has changed|cannot lock ref/i.test(stderr)
    ) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      continue
    }
    const lines = redactUrls(stderr)
      .trim()
      .split('\n')
      .filter((line) => line !== '')
    const reason = lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? `exit code ${code}`
    throw new SlipwayError(
      'git-failed',
      `git ${argv.find((word) => !word.startsWith('-'))}: ${reason.replace(/^(fatal|error): /, '')}`,
      {
        notes: lines.slice(-10),
        ...explainGitFailure(stderr),
      },
    )
  }
}

interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(argv: readonly string[], options: GitCommandOptions): Promise<Finished> {
  const { cwd, signal } = options
  return new Promise((resolve, reject) => {
    const child = spawn('git', argv, { cwd, env: environment(options), stdio: ['ignore', 'pipe', 'pipe'], signal })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-65_536)))
    child.on('error', (error: NodeJS.ErrnoException) => reject(startFailure(error, signal)))
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
  })
}

const settings: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.symlinks', 'true'],
  ['core.autocrlf', 'false'],
  ['safe.directory', '*'],
  ['gc.auto', '0'],
  // Less than 1 kB in a whole minute: the server is gone.
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '60'],
]

function environment({ protocols, config = [], env = {} }: GitCommandOptions): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(
    Object.entries(process.env).filter(([name, value]) => value !== '' && passed.test(name)),
  )
  const all = [...settings, ...config]
  const pairs = all.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  const authorities = kept['SSL_CERT_FILE']
  return {
    // Debian's git is built with GnuTLS, which does not know the variable that names authorities for OpenSSL.
    ...(authorities === undefined ? {} : { GIT_SSL_CAINFO: authorities }),
    GIT_SSH_COMMAND: sshCommand,
    ...kept,
    ...env,
    ...Object.fromEntries(pairs),
    GIT_CONFIG_COUNT: String(all.length),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    GIT_ALLOW_PROTOCOL: protocols,
    GIT_LFS_SKIP_SMUDGE: '1',
    LC_ALL: 'C',
  }
}

function startFailure(error: NodeJS.ErrnoException, signal: AbortSignal): SlipwayError {
  if (signal.aborted) return new SlipwayError('cancelled', 'the build was cancelled')
  return new SlipwayError(
    'git-failed',
    error.code === 'ENOENT' ? 'git is not installed' : `git cannot be started: ${error.message}`,
    {
      hint: 'contexts and ADD sources in git repositories need the git program',
      cause: error,
    },
  )
}
