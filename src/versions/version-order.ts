import { compareApkVersions } from './apk-order.ts'
import { compareComposerVersions } from './composer-order.ts'
import { compareDebianVersions } from './debian-order.ts'
import { compareGemVersions } from './gem-order.ts'
import { compareMavenVersions } from './maven-order.ts'
import { compareNumberedVersions } from './numbered-order.ts'
import { comparePythonVersions } from './python-order.ts'
import { compareRpmVersions } from './rpm-order.ts'

/** Negative when the first version is older, 0 when both are the same, positive when it is newer. Never fails. */
export type CompareVersions = (a: string, b: string) => number

const orders: Readonly<Record<string, CompareVersions>> = {
  apk: compareApkVersions,
  cargo: compareNumberedVersions,
  composer: compareComposerVersions,
  deb: compareDebianVersions,
  gem: compareGemVersions,
  golang: compareNumberedVersions,
  maven: compareMavenVersions,
  npm: compareNumberedVersions,
  nuget: (a, b) => compareNumberedVersions(a.toLowerCase(), b.toLowerCase()),
  pypi: comparePythonVersions,
  rpm: compareRpmVersions,
}

/** The version order of a package URL's type (`deb`, `npm`); undefined for types whose versions nobody here can order. */
export function versionOrder(type: string): CompareVersions | undefined {
  return Object.hasOwn(orders, type) ? orders[type] : undefined
}
