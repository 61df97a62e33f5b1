import { posix } from 'node:path'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { finalCopies } from '../queries/final-copies.ts'
import { listed } from '../queries/listed.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { environmentsOf } from '../queries/python-installs.ts'
import { pythonOf, type StagePython } from '../queries/pythons.ts'
import { runCommandsOf } from '../queries/run-commands-of.ts'
import { actionsIn } from '../queries/steps.ts'
import { runsUnread } from '../queries/unread-commands.ts'

/** Packages or a venv of one Python, handed to another one that does not find or cannot load them. */
export const pythonEnvironmentMismatch: Pitfall = {
  id: 'python-environment-mismatch',
  summary:
    'Packages and environments of Python go to an image with the same Python at the same place: another one looks elsewhere.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const { final } = facts
    const run = pythonOf(final)
    if (run === undefined || final.end.env.has('PYTHONPATH') || runsUnread(final.history)) return []
    return finalCopies(facts).flatMap(({ step, path, stage }): readonly PitfallHit[] => {
      if (stage === undefined || final.chain.includes(stage)) return []
      const problem = problemOf({ facts, stage, step, path, made: pythonOf(stage), run })
      return problem === undefined ? [] : [{ at: step.at, ...problem, evidence: { path, from: stage.label } }]
    })
  },
}

interface Handover {
  readonly facts: Facts
  readonly stage: StageModel
  readonly step: StepModel
  /** What is taken. */
  readonly path: string
  readonly made: StagePython | undefined
  /** The Python of the final image. */
  readonly run: StagePython
}

type Problem = Pick<PitfallHit, 'message' | 'hint'>

function problemOf(handover: Handover): Problem | undefined {
  const { stage, path } = handover
  if (environmentsOf(stage).includes(path)) return ofEnvironment(handover)
  const place = placeOf(handover)
  return place === undefined ? undefined : (notRead(handover, place) ?? otherVersion(handover, place))
}

/** Where packages land: `/usr/local/lib/python3.12/site-packages`, in the system's directories or below a home. */
function placeOf({ stage, step, path, made }: Handover): string | undefined {
  const destination = withoutSlash(step.transfer?.destination ?? '/')
  if (/\/python3\.\d+\/(?:site|dist)-packages$/.test(path)) return destination
  if (/\/python3\.\d+\/(?:site|dist)-packages\/[^/]+$/.test(path))
    return step.transfer?.intoDirectory === true ? destination : posix.dirname(destination)
  const installs = actionsIn(stage.history, 'install').filter(({ action }) => /^(?:pip|uv)$/.test(action.manager))
  const isPrefix = installs.some(
    ({ action: { scope, directory, command } }) =>
      scope === 'prefix' && directory === path && command.args.some((arg) => /^--prefix(?:=|$)/.test(arg)),
  )
  const isUser = installs.some(({ action: { scope } }) => scope === 'user') && path.endsWith('/.local')
  if ((!isPrefix && !isUser) || made?.version === undefined) return undefined
  return posix.join(destination, `lib/python${made.version}/site-packages`)
}

const system = /^\/usr\/(?:local\/)?lib\/python3(?:\.\d+)?\/(?:site|dist)-packages$/

/** The interpreter of the final image never looks there. */
function notRead({ run, stage }: Handover, place: string): Problem | undefined {
  const [first] = run.directories
  if (first === undefined || !system.test(place) || run.directories.includes(place)) return undefined
  return {
    message: `nobody reads \`${place}\`: ${run.title} is Python ${run.version}, which looks in ${listed(run.directories.slice(0, 2).map((one) => `\`${one}\``))}; the packages of "${stage.label}" are not found`,
    hint: `take the same Python image for both stages, or one for the build that has Python ${run.version}, and copy to \`${first}\` (or set PYTHONPATH)`,
  }
}

/** The interpreter finds them, and their compiled modules are for another one. Of two images with versions in their tags another rule tells. */
function otherVersion({ run, made, stage, facts }: Handover, place: string): Problem | undefined {
  if (made?.version === undefined || run.version === undefined || made.version === run.version) return undefined
  if (stage.base.runtime?.version !== undefined && facts.final.base.runtime?.version !== undefined) return undefined
  return {
    message: `the packages of "${stage.label}" are made for Python ${made.version} (${made.title}), and ${run.title} is Python ${run.version}: ${system.test(place) ? 'their compiled modules do not load' : 'it does not look there'}`,
    hint: 'take the same Python for both stages, best the same image',
  }
}

/** A venv: its `python` is a link to the interpreter that made it, and its programs begin with the path where it was made. */
function ofEnvironment(handover: Handover): Problem | undefined {
  const { stage, step, path, made, run } = handover
  const destination = withoutSlash(step.transfer?.destination ?? '/')
  if (made === undefined || isPortable(stage) || !isStarted(handover.facts, destination)) return undefined
  const bin = makerOf(stage, path) ?? made.bin
  if (bin !== run.bin)
    return {
      message: `\`${destination}/bin/python\` is a link to \`${bin}/python3\` of ${made.title}, and ${run.title} has its Python in \`${run.bin}\`: the environment does not start`,
      hint: `make the environment with the Python that runs it: take the same image for both stages`,
    }
  const program = startedProgram(handover.facts)
  if (destination !== path && program !== undefined && scripts.has(program))
    return {
      message: `\`${program}\` begins with \`#!${path}/bin/python\`, and COPY puts the environment to \`${destination}\`: "no such file or directory" when it is started`,
      hint: `make the environment at the path where it will be (python -m venv ${destination}), or start it with \`python -m ${program}\``,
    }
  return otherVersion(handover, destination)
}

/** The directory of the interpreter that a command names to make an environment: `/usr/bin/python3 -m venv /venv`. */
function makerOf(stage: StageModel, environment: string): string | undefined {
  const maker = runCommandsOf(stage).find(
    ({ command: { args } }) => args.some((arg) => /^(?:venv|virtualenv)$/.test(arg)) && args.includes(environment),
  )
  const program = maker?.command.programWord?.value ?? ''
  return program.startsWith('/') ? posix.dirname(program) : undefined
}

/** Programs that pip writes as scripts. */
const scripts = new Set(
  'gunicorn uvicorn hypercorn daphne flask fastapi celery django-admin streamlit alembic waitress-serve mlflow dagster airflow scrapy rq'.split(
    ' ',
  ),
)

/** Made with copies instead of links, to be moved, or with an interpreter that uv brings. */
function isPortable(stage: StageModel): boolean {
  if ([...stage.end.env.keys()].some((name) => /^UV_(?:PYTHON|MANAGED_PYTHON|VENV_RELOCATABLE)/.test(name))) return true
  return runCommandsOf(stage).some(
    ({ command: { program, args } }) =>
      args.some((arg) => /^--(?:copies|relocatable|always-copy|managed-python)$/.test(arg)) ||
      /^(?:venv-pack|conda|pyenv|virtualenv-clone)$/.test(program) ||
      (program === 'uv' && args[0] === 'python') ||
      (program === 'sed' && args.some((arg) => arg.includes('bin'))),
  )
}

/** The environment is what the image runs: on its search path, or named by its start command. */
function isStarted({ final }: Facts, environment: string): boolean {
  const { entrypoint, cmd } = final.end
  const paths = final.history.flatMap(({ kind, pairs }) =>
    kind !== 'ENV'
      ? []
      : pairs.flatMap(({ name, value, written }) => (name === 'PATH' ? [value ?? written ?? ''] : [])),
  )
  if (paths.some((path) => path.replaceAll(/["']/g, '').split(':').includes(`${environment}/bin`))) return true
  return [entrypoint, cmd].some((step) =>
    step?.command?.script.commands.some(({ programWord }) => isWithin(programWord?.value ?? '', `${environment}/bin`)),
  )
}

function startedProgram({ final }: Facts): string | undefined {
  const { entrypoint, cmd } = final.end
  const [first] = (entrypoint ?? cmd)?.command?.script.commands ?? []
  return first === undefined ? undefined : posix.basename(first.program)
}
