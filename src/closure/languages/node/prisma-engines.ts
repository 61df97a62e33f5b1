import { baseOf, parentOf } from '../../../fileset/index.ts'
import { addonFiles } from './native-platform.ts'
import type { AddonSearch, FoundAddons } from './native-addons.ts'

/**
 * The query engine of a generated Prisma client lies beside it, one file per target (`linux-musl-openssl-3.0.x`,
 * `debian-openssl-3.0.x`); the client picks by C library, architecture and OpenSSL. Clients without such files need none.
 */
export function prismaEngines(path: string, { files, platform, when }: AddonSearch): FoundAddons {
  const directory = parentOf(path)
  if (!directory.endsWith('.prisma/client') || !/^(index|library)\.js$/.test(baseOf(path))) return { loads: [] }
  const engines = addonFiles(directory, files, 0).flatMap((file) => {
    const target = /^libquery_engine-(.+)\.so\.node$/.exec(baseOf(file))?.[1]
    return target === undefined ? [] : [{ file, target }]
  })
  const fitting = engines.filter(({ target }) => fits(target, platform))
  if (engines.length === 0 || fitting.length > 0 || when === 'guarded') {
    return { loads: fitting.length === 1 ? fitting.map(({ file }) => file) : [] }
  }
  const arm = platform.arch === 'arm64'
  const wanted = platform.libc === 'musl' ? `linux-musl${arm ? '-arm64' : ''}` : arm ? 'linux-arm64' : 'debian'
  return {
    loads: [],
    gap: {
      kind: 'native-module',
      severity: when === 'start' ? 'error' : 'warning',
      message: `the Prisma client has no query engine for this image: one for ${wanted} is needed; there is ${engines.map(({ target }) => target).join(', ')}`,
      file: path,
      needs: `libquery_engine-${wanted}-openssl-*.so.node`,
      hint: `add "${wanted}-openssl-3.0.x" to binaryTargets of the generator in schema.prisma`,
    },
  }
}

function fits(target: string, { arch, libc }: AddonSearch['platform']): boolean {
  const isMusl = target.startsWith('linux-musl') || target.startsWith('linux-static')
  const targetArch = target.includes('arm64') ? 'arm64' : 'x64'
  return (
    targetArch === arch && (libc === undefined || target.startsWith('linux-static') || isMusl === (libc === 'musl'))
  )
}
