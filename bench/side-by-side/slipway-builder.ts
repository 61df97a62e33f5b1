import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Builder, Output } from './builder.ts'
import { timed } from '../side-by-side/stopwatch.ts'

/** The bundled program. */
export function slipwayBuilder(program: string): Builder {
  return {
    name: 'Slipway',
    version: spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8' }).stdout.trim(),
    async start(directory) {
      const env = { ...process.env, SLIPWAY_ROOT: join(directory, 'slipway') }
      return {
        build: ({ context, output, isMemoryWatched = false }) =>
          timed({ argv: [process.execPath, program, 'build', ...outputFlags(output), context], env, isMemoryWatched }),
        stop: async () => {},
      }
    },
  }
}

function outputFlags(output: Output): readonly string[] {
  switch (output.kind) {
    case 'kept':
      return ['-t', 'bench']
    case 'oci':
      return ['-o', `type=oci,dest=${output.file}`]
    case 'push':
      return ['-t', output.name, '--push']
  }
}
