import { serveEditor } from '../../app/index.ts'
import type { CommandContext } from '../command.ts'
import { programVersion } from '../program-version.ts'

export async function run({ stdin, stdout, cwd }: CommandContext): Promise<number> {
  return serveEditor({ input: stdin, output: stdout }, { version: programVersion, cwd })
}
