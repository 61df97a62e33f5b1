import type { PythonRequirement } from '../project.ts'

/**
 * A requirement of PEP 508: `flask[async]==3.1.0; python_version > "3.8"`, `lib @ https://…`. Undefined for what names
 * no package of somebody else's: a directory of the project, an option.
 */
export function parseRequirement(written: string): PythonRequirement | undefined {
  const text = written.trim()
  const body = text.replace(/\s;.*$|;\s.*$/, '').trim()
  const url = /^(?:([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*@\s*)?((?:git|hg|svn|bzr)\+\S+|https?:\/\/\S+)/.exec(body)
  if (url !== null)
    return { name: normalized(url[1] ?? eggName(url[2] ?? '')), text, pinned: urlIsPinned(url[2] ?? '') }
  const named = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?\s*([^;()]*)/.exec(body)
  const rest = named?.[2]?.trim() ?? ''
  if (named?.[1] === undefined || (rest !== '' && !/^(?:[<>=!~]=?|===|@\s*file:)/.test(rest))) return undefined
  if (rest.startsWith('@')) return undefined
  return { name: normalized(named[1]), text, pinned: specifierPins(rest) }
}

/** `Flask_Login` and `flask-login` are one package. */
export function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

/** One clause allows one version only: `==3.1.0`, but not `==3.1.*`. */
function specifierPins(specifier: string): boolean {
  return specifier
    .split(',')
    .some((clause) => /^\s*={2,3}\s*[\w.!+-]+\s*(?:--hash.*)?$/.test(clause.replace(/\s+--.*$/, '')))
}

/** A commit or a tag, a hash, or an archive whose name has a version. */
function urlIsPinned(url: string): boolean {
  if (/#.*(?:sha256|sha384|sha512)=/.test(url)) return true
  const path = url.replace(/[#?].*$/, '')
  if (/^(?:git|hg|svn|bzr)\+/.test(path)) {
    const ref = /[^/:]\/.*@([^/@]+)$/.exec(path)?.[1]
    return ref !== undefined && (/^v?\d/.test(ref) || /^[0-9a-f]{7,40}$/.test(ref) || /\d+\.\d+/.test(ref))
  }
  return /\d+\.\d+[^/]*\.(?:whl|tar\.gz|zip|tar\.bz2)$/.test(path)
}

function eggName(url: string): string {
  const egg = /#(?:.*&)?egg=([\w.-]+)/.exec(url)?.[1]
  return egg ?? /([\w.-]+?)(?:\.git)?(?:@[^/]*)?(?:[#?].*)?$/.exec(url)?.[1] ?? url
}
