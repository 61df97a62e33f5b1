import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** The directory of a base image may change; that of an earlier stage of the file is seen in the file. */
export const workdirRelativePath: Rule = {
  name: 'WorkdirRelativePath',
  description:
    'Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes',
  url: buildkitPage('workdir-relative-path'),
  find: ({ stages }) =>
    stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related, firstWorkdir }) => {
        if (instruction.kind !== 'WORKDIR' || firstWorkdir === undefined || firstWorkdir.absolute) return []
        const path = JSON.stringify(firstWorkdir.path)
        const message = `Relative workdir ${path} can have unexpected results if the base image changes`
        return [{ at: wordAt(at, instruction.word), whole: at, message, related, commented: instruction }]
      }),
}
