import type { BaseProfile } from '../../bases/index.ts'
import type { StageState, StepModel } from '../facts.ts'

/** What a stage begins with when it continues no other. */
export function firstState(base: BaseProfile, arguments_: ReadonlyMap<string, string>): StageState {
  const env = new Map(base.env)
  return {
    env,
    variables: new Map([...arguments_, ...env]),
    declaredArgs: new Set(),
    cwd: base.workdir ?? '/',
    ...(base.user === undefined ? {} : { user: base.user }),
    ...rootness(base.user),
    ...(base.accounts === undefined ? {} : { accounts: base.accounts }),
  }
}

/** What a stage begins with that continues another: ENV and ARG of the other hold in it. */
export function inheritedState(end: StageState, arguments_: ReadonlyMap<string, string>): StageState {
  return { ...end, variables: new Map([...arguments_, ...end.variables]) }
}

/** What holds after a step. */
export function stateAfter(state: StageState, step: StepModel, globals: ReadonlyMap<string, string>): StageState {
  switch (step.kind) {
    case 'ENV':
      return withVariables(state, step, { isEnv: true })
    case 'ARG':
      return withArguments(state, step, globals)
    case 'WORKDIR':
      return { ...state, cwd: step.text?.value ?? state.cwd }
    case 'USER':
      return withUser(state, step)
    case 'SHELL':
      return { ...state, shell: step.command?.argv ?? [] }
    case 'CMD':
      return { ...state, cmd: step }
    case 'ENTRYPOINT':
      return withEntrypoint(state, step)
    case 'HEALTHCHECK':
      return { ...state, healthcheck: step }
    case 'RUN':
      return withAccounts(state, step)
    default:
      return state
  }
}

/** An ENTRYPOINT takes back the CMD of what the stage starts from, but not one of its own. */
function withEntrypoint({ cmd, ...rest }: StageState, step: StepModel): StageState {
  return { ...rest, ...(cmd?.stage === step.stage ? { cmd } : {}), entrypoint: step }
}

function withVariables(state: StageState, { pairs }: StepModel, { isEnv }: { readonly isEnv: boolean }): StageState {
  const variables = new Map(state.variables)
  const env = new Map(state.env)
  for (const { name, value } of pairs) {
    if (value === undefined) continue
    variables.set(name, value)
    if (isEnv) env.set(name, value)
  }
  return { ...state, variables, env }
}

function withArguments(state: StageState, { pairs }: StepModel, globals: ReadonlyMap<string, string>): StageState {
  const variables = new Map(state.variables)
  for (const { name, value } of pairs) {
    const known = value ?? globals.get(name)
    // ENV wins over ARG, whichever comes first.
    if (known !== undefined && !state.env.has(name)) variables.set(name, known)
  }
  return { ...state, variables, declaredArgs: new Set([...state.declaredArgs, ...pairs.map(({ name }) => name)]) }
}

function withUser(state: StageState, step: StepModel): StageState {
  const { user: _user, isRoot: _isRoot, ...rest } = state
  const text = step.text
  if (text === undefined || !text.isWhole || text.value === '') return { ...rest, userStep: step }
  return { ...rest, user: text.value, userStep: step, ...rootness(text.value) }
}

function rootness(user: string | undefined): Pick<StageState, 'isRoot'> {
  if (user === undefined) return {}
  const name = user.split(':', 1)[0] ?? ''
  return { isRoot: name === 'root' || /^0+$/.test(name) }
}

function withAccounts(state: StageState, { command }: StepModel): StageState {
  const made = (command?.actions ?? []).flatMap((action) => (action.kind === 'create-user' ? [action.name] : []))
  if (made.length === 0 || state.accounts === undefined) return state
  return { ...state, accounts: new Set([...state.accounts, ...made]) }
}
