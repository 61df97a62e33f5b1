import { normalize } from 'node:path/posix'
import type { IgnoreFacts } from '../facts.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** Only a file without `!` patterns can be judged: with them, something below an ignored directory may be taken back. */
export const copyIgnoredFile: Rule = {
  name: 'CopyIgnoredFile',
  description: 'Attempting to Copy file that is excluded by .dockerignore',
  url: buildkitPage('copy-ignored-file'),
  find: ({ stages, ignore }) => {
    if (ignore === undefined || ignore.hasExceptions) return []
    return stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related, contextPaths }) =>
        contextPaths.flatMap(({ path, word }) => {
          const clean = path === '' ? '.' : normalize(path).replace(/(.)\/$/, '$1')
          if (!isIgnored(ignore, clean)) return []
          const verb = instruction.kind === 'ADD' ? 'Add' : 'Copy'
          const message = `Attempting to ${verb} file ${JSON.stringify(clean)} that is excluded by .dockerignore`
          return [{ at: wordAt(at, word), whole: at, message, related, commented: instruction }]
        }),
      )
  },
}

function isIgnored(ignore: IgnoreFacts, path: string): boolean {
  return path === '.' || path === '/' ? ignore.ignoresAll : ignore.ignored(path)
}
