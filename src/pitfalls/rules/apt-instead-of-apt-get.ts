import { replaceWord } from '../../editing/index.ts'
import type { Fix } from '../../core/index.ts'
import type { Pitfall } from '../pitfall.ts'
import { runCommands, subcommandOf, type RunCommand } from '../queries/run-commands.ts'
import { placeOf } from '../queries/steps.ts'

/** apt is for people. */
export const aptInsteadOfAptGet: Pitfall = {
  id: 'apt-instead-of-apt-get',
  summary: 'Scripts call apt-get and apt-cache: the words and the output of apt may change.',
  severity: 'info',
  level: 'static',
  profiles: [],
  peers: { hadolint: ['DL3027'] },
  find: (facts) =>
    runCommands(facts)
      .filter(({ command }) => command.program === 'apt')
      .map((one) => {
        const name = subcommandOf(one.command)?.text ?? ''
        const tool = forCache.has(name) ? 'apt-cache' : 'apt-get'
        const fixes = fixesFor(one, tool)
        return {
          at: placeOf(one.step, one),
          message: `apt ${name} is for people: apt itself warns that its words may change`.replace('  ', ' '),
          hint: `write ${tool} ${words.get(name) ?? name}`.trimEnd(),
          evidence: { subcommand: name },
          ...(fixes.length === 0 ? {} : { fixes }),
        }
      }),
}

const forCache = new Set(['search', 'show', 'list', 'policy', 'depends', 'rdepends', 'madison'])
const same = new Set([
  'install',
  'update',
  'upgrade',
  'remove',
  'purge',
  'autoremove',
  'clean',
  'autoclean',
  'build-dep',
  'download',
  'source',
])
const words: ReadonlyMap<string, string> = new Map([['full-upgrade', 'dist-upgrade']])

function fixesFor({ command, step }: RunCommand, tool: string): readonly Fix[] {
  const { programWord } = command
  const subcommand = subcommandOf(command)?.text ?? ''
  if (
    step.trigger ||
    programWord?.text !== 'apt' ||
    (!same.has(subcommand) && subcommand !== 'search' && subcommand !== 'show')
  )
    return []
  return [{ title: `write ${tool}`, edits: replaceWord(programWord, tool), claims: ['same-files'], safety: 'proof' }]
}
