import type { Install, PackageManager } from '../action.ts'

/** An installation with what holds when nothing on the line says otherwise. */
export function install(
  manager: PackageManager,
  subcommand: string,
  facts: Partial<Omit<Install, 'kind' | 'manager' | 'subcommand'>>,
): Install {
  return {
    kind: 'install',
    manager,
    subcommand,
    what: 'named',
    packages: [],
    files: [],
    locked: false,
    production: false,
    scope: 'system',
    noCache: false,
    noRecommends: true,
    assumeYes: true,
    noScripts: false,
    ...facts,
  }
}
