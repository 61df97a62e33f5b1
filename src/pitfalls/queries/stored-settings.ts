import type { ShellCommand } from '../../shell/index.ts'

/** A command that stores what it is told in a file of its tool. */
export interface StoredSettings {
  readonly tool: string
  /** For people. */
  readonly place: string
  /** Where it usually is, when that is one file. */
  readonly path?: string
}

interface Rule {
  readonly programs: readonly string[]
  /** The words behind the program, joined by blanks. */
  readonly words: RegExp
  readonly place: string
  readonly path?: string
}

/** Login and configuration commands: what they take is readable in a file afterwards. */
const rules: readonly Rule[] = [
  { programs: ['npm', 'pnpm'], words: /^(?:config |c )?set /, place: '`.npmrc`', path: '/root/.npmrc' },
  { programs: ['yarn'], words: /^config set /, place: 'the configuration of Yarn' },
  {
    programs: ['git'],
    words: /^config (?!.*(?:--unset|--get|--list|--remove-section))/,
    place: 'the configuration of Git',
    path: '/root/.gitconfig',
  },
  { programs: ['git'], words: /^(?:-c \S+ )*clone .*:\/\/[^\s/]*@/, place: '`.git/config` of the clone' },
  { programs: ['git'], words: /^remote (?:add|set-url) .*:\/\/[^\s/]*@/, place: '`.git/config`' },
  { programs: ['pip', 'pip3'], words: /^config (?:--\w+ )*set /, place: '`pip.conf`' },
  { programs: ['poetry'], words: /^config .*(?:http-basic|pypi-token)/, place: 'the configuration of Poetry' },
  { programs: ['composer'], words: /^config .*(?:oauth|token|http-basic|bearer)/, place: '`auth.json` of Composer' },
  { programs: ['bundle', 'bundler'], words: /^config /, place: 'the configuration of Bundler' },
  { programs: ['gem'], words: /^sources? (?:--add|-a) /, place: '`.gemrc`' },
  { programs: ['aws'], words: /^configure set /, place: '`.aws/credentials`' },
  {
    programs: ['dotnet', 'nuget'],
    words: /^(?:nuget )?(?:add|update|sources?) .*-p(?:assword)?[ =]/i,
    place: '`NuGet.Config`',
  },
  { programs: ['cargo'], words: /^login\b/, place: '`credentials.toml` of Cargo' },
  { programs: ['docker', 'podman', 'buildah', 'skopeo', 'nerdctl'], words: /^login\b/, place: '`.docker/config.json`' },
  { programs: ['helm', 'oras', 'crane'], words: /^(?:registry |auth )?login\b/, place: 'the file of registry logins' },
  { programs: ['gh', 'glab'], words: /^auth login\b/, place: 'its configuration' },
  { programs: ['huggingface-cli', 'hf'], words: /^(?:auth )?login\b/, place: 'the cache of Hugging Face' },
  { programs: ['conda', 'mamba'], words: /^config .*:\/\//, place: '`.condarc`' },
  { programs: ['go'], words: /^env -w /, place: 'the settings of Go' },
  { programs: ['gcloud'], words: /^auth (?:activate-service-account|login)\b/, place: 'the configuration of gcloud' },
  { programs: ['az'], words: /^login\b/, place: 'the configuration of az' },
]

/** What a command stores, when it is one that does. */
export function settingsWrittenBy({
  program,
  words,
}: Pick<ShellCommand, 'program' | 'words'>): StoredSettings | undefined {
  const text = words.map((word) => word.text).join(' ')
  const rule = rules.find(({ programs, words: pattern }) => programs.includes(program) && pattern.test(text))
  if (rule === undefined) return undefined
  const path = rule.path ?? (/^(?:-c \S+ )*clone /.test(text) ? cloneDirectory(words) : undefined)
  return { tool: program, place: rule.place, ...(path === undefined ? {} : { path }) }
}

/** Where `git clone` puts its files: what it is told, or the last part of the address. */
function cloneDirectory(words: ShellCommand['words']): string | undefined {
  const at = words.findIndex(({ text }) => /:\/\//.test(text))
  const directory = words[at + 1]
  if (directory !== undefined && !directory.text.startsWith('-')) return directory.value
  return words[at]?.text
    .replace(/["']/g, '')
    .replace(/\/+$/, '')
    .split('/')
    .at(-1)
    ?.replace(/\.git$/, '')
}
