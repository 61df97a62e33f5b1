import { nearest } from '../../core/index.ts'
import { packageOfCommand } from '../../inventory/index.ts'
import { distributionOf, installLine, nodeAt, readText } from '../distribution.ts'
import {
  absolutePath,
  type Explanation,
  type FailedStep,
  isCovered,
  lastMatch,
  type Recogniser,
} from '../failed-step.ts'
import { programElsewhere, programInPath, programNames, usualPlaces } from '../programs.ts'

const notFound: readonly RegExp[] = [
  /^\S+: (?:line )?\d+: (?:exec: )?([\w.+/@-]+): not found$/,
  /^\S*sh: (?:exec: )?(?:line \d+: )?(?:exec: line \d+: )?([\w.+/@-]+): not found$/,
  /: (?:line \d+: )?([\w.+/@-]+): command not found$/,
  /env: [‘']([^'’\s]+)['’]: No such file or directory$/,
  /(?:env|timeout|nice|xargs|nohup|setsid): can't execute '([^']+)': No such file or directory$/,
  /(?:timeout|nice|nohup|setsid|stdbuf): (?:failed to run command )?[‘']([^'’]+)['’]: No such file or directory$/,
  /^make(?:\[\d+\])?: ([\w.+-]+): No such file or directory$/,
  /error: command '([\w.+-]+)' failed: No such file or directory$/,
  /exec: "([\w.+-]+)": executable file not found in \$PATH/,
  /executable file [`'"]([\w.+-]+)[`'"] not found in \$PATH/,
  /^error: linker `([\w.+-]+)` not found$/,
  /(?:Error: )?spawn ([\w.+-]+) ENOENT$/,
]

/** A command that is in no directory of PATH: where it is instead, which package brings it, or what it may be a slip of. */
export const missingCommand: Recogniser = (step) => {
  const match = lastMatch(step, notFound)
  const name = match?.[1]
  if (name === undefined || programInPath(step, name) !== undefined) return undefined
  if (name.includes('/')) return missingPath(step, name)
  const elsewhere = programElsewhere(step, name)
  if (elsewhere !== undefined) return outsidePath(name, elsewhere)
  const projectTool = developmentTool(step, name)
  if (projectTool !== undefined) return projectTool
  const account = accountCommand(step, name)
  if (account !== undefined) return account
  return notInstalled(step, name)
}

function missingPath(step: FailedStep, name: string): Explanation | undefined {
  const path = absolutePath(step, name)
  if (isCovered(step, path) || nodeAt(step.tree, path) !== undefined) return undefined
  // After `cd` or WORKDIR inside a script the place is not known.
  if (!name.startsWith('/')) return undefined
  return { reason: `there is no ${path} in this stage`, advice: [], wanted: [path.slice(1)] }
}

function outsidePath(name: string, path: string): Explanation {
  const directory = path.slice(0, -name.length - 1)
  return {
    reason: `${name} is installed as ${path}, and PATH does not lead there`,
    advice: [`add it above this line: ENV PATH=${directory}:$PATH`],
  }
}

function notInstalled(step: FailedStep, name: string): Explanation {
  const distribution = distributionOf(step.tree)
  const where = distribution === undefined ? 'in this stage' : `in this stage (${distribution.name})`
  const known = distribution === undefined ? undefined : packageOfCommand(distribution.family, name)
  const [similar] = nearest(name, programNames(step), 1)
  const reason = `${name} is not installed ${where}`
  const wanted = usualPlaces(name)
  if (known !== undefined && distribution !== undefined) {
    const line = installLine(distribution.family, [known])
    return { reason, advice: [`the package ${known} brings it: ${line}`], wanted }
  }
  if (similar !== undefined) return { reason: `${reason}; did you mean ${similar}?`, advice: [], wanted }
  return {
    reason,
    advice:
      distribution === undefined
        ? []
        : [`which package of ${distribution.name} brings it is not in Slipway's list of common commands`],
    wanted,
  }
}

/** A build tool that package.json lists for development, in an installation without those. */
function developmentTool(step: FailedStep, name: string): Explanation | undefined {
  const text = readText(step.tree, absolutePath(step, 'package.json'))
  if (text === undefined || isCovered(step, absolutePath(step, 'package.json'))) return undefined
  const tool = toolPackages[name] ?? name
  const field = fieldOf(text, tool)
  if (field === undefined) return undefined
  const installed = nodeAt(step.tree, absolutePath(step, 'node_modules')) !== undefined
  const which = tool === name ? name : `${name} (of ${tool})`
  if (!installed || isCovered(step, absolutePath(step, 'node_modules'))) {
    return {
      reason: `${which} is one of the ${field} of package.json, and nothing has been installed in ${step.cwd}`,
      advice: ['run npm ci (or npm install) above this line'],
    }
  }
  if (field === 'dependencies') return undefined
  return {
    reason: `${which} is one of the devDependencies of package.json, and they were not installed`,
    advice: [
      'install all of them for the build (npm ci without --omit=dev, --production or NODE_ENV=production)',
      'and keep them out of the image with npm prune --omit=dev, or by a second stage',
    ],
  }
}

/** Commands that are not called like the package that brings them. */
const toolPackages: Readonly<Record<string, string>> = {
  tsc: 'typescript',
  ng: '@angular/cli',
  nest: '@nestjs/cli',
  vue: '@vue/cli',
  'vue-cli-service': '@vue/cli-service',
  'react-scripts': 'react-scripts',
  'webpack-cli': 'webpack-cli',
  svelte: '@sveltejs/kit',
  babel: '@babel/cli',
  swc: '@swc/cli',
  tailwindcss: 'tailwindcss',
  remix: '@remix-run/dev',
}

function fieldOf(packageJson: string, name: string): 'dependencies' | 'devDependencies' | undefined {
  try {
    const fields = JSON.parse(packageJson) as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>
    return (['dependencies', 'devDependencies'] as const).find((field) => fields[field]?.[name] !== undefined)
  } catch {
    return undefined
  }
}

const accountCommands: Readonly<Record<string, { readonly alpine: string; readonly shadow: string }>> = {
  useradd: { alpine: 'adduser -S -D -H NAME', shadow: 'shadow' },
  groupadd: { alpine: 'addgroup -S NAME', shadow: 'shadow' },
  usermod: { alpine: 'addgroup USER GROUP', shadow: 'shadow' },
  userdel: { alpine: 'deluser NAME', shadow: 'shadow' },
}

/** Alpine and busybox have `adduser` where others have `useradd`. */
function accountCommand(step: FailedStep, name: string): Explanation | undefined {
  const alternative = accountCommands[name]
  const distribution = distributionOf(step.tree)
  if (alternative === undefined || distribution?.family !== 'alpine') return undefined
  return {
    reason: `${name} is not installed in this stage (${distribution.name})`,
    advice: [
      `use ${alternative.alpine}, which it has, or install ${name}: ${installLine('alpine', [alternative.shadow])}`,
    ],
  }
}

/** Flags of Debian's adduser given to busybox, or the other way round. */
export const accountFlags: Recogniser = (step) => {
  const busybox = lastMatch(step, [/^(adduser|addgroup): unrecognized option:? (.+)$/])
  if (busybox !== undefined) {
    return {
      reason: `${busybox[1]} is that of busybox here and has no option ${busybox[2]}`,
      advice: [
        'busybox: adduser -S (system) -D (no password) -H (no home) -u UID -G GROUP NAME; addgroup -S -g GID NAME',
      ],
    }
  }
  const debian = lastMatch(step, [/^(?:Option ([DSHGkh]) is ambiguous|Unknown option: ([DSHGkh]))\b/])
  const tool = debian === undefined ? undefined : lastMatch(step, [/^(adduser|addgroup) /])
  if (debian === undefined || tool === undefined) return undefined
  return {
    reason: `${tool[1]} is that of Debian here and has no option -${debian[1] ?? debian[2]}`,
    advice: ['use useradd --system --no-create-home NAME, or adduser --system --no-create-home --group NAME'],
  }
}
