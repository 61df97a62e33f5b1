import type { Reference } from '../oci/index.ts'

/** What the name of an image tells about its content. Undefined means: nobody can say. */
export interface BaseProfile {
  /** As written, variables filled in; `scratch` for nothing. */
  readonly written: string
  readonly reference?: Reference
  /** The catalogue knows what this repository holds. Else almost everything is undefined. */
  readonly known: boolean
  /** `scratch`: empty. */
  readonly isEmpty: boolean
  readonly distribution?:
    | 'debian'
    | 'ubuntu'
    | 'alpine'
    | 'wolfi'
    | 'distroless'
    | 'busybox'
    | 'fedora'
    | 'rhel'
    | 'amazon'
    | 'opensuse'
    | 'arch'
  /** `bookworm`, `3.20`, `24.04`: the tag says it, or the image's usual one. */
  readonly release?: string
  readonly libc?: 'glibc' | 'musl' | 'none'
  /** There is a /bin/sh. */
  readonly hasShell?: boolean
  readonly packageManager?: 'apt' | 'apk' | 'dnf' | 'zypper' | 'pacman' | 'none'
  /** What a program runs as when nobody says USER: `0`, `65532`, `nonroot`, `node` … */
  readonly user?: string
  /** Names that /etc/passwd has, as far as known: `root`, `node`, `nginx`, `nobody` … */
  readonly accounts?: ReadonlySet<string>
  readonly runtime?: {
    readonly language:
      | 'node'
      | 'python'
      | 'java'
      | 'go'
      | 'rust'
      | 'ruby'
      | 'php'
      | 'dotnet'
      | 'perl'
      | 'elixir'
      | 'deno'
      | 'bun'
      | 'c'
    /** What the tag says: `22`, `3.12`, `1.23`. Variants such as `slim` are taken away. */
    readonly version?: string
    /** A compiler or a package manager for building comes along: `golang`, `rust`, `maven`, `eclipse-temurin:21-jdk`, `gcc`. `node` and `python` are `runtime` (with tools, see `hasCompiler`). */
    readonly kind: 'sdk' | 'runtime'
  }
  /** `full`: a whole distribution or a language image with compilers, of which a smaller variant is published. */
  readonly variant?: 'full' | 'slim' | 'minimal' | 'distroless' | 'static' | 'empty'
  /** A C compiler and headers come along: `node:22` (buildpack-deps), `golang`, `rust`, `gcc`. */
  readonly hasCompiler?: boolean
  /** There is a trust store where OpenSSL and Go look. */
  readonly hasCertificates?: boolean
  /** Whether a program is there: undefined when nobody can say. */
  readonly hasProgram: (name: string) => boolean | undefined
  /** Whether a shared library (`libpq.so.5`, `libssl.so.3`, `libgcc_s.so.1`) is there. */
  readonly hasLibrary: (soname: string) => boolean | undefined
  /** The same software in a smaller image: `node:22-slim`; only where one is published. */
  readonly smaller?: string
  /** The image starts a server of its own (nginx, postgres): no CMD is needed. */
  readonly startsService?: boolean
  /** Its entrypoint starts as `user` and goes on as an account of its own, as the databases do. */
  readonly stepsDown?: boolean
  /** ENV that the image is known to set and that steers tools: NODE_ENV, PIP_NO_CACHE_DIR, CGO_ENABLED … */
  readonly env: ReadonlyMap<string, string>
  /** WORKDIR of the image, where it is not /. */
  readonly workdir?: string
}
