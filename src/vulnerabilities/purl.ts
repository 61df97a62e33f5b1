/** A package URL in its parts (https://github.com/package-url/purl-spec), decoded. */
export interface PackageUrl {
  readonly type: string
  /** `@babel`, `org.apache.logging.log4j`, `debian`; empty without one. */
  readonly namespace: string
  readonly name: string
  /** Empty without one. */
  readonly version: string
  readonly qualifiers: Readonly<Record<string, string>>
}

/** Undefined for what is no package URL. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  const [, rest = ''] = /^pkg:\/*(.+)$/s.exec(text.split('#')[0] ?? '') ?? []
  const [path = '', query = ''] = splitOnce(rest, rest.indexOf('?'))
  const [names = '', version = ''] = splitOnce(
    path,
    path.lastIndexOf('@') > path.lastIndexOf('/') ? path.lastIndexOf('@') : -1,
  )
  const [type, ...segments] = names
    .split('/')
    .map(decode)
    .filter((segment) => segment !== '')
  const name = segments.at(-1)
  if (type === undefined || name === undefined || !/^[A-Za-z][\w.+-]*$/.test(type)) return undefined
  return {
    type: type.toLowerCase(),
    namespace: segments.slice(0, -1).join('/'),
    name,
    version: decode(version),
    qualifiers: Object.fromEntries(
      query
        .split('&')
        .map((pair) => splitOnce(pair, pair.indexOf('=')))
        .filter(([key]) => key !== '' && key !== '__proto__')
        .map(([key = '', value = '']) => [key.toLowerCase(), decode(value)]),
    ),
  }
}

/** `@babel/core`, `org.apache.logging.log4j:log4j-core`: the name as its package manager writes it. */
export function fullName({ type, namespace, name }: PackageUrl): string {
  if (['deb', 'apk', 'rpm', 'gem', 'cargo', 'nuget', 'pypi'].includes(type) || namespace === '') return name
  return `${namespace}${type === 'maven' ? ':' : '/'}${name}`
}

function splitOnce(text: string, at: number): readonly string[] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
