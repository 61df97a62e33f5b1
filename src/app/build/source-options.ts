import path from 'node:path'
import { sourceAccess, type SourcesOptions } from '../../adapters/context/index.ts'
import { machineAuthorities } from '../../adapters/registry/index.ts'
import type { StepSecrets } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import type { BuildRequest } from './build-request.ts'
import { readStepSecrets } from './step-secrets.ts'

/** How a build reaches what lies outside: where downloads are kept, what proves who asks, whom it trusts. */
export function sourceOptions(
  session: Session,
  { secrets, ssh }: Pick<StepSecrets, 'secrets' | 'ssh'>,
): Omit<SourcesOptions, 'contexts'> {
  let authorities: Promise<readonly string[]> | undefined
  return {
    root: path.join(session.root, 'sources'),
    access: sourceAccess(secrets, ssh),
    hold: (file) => session.hold(path.relative(session.root, file)),
    authorities: () => (authorities ??= machineAuthorities(session.env)),
  }
}

/** The same for a command that only looks: the secrets of the request prove who asks. */
export function requestSources(session: Session, request: BuildRequest): Omit<SourcesOptions, 'contexts'> {
  return sourceOptions(session, readStepSecrets({ ...request, env: session.env }))
}
