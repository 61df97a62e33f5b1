import { once } from '../core/index.ts'
import { composeFiles } from './compose/compose-files.ts'
import { goModules } from './go/go-modules.ts'
import { javaProjects } from './java/java-projects.ts'
import { nodeManifests } from './node/node-manifests.ts'
import { pipelines } from './pipelines/find-pipelines.ts'
import type { Project } from './project.ts'
import { indexFiles, type Listing, type ProjectAccess } from './project-files.ts'
import { pythonManifests } from './python/python-manifests.ts'
import { rustPackages } from './rust/rust-packages.ts'
import { secretFiles } from './secrets/secret-files.ts'

/**
 * What a context holds, understood. Nothing is read before somebody asks for it, and what is broken is left out: a check
 * that has no manifest in question does not pay for it, and nothing throws.
 */
export function describeProject(listing: Listing, access: ProjectAccess): Project {
  const files = indexFiles(listing, access)
  const node = once(() => nodeManifests(files))
  const python = once(() => pythonManifests(files))
  const go = once(() => goModules(files))
  const rust = once(() => rustPackages(files))
  const java = once(() => javaProjects(files))
  const ciFiles = once(() => pipelines(files))
  const compose = once(() => composeFiles(files))
  const secrets = once(() => secretFiles(files))
  return {
    files: files.files,
    file: files.file,
    below: files.below,
    ...(files.ignore === undefined ? {} : { ignore: files.ignore }),
    ignored: files.ignored,
    text: files.text,
    get node() {
      return node()
    },
    get python() {
      return python()
    },
    get secrets() {
      return secrets()
    },
    get go() {
      return go()
    },
    get rust() {
      return rust()
    },
    get java() {
      return java()
    },
    get pipelines() {
      return ciFiles()
    },
    get composeFiles() {
      return compose()
    },
    truncated: listing.truncated,
  }
}
