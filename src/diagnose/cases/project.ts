import { distributionOf, installLine, nodeAt, readText } from '../distribution.ts'
import { absolutePath, type FailedStep, isCovered, lastMatch, type Recogniser } from '../failed-step.ts'
import { packageOfHeader } from '../header-packages.ts'
import { nearest } from '../../core/index.ts'

/** `npm ci`, which wants a lock file that fits. */
export const lockFile: Recogniser = (step) => {
  const missing = lastMatch(step, [/can only install with an existing package-lock\.json/])
  if (missing !== undefined) {
    const has = (name: string): boolean => nodeAt(step.tree, absolutePath(step, name)) !== undefined
    if (!has('package.json'))
      return {
        reason: `there is no package.json in ${step.cwd}`,
        advice: ['COPY package.json and package-lock.json first'],
      }
    if (has('package-lock.json')) return undefined
    return {
      reason: `npm ci needs a package-lock.json, and there is none in ${step.cwd}`,
      advice: [
        'COPY package*.json ./ brings it along if it exists and .dockerignore does not exclude it',
        'without one: npm install makes it; commit it',
      ],
    }
  }
  if (
    lastMatch(step, [
      /`npm ci` can only install packages when your package\.json and package-lock\.json .* are in sync/,
    ])
  )
    return {
      reason: 'package.json and package-lock.json do not fit each other',
      advice: ['run npm install where you develop, and commit the lock file'],
    }
  const frozen = lastMatch(step, [
    /ERR_PNPM_(?:NO_LOCKFILE|OUTDATED_LOCKFILE)/,
    /Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`/,
    /YN0028:/,
  ])
  if (frozen === undefined) return undefined
  return {
    reason: 'the lock file is missing or does not fit package.json',
    advice: ['run the package manager where you develop, and commit the lock file'],
  }
}

/** A script that package.json does not have. */
export const missingScript: Recogniser = (step) => {
  const name = lastMatch(step, [/Missing script: "?([\w:.-]+)"?/i])?.[1]
  if (name === undefined) return undefined
  const file = absolutePath(step, 'package.json')
  if (isCovered(step, file)) return undefined
  const similar = nearest(name, scriptNames(step, file), 1)[0]
  return {
    reason: `package.json has no script ${name}`,
    advice: similar === undefined ? [] : [`did you mean npm run ${similar}?`],
  }
}

function scriptNames(step: FailedStep, file: string): readonly string[] {
  try {
    const parsed = JSON.parse(readText(step.tree, file) ?? '{}') as {
      readonly scripts?: Readonly<Record<string, string>>
    }
    return Object.keys(parsed.scripts ?? {})
  } catch {
    return []
  }
}

/** Python of a distribution that keeps pip out (PEP 668). */
export const managedPython: Recogniser = (step) => {
  if (lastMatch(step, [/^error: externally-managed-environment|See PEP 668/]) === undefined) return undefined
  return {
    reason: 'this Python belongs to the distribution, and pip may not change it (PEP 668)',
    advice: [
      'use a virtual environment: RUN python3 -m venv /opt/venv, then ENV PATH=/opt/venv/bin:$PATH',
      'in an image of one application, pip install --break-system-packages does no harm either',
    ],
  }
}

/** A directory that `cd` or a redirection wants and that is not there. */
export const missingDirectory: Recogniser = (step) => {
  const match = lastMatch(step, [
    /: cd: (?:line \d+: )?can't cd to ([^\s:]+)(?:: No such file or directory)?$/,
    /: cd: ([^:]+): No such file or directory$/,
    /cannot create ([^\s:]+): Directory nonexistent$/,
    /can't create ([^\s:]+): nonexistent directory$/,
  ])
  const named = match?.[1]
  if (named === undefined || !named.startsWith('/') || isCovered(step, named)) return undefined
  const isFile = match?.[0].includes('create') === true
  const directory = isFile ? named.slice(0, named.lastIndexOf('/')) || '/' : named
  const node = nodeAt(step.tree, directory)
  if (node?.kind === 'dir') return undefined
  if (node !== undefined) return { reason: `${directory} is not a directory`, advice: [] }
  return {
    reason: `there is no directory ${directory} in this stage`,
    advice: isFile
      ? [`make it first: mkdir -p ${directory}`]
      : ['WORKDIR creates a directory and enters it; a cd ends with its RUN'],
    wanted: [directory.slice(1)],
  }
}

/** A header of a library whose development package is not installed. */
export const missingHeader: Recogniser = (step) => {
  const header = lastMatch(step, [
    /fatal error: '?([\w./+-]+\.h(?:pp)?)'?(?:: No such file or directory| file not found)/,
  ])?.[1]
  if (header === undefined) return undefined
  const distribution = distributionOf(step.tree)
  const known = distribution === undefined ? undefined : packageOfHeader(distribution.family, header)
  if (known === undefined || distribution === undefined) return undefined
  return {
    reason: `the header ${header} is not in this stage`,
    advice: [`in ${distribution.name} the package ${known} brings it: ${installLine(distribution.family, [known])}`],
  }
}
