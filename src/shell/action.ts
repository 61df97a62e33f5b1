import type { ShellCommand, ShellWord } from './command.ts'

/** Programs that bring packages: of the system, and of languages. */
export type PackageManager =
  | 'apt'
  | 'apk'
  | 'dnf'
  | 'zypper'
  | 'pacman'
  | 'npm'
  | 'yarn'
  | 'pnpm'
  | 'bun'
  | 'pip'
  | 'uv'
  | 'poetry'
  | 'pipenv'
  | 'pdm'
  | 'conda'
  | 'go'
  | 'cargo'
  | 'maven'
  | 'gradle'
  | 'composer'
  | 'gem'
  | 'bundler'
  | 'dotnet'
  | 'mix'

/** A package as a command names it. */
export interface NamedPackage {
  /** As written: `libpq-dev=15.*`, `flask==3.0`, `left-pad@1`. */
  readonly text: string
  readonly name: string
  /** Absent when any version will do. `exact` when only one fits. */
  readonly version?: { readonly text: string; readonly exact: boolean }
  readonly word: ShellWord
}

/** What a command does, as far as images are concerned. Paths are absolute where the directory is known, wildcards kept. */
export type Action = { readonly command: ShellCommand } /** `apt-get update`, `apk update`, `dnf makecache`. */ & (
  | { readonly kind: 'refresh-index'; readonly manager: PackageManager }
  | Install
  | { readonly kind: 'uninstall'; readonly manager: PackageManager; readonly packages: readonly NamedPackage[] }
  /** Packages for development go: `npm prune --omit=dev`, `composer install --no-dev` is an install. */
  | { readonly kind: 'prune-dev'; readonly manager: PackageManager }
  /** `npm cache clean --force`, `apt-get clean`, `pip cache purge`, `yarn cache clean`, `dnf clean all`. */
  | { readonly kind: 'clean-cache'; readonly manager: PackageManager }
  /** `apt-get upgrade|dist-upgrade`, `apk upgrade`. */
  | { readonly kind: 'upgrade'; readonly manager: PackageManager }
  /** Makes something of source: `npm run build`, `tsc`, `go build`, `cargo build`, `mvn package`, `make`, `gcc`, `python -m build`. */
  | Build
  | { readonly kind: 'test'; readonly tool: string }
  | { readonly kind: 'delete'; readonly paths: readonly string[]; readonly recursive: boolean }
  /** `output`: absent when it goes to standard output. */
  | { readonly kind: 'download'; readonly tool: string; readonly urls: readonly string[]; readonly output?: string }
  | { readonly kind: 'clone'; readonly url: string; readonly directory?: string }
  | { readonly kind: 'unpack'; readonly archive?: string; readonly directory?: string }
  | {
      readonly kind: 'chown' | 'chmod'
      readonly recursive: boolean
      readonly spec: string
      readonly paths: readonly string[]
    }
  | {
      readonly kind: 'create-user'
      readonly name: string
      readonly uid?: number
      readonly home?: string
      readonly group?: string
    }
  | { readonly kind: 'create-group'; readonly name: string; readonly gid?: number }
  | { readonly kind: 'make-directory'; readonly paths: readonly string[] }
  /** Redirections, `tee`, `touch`, `printf > x`. */
  | { readonly kind: 'write'; readonly paths: readonly string[] }
  | { readonly kind: 'copy' | 'move' | 'link'; readonly sources: readonly string[]; readonly destination: string }
  | { readonly kind: 'strip'; readonly paths: readonly string[] }
  /** Waits for requests or work: `node server.js`, `nginx`. Whatever nobody knows. */
  | { readonly kind: 'other' }
)

export interface Install {
  readonly kind: 'install'
  readonly manager: PackageManager
  /** The subcommand as written: `install`, `ci`, `add`, `mod download`, `dependency:go-offline`, `fetch`, `sync`. */
  readonly subcommand: string
  /**
   * `named`: the command line names what is wanted. `manifest`: a manifest does (`npm install`, `pip install -r`,
   * `pip install .`, `poetry install`), and `locked` tells whether a lock file decides the versions.
   */
  readonly what: 'named' | 'manifest'
  readonly packages: readonly NamedPackage[]
  /** Files that the command line names: `requirements.txt`, a constraint file. As written. */
  readonly files: readonly string[]
  /** Only what the lock file says, or an error: `npm ci`, `--frozen-lockfile`, `--immutable`, `--locked`, `--require-hashes`. */
  readonly locked: boolean
  /** Packages for development are left out (`--omit=dev`, `--production`, `--no-dev`, `--only main`, NODE_ENV=production for npm and yarn 1). */
  readonly production: boolean
  /** `system`: into the image at large, by a distribution's manager. `global`: `npm -g`, `pip` without a venv. `project`, `user` (`pip --user`), `prefix` (`--prefix`, `--target`, `--root`). */
  readonly scope: 'system' | 'global' | 'project' | 'user' | 'prefix'
  /** The directory of `prefix`, or the project's. Absolute where known. */
  readonly directory?: string
  /** The command leaves no download cache: `apk add --no-cache`, `pip --no-cache-dir`, PIP_NO_CACHE_DIR, `dnf --setopt=keepcache=0`. */
  readonly noCache: boolean
  /** apt: `--no-install-recommends`, or APT::Install-Recommends=false. Others: true. */
  readonly noRecommends: boolean
  /** `-y`, `--yes`, `-qq`, DEBIAN_FRONTEND: nobody is asked. True for managers that do not ask. */
  readonly assumeYes: boolean
  /** apk's `--virtual NAME`. */
  readonly virtual?: string
  /** Install scripts are not run: `--ignore-scripts`. */
  readonly noScripts: boolean
}

export interface Build {
  readonly kind: 'build'
  /** `npm`, `yarn`, `tsc`, `vite`, `next`, `go`, `cargo`, `maven`, `gradle`, `make`, `cmake`, `gcc`, `python`, `dotnet`, `jlink` … */
  readonly tool: string
  /** The script of the manifest: `build` of `npm run build`. */
  readonly script?: string
  /** The directory it works in, and the paths it is told to write; absolute where known. */
  readonly directory?: string
  readonly outputs: readonly string[]
  /** `go build -ldflags`, `gcc -s`, `cargo --release`: the symbols are left out. Undefined when nothing on the line tells. */
  readonly stripped?: boolean
  /** For machine code: nothing is linked at run time. `CGO_ENABLED=0`, a musl target, `-static`. Undefined when nothing tells. */
  readonly static?: boolean
  /** For machine code: GOARCH, `--target`, the prefix of a cross compiler; as written. */
  readonly targetArch?: string
}
