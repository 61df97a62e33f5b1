import { posix } from 'node:path'
import type { BaseProfile } from '../../bases/index.ts'
import type { StepModel } from '../facts.ts'
import { installedPackages } from './installed-packages.ts'
import { isWithin } from './origins.ts'
import type { MadeCode } from './made-code.ts'

/** Programs that are scripts, or one file for every system. */
const scripts = new Set(
  'npm npx yarn yarnpkg pnpm corepack composer pip pip3 gem bundle mvn gradle ldd update-ca-certificates gunicorn uvicorn poetry tsc hg certbot egrep fgrep zcat kubectl helm terraform caddy traefik'.split(
    ' ',
  ),
)

/** A program or a runtime that an image itself has, at a path where it lies. */
export function shippedSystemProgram(
  base: BaseProfile,
  history: readonly StepModel[],
  path: string,
): MadeCode | undefined {
  const { libc, distribution } = base
  // The programs of busybox images need no library.
  if ((libc !== 'glibc' && libc !== 'musl') || distribution === 'busybox') return undefined
  const named = nameAt(base, path) ?? installedAt(history, path)
  return named === undefined ? undefined : { what: 'system', names: [named], isStatic: false, libc, isCross: false }
}

function nameAt({ hasProgram, runtime, env }: BaseProfile, path: string): string | undefined {
  const home = env.get('JAVA_HOME')
  if (
    runtime?.language === 'java' &&
    ((home !== undefined && path === home) || /^\/(?:opt\/java\/openjdk|usr\/lib\/jvm(?:\/[^/]+)?)$/.test(path))
  )
    return 'java'
  if (runtime?.language === 'node' && path === '/usr/local/bin/node') return 'node'
  const name = posix.basename(path)
  if (!/^\/(?:usr\/)?s?bin\/[^/]+$/.test(path) || scripts.has(name)) return undefined
  return hasProgram(name) === true ? name : undefined
}

/** What a package of the distribution with that name has put there. */
function installedAt(history: readonly StepModel[], path: string): string | undefined {
  const name = posix.basename(path)
  if (!['/usr/bin', '/usr/sbin', '/bin', '/sbin'].includes(posix.dirname(path)) || scripts.has(name)) return undefined
  const brought = history.some(({ transfer }) => transfer !== undefined && isWithin(path, transfer.destination))
  return !brought && installedPackages(history).names.has(name) ? name : undefined
}
