import type { ImageFiles } from '../image-files.ts'
import type { NativePlatform } from './native-platform.ts'
import type { NodeVersion } from './node-version.ts'

/** A program of Node: what is known before its modules are. */
export interface NodeProgram {
  readonly files: ImageFiles
  readonly version: NodeVersion | undefined
  readonly platform: NativePlatform
  readonly env: Readonly<Record<string, string>>
  readonly nodePath: readonly string[]
  readonly conditions: readonly string[]
  /** Whether a file without a `type` is an ES module by its syntax; undefined where nothing tells. */
  readonly detectsModules: boolean | undefined
  /** The file that Node is started with. */
  readonly main: string | undefined
}
