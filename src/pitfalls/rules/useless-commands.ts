import type { Pitfall } from '../pitfall.ts'
import { runCommands } from '../queries/run-commands.ts'
import { placeOf } from '../queries/steps.ts'

/** Commands that are for people, for a running system, or for a kernel. */
export const uselessCommands: Pitfall = {
  id: 'useless-commands',
  summary: 'A RUN does not talk to people, services or the machine: such commands do nothing that stays.',
  severity: 'info',
  level: 'static',
  profiles: [],
  optIn: true,
  peers: { hadolint: ['DL3001'] },
  find: (facts) =>
    runCommands(facts).flatMap(({ step, command }) => {
      const reason = reasons.get(command.program)
      if (reason === undefined || (command.program === 'ssh' && step.mounts.some(({ mount }) => mount.type === 'ssh')))
        return []
      if (command.program === 'systemctl' && !/^(?:re)?start$/.test(command.args[0] ?? '')) return []
      return [
        {
          at: placeOf(step, { command }),
          message: `${command.program} in a RUN: ${reason}`,
          hint: 'leave it out, or do it in the entrypoint',
          evidence: { program: command.program },
        },
      ]
    }),
}

const forPeople = 'nobody sits in front of a build'
const notRunning = 'what it starts ends with the step, and is not running in the container'
const ofMachine = 'a build has processes and networks of its own, and leaves none'

const reasons: ReadonlyMap<string, string> = new Map([
  ...['vim', 'vi', 'nano', 'less', 'more', 'top', 'htop'].map((name) => [name, forPeople] as const),
  ...['service', 'systemctl'].map((name) => [name, notRunning] as const),
  ...['ps', 'free', 'kill', 'killall', 'shutdown', 'reboot', 'ifconfig'].map((name) => [name, ofMachine] as const),
  ['mount', 'file systems are mounted by RUN --mount, or when the container starts'],
  ['ssh', 'another machine is asked for by RUN --mount=type=ssh, with a key that does not stay'],
])
