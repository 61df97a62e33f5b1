import type { DependencyInstall } from './dependency-installs.ts'
import { homeOf } from './package-residue.ts'

/** Directories in which a manager keeps what it has fetched, so that a build need not fetch again; as far as they are known. */
export function storeOf({
  manager,
  step,
  action,
}: Pick<DependencyInstall, 'manager' | 'step' | 'action'>): readonly string[] {
  const { variables } = action.command
  const home = homeOf(step)
  const below = (name: string): readonly string[] => (home === undefined ? [] : [`${home}/${name}`])
  const told = (name: string, suffix = ''): readonly string[] => {
    const value = variables.get(name)
    return value === undefined || value === '' ? [] : [`${value}${suffix}`]
  }
  switch (manager) {
    case 'go':
      return first(told('GOMODCACHE'), told('GOPATH', '/pkg/mod'), below('go/pkg/mod'))
    case 'cargo':
      return first(told('CARGO_HOME', '/registry'), ['/usr/local/cargo/registry', ...below('.cargo/registry')])
    case 'maven': {
      const own = action.command.args.find((arg) => arg.startsWith('-Dmaven.repo.local='))?.split('=')[1]
      return own === undefined ? below('.m2/repository') : [own]
    }
    case 'gradle':
      // In the image of Gradle, root's directory is a link to this one.
      return first(told('GRADLE_USER_HOME'), [...below('.gradle'), '/home/gradle/.gradle'])
    case 'dotnet':
      return first(told('NUGET_PACKAGES'), below('.nuget/packages'))
    default:
      return []
  }
}

function first(...lists: readonly (readonly string[])[]): readonly string[] {
  return lists.find((list) => list.length > 0) ?? []
}
