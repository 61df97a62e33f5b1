import type { FileChange, Miss, MissReason } from './build-trace.ts'

/** One line on why a step ran: its first reason, and how many more there are. */
export function missLine({ reasons }: Miss): string {
  const [first, ...others] = reasons
  if (first === undefined) return ''
  const more = others.filter(({ kind }) => kind !== 'parent').length
  return `${reasonText(first)}${more === 0 ? '' : `, and ${more} more ${more === 1 ? 'reason' : 'reasons'}`}`
}

/** A reason as a phrase. */
export function reasonText(reason: MissReason): string {
  switch (reason.kind) {
    case 'asked':
      return 'the cache was not to be used'
    case 'new-step':
      return 'the build before had no such step'
    case 'failed':
      return 'it failed the last time'
    case 'gone':
      return 'nothing differs, but what the cache had of it has been removed'
    case 'part':
      return partText(reason)
    case 'files':
      return filesText(reason)
    case 'base':
      return `the base is another image: ${shortImage(reason.before)} → ${shortImage(reason.after)}`
    case 'parent':
      return parentText(reason)
  }
}

/** A changed path with what it was and is. */
export function changeText({ path, change, before, after }: FileChange): string {
  const what = before === undefined && after === undefined ? '' : ` (${before ?? 'nothing'} → ${after ?? 'nothing'})`
  switch (change) {
    case 'added':
      return `${path} is new`
    case 'removed':
      return `${path} is gone`
    case 'content':
      return `${path} changed${what}`
    default:
      return `${path} has another ${change === 'attributes' ? 'set of attributes' : change}${what}`
  }
}

function partText({ part, before, after }: Extract<MissReason, { readonly kind: 'part' }>): string {
  if (part === 'env order') return 'the variables are declared in another order'
  if (part.startsWith('env ')) {
    const name = part.slice('env '.length)
    if (before === undefined) return `the variable ${name} is new`
    return after === undefined ? `the variable ${name} is gone` : `the variable ${name} has another value`
  }
  if (part === 'command') return `the command is another: ${shown(before)} → ${shown(after)}`
  if (part.startsWith('mount ')) return `a mount is another: ${before ?? 'none'} → ${after ?? 'none'}`
  if (part.startsWith('source ')) return 'the sources are others'
  return `${part} is another: ${before || 'none'} → ${after || 'none'}`
}

/** The command of a RUN without the shell around it. */
function shown(command: string | undefined): string {
  if (command === undefined) return 'none'
  const argv = JSON.parse(command) as readonly string[]
  return argv[1] === '-c' && argv[2] !== undefined ? argv.slice(2).join(' ') : argv.join(' ')
}

function filesText({ changes, more, of }: Extract<MissReason, { readonly kind: 'files' }>): string {
  const [first] = changes
  if (first === undefined) return 'other files are copied (which ones is not known any more)'
  const count = changes.length + more
  const share = of === undefined || of < 2 ? '' : `${count} of ${of} files: `
  return `${share}${changeText(first)}${count === 1 ? '' : `, and ${count - 1} more`}`
}

function parentText({ change, text, line }: Extract<MissReason, { readonly kind: 'parent' }>): string {
  const place = `${text ?? 'a step'}${line === undefined ? '' : ` (line ${line})`}`
  switch (change) {
    case 'changed':
      return `what is below differs since ${place}`
    case 'added':
      return `${place} is new below it`
    case 'removed':
      return `${place} was below it and is gone`
    case 'unknown':
      return 'what is below differs'
  }
}

function shortImage(reference: string): string {
  return reference.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@sha256:$1')
}
