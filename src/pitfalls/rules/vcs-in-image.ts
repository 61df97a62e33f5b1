import { posix } from 'node:path'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { byLine, bytesOfNode, ownFiles, placeOfLine } from '../queries/image-files.ts'
import { landsAt } from '../queries/landing-places.ts'
import { isWithin } from '../queries/origins.ts'
import { sizeText } from '../queries/size-text.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'
import { actionsIn } from '../queries/steps.ts'

/** The history of the sources is shipped. */
export const vcsInImage: Pitfall = {
  id: 'vcs-in-image',
  summary: 'The final image has no .git: the history is large, and holds what was deleted for good reasons.',
  severity: 'warning',
  level: 'context',
  profiles: ['size', 'security'],
  peers: { dockle: ['DKL-LI-0003'] },
  find: (facts) => {
    // What was built decides; before that, what the file and its context tell.
    if (facts.image !== undefined) return built(facts, facts.image)
    return finalIsSideStage(facts) ? [] : [...copied(facts), ...cloned(facts)]
  },
}

const stores = /(?:^|\/)\.(?:git|hg|svn|bzr)$/

/** Stores that the finished image shows, by the line that brought them. */
function built(facts: Facts, image: NonNullable<Facts['image']>): readonly PitfallHit[] {
  const held = ownFiles(image).flatMap(({ path, node, line }) => {
    const store = /^(?:.*\/)?\.(?:git|hg|svn|bzr)(?=\/)/.exec(path)?.[0]
    return store === undefined ? [] : [{ line, store, bytes: bytesOfNode(node) }]
  })
  return [...byLine(held)].flatMap(([line, files]) =>
    [...new Set(files.map(({ store }) => store))].map((store) => {
      const bytes = files.filter((file) => file.store === store).reduce((sum, file) => sum + file.bytes, 0)
      return {
        at: placeOfLine(facts, line),
        message: `line ${line} leaves the history of sources in the image: ${sizeText(bytes)} in /${store}`,
        hint: 'put it into .dockerignore, or remove it in the RUN that clones',
        evidence: { diskBytes: bytes, path: `/${store}`, by: line },
      }
    }),
  )
}

function copied({ final, project }: Facts): readonly PitfallHit[] {
  const found = (project?.files ?? []).filter(
    ({ path, ignored, kind }) => kind === 'directory' && !ignored && stores.test(path),
  )
  return final.history.flatMap((step) => {
    const { transfer } = step
    if (transfer === undefined) return []
    return found
      .filter(({ path }) => landsAt(transfer, path) !== undefined)
      .slice(0, 1)
      .map(({ path }) => ({
        at: step.at,
        message: `${step.kind} brings ${path} into the image: the whole history of the sources`,
        hint: `put ${path} into .dockerignore`,
        costs: { line: step.line, paths: [`${landsAt(transfer, path) ?? ''}/**`] },
      }))
  })
}

/** `git clone` in a stage that is shipped, and nothing removes .git in the same RUN. */
function cloned({ final }: Facts): readonly PitfallHit[] {
  return actionsIn(final.history, 'clone').flatMap(({ step, action }) => {
    if (action.directory === undefined || step.mounts.some(({ target }) => isWithin(action.directory ?? '', target)))
      return []
    const store = posix.join(action.directory, '.git')
    const actions = step.command?.actions ?? []
    const isGone = actions
      .slice(actions.indexOf(action))
      .some(
        (later) =>
          (later.kind === 'delete' &&
            later.paths.some((path) => isWithin(store, path) || path.includes('*') || path.endsWith('.git'))) ||
          (later.kind === 'move' && later.sources.some((path) => isWithin(store, path))),
      )
    if (isGone || !action.directory.startsWith('/')) return []
    return [
      {
        at: step.at,
        message: `git clone leaves ${store} in the image`,
        hint: `remove ${store} in the same RUN, or take the sources with ADD --keep-git-dir=false in a stage that is not shipped`,
        costs: { line: step.line, paths: [`${store}/**`] },
      },
    ]
  })
}
