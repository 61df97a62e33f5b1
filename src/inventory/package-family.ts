/** A package manager and the distributions that share its names. */
export type Family = 'debian' | 'alpine' | 'fedora'

const names: readonly (readonly [Family, readonly string[]])[] = [
  ['debian', ['debian', 'ubuntu']],
  ['alpine', ['alpine', 'wolfi', 'chainguard']],
  ['fedora', ['fedora', 'rhel', 'centos', 'amzn', 'rocky', 'almalinux']],
]

/** The family that `ID` and `ID_LIKE` of /etc/os-release name; undefined for others. */
export function familyOf(release: ReadonlyMap<string, string>): Family | undefined {
  const ids = [release.get('ID') ?? '', ...(release.get('ID_LIKE') ?? '').split(' ')]
  return names.find(([, known]) => ids.some((id) => known.includes(id)))?.[0]
}
