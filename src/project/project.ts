import type { Source, Span } from '../core/index.ts'

/** A file of a build context, ignored or not. Paths are relative to the context, `/` between names, no `./` in front. */
export interface ContextFile {
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Bytes; 0 for all but files. */
  readonly size: number
  readonly executable: boolean
  /** The ignore file keeps it out of the context. */
  readonly ignored: boolean
}

/** What a build context holds, read and understood. */
export interface Project {
  /** Sorted by path. Directories that are ignored as a whole and need not be looked into stand alone, without what is in them. */
  readonly files: readonly ContextFile[]
  readonly file: (path: string) => ContextFile | undefined
  /** The files below a directory (`''` is the root), ignored ones included. */
  readonly below: (directory: string) => readonly ContextFile[]
  /** The ignore file that counts: `Dockerfile.dockerignore` or `.dockerignore`. */
  readonly ignore?: {
    readonly path: string
    readonly source: Source
    readonly patterns: readonly string[]
    readonly hasExceptions: boolean
  }
  /** Whether a path would be left out; also for paths that are not there. */
  readonly ignored: (path: string) => boolean
  /** The text of a file of at most 1 MiB that is UTF-8; undefined otherwise. Ignored files can be read too. */
  readonly text: (path: string) => string | undefined
  readonly node: readonly NodeManifest[]
  readonly python: readonly PythonManifest[]
  readonly go: readonly GoModule[]
  readonly rust: readonly RustPackage[]
  readonly java: readonly JavaProject[]
  /** Files that hold a credential, ignored ones included. */
  readonly secrets: readonly SecretFile[]
  readonly pipelines: readonly Pipeline[]
  readonly composeFiles: readonly ComposeFile[]
  /** The listing was cut (too many files): what is not listed may still be there. */
  readonly truncated: boolean
}

/** A package.json with its lock file. */
export interface NodeManifest {
  readonly path: string
  /** The directory, `''` for the root. */
  readonly directory: string
  readonly source: Source
  readonly name?: string
  readonly type?: 'module' | 'commonjs'
  readonly dependencies: ReadonlyMap<string, string>
  readonly devDependencies: ReadonlyMap<string, string>
  readonly optionalDependencies: ReadonlyMap<string, string>
  readonly scripts: ReadonlyMap<string, string>
  readonly workspaces: readonly string[]
  readonly packageManager?: string
  /** Beside it, or beside the root of its workspace. */
  readonly lock?: { readonly path: string; readonly manager: 'npm' | 'yarn' | 'pnpm' | 'bun' }
  /** Packages of the lock file (or of the manifest, without one), that hold or make machine code, and why that is known. */
  readonly native: readonly {
    readonly name: string
    readonly reason: string
    readonly dev: boolean
    readonly coversBothLibcs: boolean
  }[]
}

export interface PythonRequirement {
  readonly name: string
  readonly text: string
  /** `==` with a full version, or a direct URL with a hash. */
  readonly pinned: boolean
}

/** requirements*.txt, pyproject.toml, Pipfile, setup.py, environment.yml. */
export interface PythonManifest {
  readonly path: string
  readonly directory: string
  readonly kind: 'requirements' | 'pyproject' | 'pipfile' | 'setup' | 'conda'
  readonly requirements: readonly PythonRequirement[]
  readonly devRequirements: readonly PythonRequirement[]
  /** Every line has a hash, or a lock file stands beside it (poetry.lock, uv.lock, Pipfile.lock, pdm.lock). */
  readonly lock?: { readonly path: string }
  readonly hashed: boolean
  /** Build backend or tool: poetry, uv, hatch, pdm, setuptools. */
  readonly tool?: string
}

export interface GoModule {
  readonly directory: string
  readonly goVersion?: string
  readonly requires: readonly string[]
  readonly hasSum: boolean
  /** Some `.go` file (no test) imports "C", or a package that needs cgo (mattn/go-sqlite3, confluent-kafka-go …). */
  readonly usesCgo: boolean
  /** Some file imports net or os/user (directly or by net/http): with cgo, these link libc. */
  readonly usesNet: boolean
  /** Some file speaks TLS to others: `https://` with net/http, crypto/tls as a client, a cloud SDK, SMTP with TLS. */
  readonly usesTls: boolean
  /** Some file asks for a time zone by its name, and none brings the zones along (`time/tzdata`). */
  readonly needsZones: boolean
  /** Some file makes temporary files where the system has its directory for them. */
  readonly usesTemporary: boolean
}

export interface RustPackage {
  readonly directory: string
  readonly name?: string
  readonly binaries: readonly string[]
  readonly dependencies: readonly string[]
  readonly hasLock: boolean
  readonly isWorkspace: boolean
  /** `[profile.release] strip = true|"symbols"|"debuginfo"`. */
  readonly strips: boolean
  readonly usesTls: boolean
  /** A dependency links a C library that must be there at run time: openssl-sys → `libssl.so.3`. Vendored ones are not. */
  readonly libraries: readonly string[]
}

export interface JavaProject {
  readonly directory: string
  readonly tool: 'maven' | 'gradle'
  readonly hasWrapper: boolean
  readonly javaVersion?: string
  readonly artifact?: string
}

/** A file with a credential in it. The value itself is nowhere in here. */
export interface SecretFile {
  readonly path: string
  /** `a private key`, `an npm token`, `credentials of Google Cloud`, `a password` … */
  readonly what: string
  readonly ignored: boolean
  /** 1-based, where the content tells. */
  readonly line?: number
}

/** A file of a CI system, reduced to what it does with images. */
export interface Pipeline {
  readonly path: string
  readonly source: Source
  readonly system:
    | 'github'
    | 'gitlab'
    | 'circleci'
    | 'azure'
    | 'jenkins'
    | 'bitbucket'
    | 'drone'
    | 'buildkite'
    | 'travis'
  readonly builds: readonly PipelineBuild[]
  /** Some step runs a scanner (trivy, grype, snyk, docker scout, clair, anchore, slipway scan), and whether it can fail the pipeline. */
  readonly scans: readonly { readonly tool: string; readonly span: Span; readonly gates: boolean }[]
  /** Some step judges size or layers: dive with CI=true, slipway check/analyze budgets, a comparison of `docker image inspect … .Size`. */
  readonly budgets: readonly { readonly tool: string; readonly span: Span }[]
  readonly pushes: readonly { readonly span: Span; readonly image?: string }[]
}

export interface PipelineBuild {
  readonly span: Span
  /** Of the repository; as written. */
  readonly dockerfile?: string
  readonly context?: string
  readonly target?: string
  /** What the build sends away: `push: true`, `--push`, a later `docker push` of its tag. */
  readonly pushed: boolean
  readonly tags: readonly string[]
  readonly buildArgs: readonly { readonly name: string; readonly value?: string; readonly span: Span }[]
  readonly secrets: readonly string[]
  readonly platforms: readonly string[]
}

export interface ComposeFile {
  readonly path: string
  readonly source: Source
  /** Its name, or its profile, says that it is for production (`compose.prod.yaml`). */
  readonly production: boolean
  readonly services: readonly {
    readonly name: string
    readonly span: Span
    readonly image?: string
    readonly build?: {
      readonly context: string
      readonly dockerfile?: string
      readonly target?: string
      readonly targetSpan?: Span
      readonly args: PipelineBuild['buildArgs']
    }
    readonly command?: string
    readonly hasHealthcheck: boolean
    readonly user?: string
  }[]
}
