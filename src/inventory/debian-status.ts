import { readParagraphs } from './fields.ts'
import type { PackageFacts } from './package.ts'

/** Third word of `Status`: files of the package are there. */
const present = /\s(installed|unpacked|half-configured|half-installed|triggers-awaited|triggers-pending)$/

/** The installed packages of `/var/lib/dpkg/status`; files of distroless' `status.d` have no `Status` line. */
export function readDebianStatus(text: string): readonly PackageFacts[] {
  return readParagraphs(text).flatMap((fields) => {
    const [name, version] = [fields.get('package') ?? '', fields.get('version') ?? '']
    const status = fields.get('status')
    if (name === '' || version === '' || (status !== undefined && !present.test(status))) return []
    const architecture = fields.get('architecture')
    const source = sourceOf(fields.get('source'), { name, version })
    return [
      {
        type: 'deb' as const,
        name,
        version,
        ...(architecture === undefined ? {} : { architecture }),
        ...(source === undefined ? {} : { source }),
      },
    ]
  })
}

/** `Source: glibc (2.36-9)`; without a version it is that of the package, without the field the package itself. */
function sourceOf(field: string | undefined, own: { name: string; version: string }): PackageFacts['source'] {
  const [, name = '', version = own.version] = /^(\S+)(?:\s+\((.+)\))?$/.exec(field ?? '') ?? []
  return name === '' || (name === own.name && version === own.version) ? undefined : { name, version }
}
