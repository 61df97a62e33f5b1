import type { Pipeline } from '../project.ts'
import { nameOf, pathIn, type ProjectFiles } from '../project-files.ts'
import { type Deed, summarize } from './deed.ts'
import { jenkinsDeeds } from './jenkinsfile.ts'
import { yamlDeeds } from './yaml-pipeline.ts'

const most = 100
const largest = 512 << 10

/** Every file of a CI system, in the order of their paths. */
export function pipelines(files: ProjectFiles): readonly Pipeline[] {
  const found = files.own.filter(
    ({ path, kind, size }) => kind === 'file' && size <= largest && systemOf(path) !== undefined,
  )
  return found.slice(0, most).flatMap(({ path }) => {
    const source = files.source(path)
    const system = systemOf(path)
    if (source === undefined || system === undefined) return []
    const deeds =
      system === 'jenkins' ? jenkinsDeeds(source) : yamlDeeds(source, { system, included: localActions(files) })
    return deeds === undefined ? [] : [{ path, source, system, ...summarize(deeds) }]
  })
}

/** Directories of CI systems, and those in which people keep what goes with them. */
export function holdsPipelines(directory: string): boolean {
  return /(?:^|\/)(?:\.github|\.gitea|\.forgejo|\.circleci|\.gitlab|\.?buildkite|\.woodpecker|\.?azure-pipelines|\.?ci|deploy)(?:\/|$)/.test(
    directory,
  )
}

function systemOf(path: string): Pipeline['system'] | undefined {
  const name = nameOf(path)
  if (/^(?:.*\/)?\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path)) return 'github'
  if (
    /^\.gitlab-ci(?:[.-][\w.-]+)?\.ya?ml$/.test(name) ||
    /(?:^|\/)\.gitlab\/(?:ci\/)?.*\.ya?ml$/.test(path) ||
    /\.gitlab-ci\.ya?ml$/.test(name)
  )
    return 'gitlab'
  if (/(?:^|\/)\.circleci\/[^/]+\.ya?ml$/.test(path)) return 'circleci'
  if (/^\.?azure-pipelines?(?:[.-][\w.-]+)?\.ya?ml$/.test(name) || /(?:^|\/)\.?azure-pipelines?\/.*\.ya?ml$/.test(path))
    return 'azure'
  if (/^Jenkinsfile(?:[.-][\w.-]+)?$|\.jenkinsfile$/i.test(name)) return 'jenkins'
  if (name === 'bitbucket-pipelines.yml') return 'bitbucket'
  if (/^\.(?:drone|woodpecker)\.ya?ml$/.test(name) || /(?:^|\/)\.woodpecker\/[^/]+\.ya?ml$/.test(path)) return 'drone'
  if (/(?:^|\/)\.?buildkite\/[^/]+\.ya?ml$/.test(path) || /^buildkite\.ya?ml$/.test(name)) return 'buildkite'
  return name === '.travis.yml' ? 'travis' : undefined
}

/** What `uses: ./…` runs: the file of a workflow, or the action.yml of a directory. An action may use others, to a depth. */
function localActions(files: ProjectFiles, depth = 0): (path: string) => readonly Deed[] {
  return (path) => {
    if (depth > 4) return []
    const plain = pathIn('', path) ?? ''
    const candidates = /\.ya?ml$/.test(plain) ? [plain] : [`${plain}/action.yml`, `${plain}/action.yaml`]
    const source = candidates.map((each) => files.source(each)).find((each) => each !== undefined)
    return source === undefined
      ? []
      : (yamlDeeds(source, { system: 'github', included: localActions(files, depth + 1) }) ?? [])
  }
}
