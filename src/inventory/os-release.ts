/** What `/etc/os-release` names, as far as package URLs need it. */
export interface Distribution {
  /** `debian`, `alpine`. */
  readonly id: string
  /** `VERSION_ID`; empty for rolling distributions. */
  readonly version: string
  /** `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string
}

/** The shell assignments of os-release(5), quotes removed. */
export function readOsRelease(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^([A-Z_]+)=["']?(.*?)["']?$/.exec(line.trim()) ?? []
    if (name !== undefined) fields.set(name, value)
  }
  return fields
}

/** Undefined when the file names no distribution. */
export function distributionIn(text: string): Distribution | undefined {
  const fields = readOsRelease(text)
  const id = fields.get('ID')
  if (id === undefined || id === '') return undefined
  return { id, version: fields.get('VERSION_ID') ?? '', name: fields.get('PRETTY_NAME') ?? fields.get('NAME') ?? id }
}
