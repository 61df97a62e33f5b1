import { findNode } from '../../archive/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { byLine, ownFiles, placeOfLine, somePaths } from '../queries/image-files.ts'

const setBits = 0o6000

/** Programs that run as their owner or group, whoever starts them, and that the base does not have. */
export const setuidAdded: Pitfall = {
  id: 'setuid-added',
  summary:
    'No line adds programs with the setuid or setgid bit: each of them is a way from a user of the container to root.',
  severity: 'info',
  level: 'image',
  profiles: ['security', 'production'],
  peers: { dockle: ['CIS-DI-0008'] },
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const { image } = facts
  if (image === undefined) return []
  const added = ownFiles(image).filter(({ path, node: { entry } }) => {
    if (entry.kind !== 'file' || (entry.mode & setBits) === 0 || (entry.mode & 0o111) === 0) return false
    const before = findNode(image.base, path)?.entry
    return before === undefined || (before.mode & setBits) !== (entry.mode & setBits)
  })
  return [...byLine(added)].map(([line, files]) => ({
    at: placeOfLine(facts, line),
    message: `line ${line} adds ${files.length === 1 ? 'a program' : 'programs'} with the setuid or setgid bit: ${somePaths(files.map(({ path }) => path))}`,
    hint: 'take the bit away in the same RUN (chmod a-s), or leave out the package that brings it',
    evidence: {
      by: line,
      paths: files
        .slice(0, 50)
        .map(({ path }) => `/${path}`)
        .join(' '),
    },
  }))
}
