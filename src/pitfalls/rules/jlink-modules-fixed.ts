import type { ShellCommand } from '../../shell/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { reachableSteps, runSteps } from '../queries/steps.ts'

/** Modules of a Java runtime that somebody has listed by hand. */
export const jlinkModulesFixed: Pitfall = {
  id: 'jlink-modules-fixed',
  summary:
    'The modules of a runtime that jlink makes are asked of jdeps: a list by hand misses what the program needs.',
  severity: 'info',
  level: 'static',
  profiles: [],
  peers: {},
  find: (facts) => {
    if (asksJdeps(facts)) return []
    return runSteps(reachableSteps(facts.stages)).flatMap((step): readonly PitfallHit[] => {
      const modules = step.command.script.commands.map(modulesOf).find((list) => list.length > 0)
      if (modules === undefined) return []
      return [
        {
          at: step.at,
          message: `\`jlink\` gets ${modules.length === 1 ? `the module \`${modules[0]}\`` : `${modules.length} modules`} by hand, and nothing tells whether the program needs others: a missing one is a NoClassDefFoundError when it is first used`,
          hint: 'take the list from `jdeps --ignore-missing-deps --print-module-deps --multi-release <version> --class-path <jars> <app.jar>`, and add what is only looked up at run time: jdk.crypto.ec for TLS before Java 22, jdk.localedata, jdk.zipfs',
          evidence: { modules: modules.join(',') },
        },
      ]
    })
  },
}

/** A variable, a file or a script may hold what jdeps has said: its name anywhere is enough. */
function asksJdeps({ file }: Facts): boolean {
  return /\bjdeps\b/.test(file.source.text)
}

/** What a literal `--add-modules` names, when these are modules of Java alone: an application's own module names what it needs. */
function modulesOf({ program, words }: ShellCommand): readonly string[] {
  if (program !== 'jlink') return []
  const texts = words.flatMap(({ value }, index) => {
    if (value === '--add-modules') return [words[index + 1]?.value]
    return value?.startsWith('--add-modules=') === true ? [value.slice('--add-modules='.length)] : []
  })
  const names = texts.flatMap((text) => text?.split(',') ?? ['']).map((name) => name.trim())
  const isByHand = names.every((name) => /^(?:java|jdk)\.[\w.]+$/.test(name) && name !== 'java.se')
  return isByHand && words.every(({ value }) => value !== undefined) ? names : []
}
