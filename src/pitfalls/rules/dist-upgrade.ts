import type { Pitfall } from '../pitfall.ts'
import { runCommands, subcommandOf } from '../queries/run-commands.ts'
import { placeOf } from '../queries/steps.ts'

/** A step moves the whole distribution. */
export const distUpgrade: Pitfall = {
  id: 'dist-upgrade',
  summary: 'The version of a distribution is chosen by FROM, not by a step that replaces most of the base image.',
  severity: 'info',
  level: 'static',
  profiles: ['size'],
  peers: { hadolint: ['DL3035'], dockle: ['DKL-DI-0003'], trivy: ['DS-0024'] },
  find: (facts) =>
    runCommands(facts).flatMap(({ step, command }) => {
      const subcommand = subcommandOf(command)?.text ?? ''
      const moves =
        upgrades.get(command.program)?.includes(subcommand) === true || command.program === 'do-release-upgrade'
      if (!moves) return []
      const name = `${command.program} ${command.program === 'do-release-upgrade' ? '' : subcommand}`.trim()
      return [
        {
          at: placeOf(step, { command }),
          message: `${name} replaces packages of ${step.stage.base.written}: they are stored a second time, and differ from build to build`,
          hint: 'name a newer tag in FROM; for urgent repairs, install the packages concerned by name',
          evidence: { command: name },
        },
      ]
    }),
}

const upgrades: ReadonlyMap<string, readonly string[]> = new Map([
  ['apt-get', ['dist-upgrade', 'full-upgrade']],
  ['apt', ['dist-upgrade', 'full-upgrade']],
  ['aptitude', ['dist-upgrade', 'full-upgrade']],
  ['zypper', ['dist-upgrade', 'dup']],
  ['dnf', ['system-upgrade', 'distro-sync']],
  ['yum', ['distro-sync', 'distribution-synchronization']],
])
