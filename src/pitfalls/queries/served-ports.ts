import { parsePortSpec } from '../../dockerfile/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { fillWord } from '../model/texts.ts'

/** A port that the start of an image names. */
export interface ServedPort {
  readonly port: number
  readonly step: StepModel
  /** The words that name it: `--port 8000`, `PORT=8080`. */
  readonly words: string
}

/** Ports that the words of ENTRYPOINT and CMD name, those of the machine itself (127.0.0.1) left out. */
export function startPorts({ final: { end } }: Facts): readonly ServedPort[] {
  const { entrypoint, cmd } = end
  const lists = [entrypoint, cmd].flatMap((step) =>
    (step?.command?.script.commands ?? []).map((command) => ({
      step: step as StepModel,
      words: [command.program, ...command.args],
    })),
  )
  // What CMD says are arguments of the program in ENTRYPOINT.
  if (entrypoint?.command?.form === 'exec' && cmd?.command?.form === 'exec')
    lists.push({ step: cmd, words: [...entrypoint.command.argv, ...cmd.command.argv] })
  const found = lists.flatMap(({ step, words }) => portsIn(words).map((port) => ({ step, ...port })))
  return found.filter(({ port }, index) => found.findIndex((other) => other.port === port) === index)
}

/** Ports that variables name which servers read, the last ENV of each. */
export function variablePorts({ final: { history } }: Facts): readonly ServedPort[] {
  const pairs = history.flatMap((step) => (step.kind === 'ENV' ? step.pairs.map((pair) => ({ step, ...pair })) : []))
  return pairs.flatMap(({ step, name, value }, index) => {
    if (!serving.test(name) || pairs.slice(index + 1).some((later) => later.name === name)) return []
    const port = asPort(/^(?:https?:\/\/[^/\s;]*:)?(\d+)\/?$/.exec(value ?? '')?.[1])
    return port === undefined ? [] : [{ port, step, words: `${name}=${value}` }]
  })
}

/** The ports that EXPOSE names for the final image; undefined when a variable hides one. */
export function exposedPorts({
  final: { history },
  file,
}: Facts): readonly { readonly start: number; readonly end: number; readonly step: StepModel }[] | undefined {
  const found: { start: number; end: number; step: StepModel }[] = []
  for (const step of history) {
    if (step.instruction.kind !== 'EXPOSE') continue
    for (const word of step.instruction.words) {
      const { value, isWhole } = fillWord(word, step.before.variables, file.escape)
      if (!isWhole || value === '' || 'error' in parsePortSpec(value)) return undefined
      const [, start, end] = /(\d+)(?:-(\d+))?(?:\/\w+)?$/.exec(value) ?? []
      found.push({ start: Number(start), end: Number(end ?? start), step })
    }
  }
  return found
}

const serving = /^(?:PORT|SERVER_PORT|HTTP_PORT|FLASK_RUN_PORT|UVICORN_PORT|ASPNETCORE_HTTP_PORTS|ASPNETCORE_URLS)$/
/** They go to a port of another machine. */
const clients =
  /^(?:psql|pg_isready|mysql|mariadb|redis-cli|mongo|mongosh|curl|wget|nc|ncat|ssh|telnet|wait-for\S*|dockerize)$/
const local = /^(?:127\.|localhost|\[?::1\]?:|unix:)/

function portsIn(words: readonly string[]): readonly { readonly port: number; readonly words: string }[] {
  const programs = new Set(words.map((word) => word.split('/').at(-1) ?? ''))
  if ([...programs].some((program) => clients.test(program)) || isLocal(words)) return []
  return words.flatMap((word, index) => {
    const next = words[index + 1] ?? ''
    const [, flag = word, joined] = /^(--?[\w.-]+)=(.+)$/.exec(word) ?? []
    const value = joined ?? next
    const port =
      readsPort(flag, programs) && !local.test(value) ? asPort(/^(?:\S*:)?(\d+)$/.exec(value)?.[1]) : undefined
    return port === undefined ? [] : [{ port, words: joined === undefined ? `${word} ${next}` : word }]
  })
}

/** `--host 127.0.0.1`: nobody outside of the container gets there. */
function isLocal(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const value = /^--?(?:host|address|bind)=(.+)$/.exec(word)?.[1] ?? words[index + 1] ?? ''
    return /^--?(?:host|address|bind)\b/.test(word) && local.test(`${value}:`)
  })
}

/** Whether what follows a word is a port that is listened to. */
function readsPort(word: string, programs: ReadonlySet<string>): boolean {
  if (word === '--port' || word === '--http-port' || word === '-Dserver.port' || word === '--server.port') return true
  if (word === '-b' || word === '--bind') return programs.has('gunicorn') || programs.has('hypercorn')
  if (word === '-p') return ['http-server', 'next', 'rails', 'puma', 'flask'].some((name) => programs.has(name))
  if (word === '-S') return programs.has('php')
  return word === 'runserver' || word === 'http.server'
}

function asPort(text: string | undefined): number | undefined {
  const port = Number(text ?? Number.NaN)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}
