/**
 * Whether a file belongs in a slim image: documentation, manual pages and translations do not, licences do. The same set
 * as the path-exclude lines in `dpkgExcludes`.
 */
export function keptInSlim(path: string): boolean {
  const top = leftOut.find((directory) => path.startsWith(directory))
  if (top === undefined) return true
  if (top === 'usr/share/doc/') return /^usr\/share\/doc\/[^/]+(\/copyright[^/]*)?$/.test(path)
  // The directories stay: update-alternatives links manual pages there, and the installation of a Java runtime fails without.
  if (top === 'usr/share/man/') return /^usr\/share\/man\/man\d$/.test(path)
  return path === 'usr/share/locale/locale.alias'
}

const leftOut = ['doc', 'info', 'linda', 'lintian', 'locale', 'man'].map((name) => `usr/share/${name}/`)

/** dpkg.cfg: keeps packages that are installed later as slim as the base. */
export const dpkgExcludes = [
  '# This image has no documentation, manual pages and translations. Remove this file to install packages completely.',
  ...leftOut.map((directory) => `path-exclude=/${directory}*`),
  'path-include=/usr/share/doc/*/copyright',
  'path-include=/usr/share/locale/locale.alias',
  '',
].join('\n')
