import type { Fix } from '../../core/index.ts'
import { insertWordAfter } from '../../editing/index.ts'
import type { Action } from '../../shell/index.ts'
import type { Facts } from '../facts.ts'
import { subcommandOf } from '../queries/run-commands.ts'

type FoundInstall = Extract<Action, { readonly kind: 'install' }>

/** An install of which a lock file is there keeps to it, or stops. */
export function frozenInstallFix({ project }: Facts, install: FoundInstall): Fix | undefined {
  return install.manager === 'npm' ? cleanInstall(install) : withFlag(install, project)
}

/** `npm install` becomes `npm ci`, which takes the same options. */
function cleanInstall({ subcommand, command }: FoundInstall): Fix | undefined {
  const word = command.words.find(({ value }) => value === subcommand)
  if (command.program !== 'npm' || word === undefined) return undefined
  // Options that npm ci does not have.
  if (command.args.some((arg) => /^(?:--no-package-lock|--package-lock|-S|--save|--no-save|--force|-f)/.test(arg)))
    return undefined
  return {
    title: 'install what the lock file says with npm ci',
    edits: [{ span: word.span, text: 'ci' }],
    claims: ['same-config'],
    safety: 'proof',
  }
}

/** The flag differs by version. */
function withFlag({ manager, subcommand, command }: FoundInstall, project: Facts['project']): Fix | undefined {
  const flag = manager === 'yarn' ? yarnFlag(project) : manager === 'pnpm' || manager === 'bun' ? frozen : undefined
  const word = subcommandOf(command)?.word ?? command.programWord
  if (flag === undefined || word === undefined || !/^(?:|i|install)$/.test(subcommand)) return undefined
  return { title: `write ${flag}`, edits: insertWordAfter(word, flag), claims: ['same-files'], safety: 'proof' }
}

const frozen = '--frozen-lockfile'

/** Lock files of yarn 1 say so in their second line; those of later versions begin with metadata. */
function yarnFlag(project: Facts['project']): string | undefined {
  const locks = new Set((project?.node ?? []).flatMap(({ lock }) => (lock?.manager === 'yarn' ? [lock.path] : [])))
  const [only, ...others] = locks
  const text = only === undefined || others.length > 0 ? undefined : project?.text(only)
  if (text === undefined) return undefined
  if (/^# yarn lockfile v1/m.test(text)) return frozen
  return text.includes('__metadata:') ? '--immutable' : undefined
}
