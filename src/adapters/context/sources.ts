import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { Sources, TreeRef } from '../../solver/index.ts'
import { fetchGit } from './git-source.ts'
import { fetchHttp } from './http-source.ts'
import type { SourceAccess } from './source-access.ts'

export interface SourcesOptions {
  /** The main context (`context`) and the named ones that are directories. */
  readonly contexts: ReadonlyMap<string, TreeRef>
  /** Directory for downloads and repositories, shared by builds. */
  readonly root: string
  /** What servers are shown. */
  readonly access: SourceAccess
  /** Certificate authorities for downloads besides those that Node brings along, as PEM. */
  readonly authorities: () => Promise<readonly string[]>
  /** Told each file or directory that is kept between builds, before it is looked for. */
  readonly hold: (path: string) => void
}

/** The solver's sources: contexts as opened before, downloads and repositories kept below `root`. */
export function createSources({ contexts, root, access, authorities, hold }: SourcesOptions): Sources {
  return {
    context: async (name) => {
      const tree = contexts.get(name)
      if (tree === undefined) throw new SlipwayError('internal', `the context ${name} was not opened`)
      return tree
    },
    http: async (request, progress, signal) => {
      const authorization = access.http(request.url)
      const { path, identity } = await fetchHttp(request, {
        root: join(root, 'http'),
        signal,
        progress: (moved) => progress({ id: request.filename, unit: 'bytes', ...moved }),
        authorities,
        hold,
        ...(authorization === undefined ? {} : { authorization }),
      })
      return { tree: treeOf(path), identity }
    },
    git: async (request, progress, signal) => {
      const { path, identity, commit } = await fetchGit(request, { root: join(root, 'git'), signal, access, hold })
      progress({ id: commit, current: 1, total: 1, unit: 'files', done: true })
      return { tree: treeOf(path), identity, commit }
    },
  }
}

function treeOf(path: string): TreeRef {
  return { kind: 'host', path, ignore: [], squashOwner: true }
}
