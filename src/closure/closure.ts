import type { TreeView } from '../fileset/index.ts'
import type { ReadPart } from '../inventory/index.ts'
import type { Platform, RuntimeConfig } from '../oci/index.ts'

/** An image as a container sees it when it starts. */
export interface ClosureImage {
  readonly platform: Platform
  readonly config: RuntimeConfig
  readonly view: TreeView
  readonly read: ReadPart
}

/** Something that a program of the image needs and does not find when it runs. */
export interface Gap {
  /** What kind of thing is missing. */
  readonly kind: GapKind
  /** `error`: it cannot start, or fails as soon as that part is used; `warning`: a feature fails; `info`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'info'
  /** One sentence that names who needs what. */
  readonly message: string
  /** The file that needs it, without leading slash: the line that brought it is to blame. Absent when the configuration does. */
  readonly file?: string
  /** The instruction whose value in the configuration asks for it. */
  readonly instruction?: StartInstruction
  /** What was looked for: `libssl.so.3`, `GLIBC_2.38`, `express`, `/etc/ssl/certs`. */
  readonly needs: string
  /** The package, file or base that brings it. */
  readonly hint?: string
}

/** Instructions that decide what runs in a container, and how. */
export type StartInstruction = 'ENTRYPOINT' | 'CMD' | 'HEALTHCHECK' | 'USER' | 'VOLUME' | 'ENV'

export type GapKind =
  | 'program'
  | 'interpreter'
  | 'library'
  | 'symbol-version'
  | 'libc'
  | 'architecture'
  | 'link'
  | 'module'
  | 'native-module'
  | 'runtime-version'
  | 'certificates'
  | 'time-zones'
  | 'user'
  | 'directory'
  | 'permission'

/** What an image needs to run, and what of that is missing. */
export interface Closure {
  /** Worst first. */
  readonly gaps: readonly Gap[]
  /** Files that were reached from what the image starts, without leading slashes. */
  readonly reached: ReadonlySet<string>
  /** What could not be followed, each as a sentence: a shell script with variables, `import(name)`. */
  readonly unknown: readonly string[]
}

/** A program as the image starts it: the part that a follower for its language reads on from. */
export interface StartedProgram {
  /** The file that is executed, links resolved. */
  readonly path: string
  /** With the program's own name first. */
  readonly argv: readonly string[]
  /** Without leading slash. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** What following one program has found. */
export interface Followed {
  readonly gaps: readonly Gap[]
  readonly reached: readonly string[]
  /** When each is read that the start does not surely read; the others are. */
  readonly uncertain?: ReadonlyMap<string, 'later' | 'guarded'>
  /** ELF files that the program loads on its own: native addons, extension modules, JNI libraries. */
  readonly loads: readonly string[]
  /** Programs that it starts by itself. */
  readonly starts: readonly StartedProgram[]
  readonly unknown: readonly string[]
}

/** Follows programs of one language; undefined for any other program. */
export type Follow = (program: StartedProgram, image: ClosureImage) => Followed | undefined
