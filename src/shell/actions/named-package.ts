import type { NamedPackage, PackageManager } from '../action.ts'
import type { ShellWord } from '../command.ts'
import { textOf } from './options.ts'

/** Packages as words of a manager name them. */
export function namedPackages(words: readonly ShellWord[], manager: PackageManager): readonly NamedPackage[] {
  return words.map((word) => namedPackage(word, manager))
}

function namedPackage(word: ShellWord, manager: PackageManager): NamedPackage {
  const text = textOf(word)
  const { name, version, exact } = (splitters[manager] ?? splitAtSign)(text)
  return version === undefined ? { text, name, word } : { text, name, version: { text: version, exact }, word }
}

interface Split {
  readonly name: string
  readonly version?: string
  readonly exact: boolean
}

const splitters: Partial<Record<PackageManager, (text: string) => Split>> = {
  apt: (text) => splitApt(text),
  apk: (text) => splitOperator(text, /^([^=<>~@]+)(?:@[^=<>~]+)?(==|=~|~=|=|~|[<>]=?)(.+)$/, ['=', '==']),
  dnf: (text) => splitRpm(text),
  zypper: (text) => splitOperator(text, /^([^=<>]+)(==|=|[<>]=?)(.+)$/, ['=', '==']),
  pacman: (text) => splitOperator(text, /^([^=<>]+)(=|[<>]=?)(.+)$/, ['=']),
  pip: (text) => splitPython(text),
  uv: (text) => splitPython(text),
  poetry: (text) => splitPython(text),
  pipenv: (text) => splitPython(text),
  pdm: (text) => splitPython(text),
  conda: (text) => splitOperator(text, /^(?:[^:]+::)?([^=<>!~ ]+) ?(==|=|[<>~!]=?)(.+)$/, ['=', '==']),
  go: (text) => splitGo(text),
  composer: (text) => splitOperator(text, /^([^:=]+)([:=])(.+)$/, [':', '=']),
  gem: (text) => splitOperator(text, /^([^:]+)(:)(.+)$/, [':']),
}

const isExact = (version: string) => /^v?\d/.test(version) && !/[*xX^~<> |]/.test(version)

function splitOperator(text: string, pattern: RegExp, exactOperators: readonly string[]): Split {
  const match = pattern.exec(text)
  if (match === null) return { name: text, exact: false }
  const [, name = '', operator = '', version = ''] = match
  return { name: name.trim(), version, exact: exactOperators.includes(operator) && isExact(version) }
}

/** `name=version`, `name/suite`, `name:arch`, `name+`, `./file.deb`. */
function splitApt(text: string): Split {
  if (/^(\.|\/).*\.deb$/.test(text)) return { name: text, exact: false }
  const match = /^([^=/]+?)(?::[a-z0-9]+)?(?:=(.+)|\/(.+))?$/.exec(text)
  const [, name = text, version, suite] = match ?? []
  if (version !== undefined) return { name, version, exact: !version.includes('*') }
  return suite === undefined
    ? { name: name.replace(/(?<=[a-z0-9])-$/, ''), exact: false }
    : { name, version: suite, exact: false }
}

/** rpm names hold dashes: a version is what begins with a digit and a dot behind a dash. */
function splitRpm(text: string): Split {
  if (/^(\/|https?:|\.)/.test(text) || text.endsWith('.rpm')) return { name: text, exact: false }
  const match = /^(.+?)-(?:\d+:)?(\d+(?:\.[0-9A-Za-z_+~^*]+)+(?:-.+)?|\d+\*)$/.exec(text)
  if (match !== null) return { name: match[1] ?? text, version: match[2] ?? '', exact: !(match[2] ?? '').includes('*') }
  return splitOperator(text, /^([^=<>]+)(==|=|[<>]=?)(.+)$/, ['=', '=='])
}

/** PEP 508: `name[extra]==1.2; marker`, `name @ https://…`. */
function splitPython(text: string): Split {
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(===?|~=|!=|[<>]=?|@)\s*([^;]+)/.exec(text)
  if (match === null) return { name: text.replace(/\[.*$/, ''), exact: false }
  const [, name = '', operator = '', version = ''] = match
  return { name, version: version.trim(), exact: /^===?$/.test(operator) && !/[*,]/.test(version) }
}

function splitGo(text: string): Split {
  const at = text.indexOf('@')
  if (at < 0) return { name: text, exact: false }
  const version = text.slice(at + 1)
  return { name: text.slice(0, at), version, exact: /^(v\d+\.\d+\.\d+|[0-9a-f]{7,40}$)/.test(version) }
}

/** `name@version`, `@scope/name@version`. */
function splitAtSign(text: string): Split {
  const at = text.indexOf('@', 1)
  if (at < 0 || /^(https?|git|git\+\w+|file|github):/.test(text)) return { name: text, exact: false }
  const version = text.slice(at + 1)
  return {
    name: text.slice(0, at),
    version,
    exact: /^[v=]?\d+\.\d+\.\d+/.test(version) && isExact(version.replace(/^=/, '')),
  }
}
