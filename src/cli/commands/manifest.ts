import {
  annotateList,
  createList,
  type ObservedOptions,
  pushImage,
  readManifest,
  removeImage,
  withSession,
} from '../../app/index.ts'
import { didYouMean, SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

interface Action {
  /** The flags it takes, besides those of all. */
  readonly flags: readonly string[]
  /** How many words it takes behind the name. */
  readonly words: readonly [number, number]
  readonly usage: string
  run(call: Call): Promise<string | Uint8Array>
}

interface Call {
  readonly context: CommandContext
  readonly input: ParsedInput
  readonly options: ObservedOptions
  readonly name: string
  readonly words: readonly string[]
}

const actions: Readonly<Record<string, Action>> = {
  create: {
    flags: ['amend', 'annotation'],
    words: [1, Number.POSITIVE_INFINITY],
    usage: 'create NAME IMAGE...',
    run: create,
  },
  annotate: {
    flags: ['annotation', 'os', 'arch', 'variant', 'os-version'],
    words: [0, 1],
    usage: 'annotate NAME [IMAGE|DIGEST]',
    run: annotate,
  },
  inspect: { flags: ['raw'], words: [0, 0], usage: 'inspect NAME', run: inspect },
  push: { flags: ['purge', 'quiet'], words: [0, 1], usage: 'push NAME [TARGET]', run: push },
}
const ofAll = ['authfile', 'registry-config', 'tls-verify', 'progress', 'debug', 'root', 'help']

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const [word = '', name = '', ...words] = input.args
  const action = actions[word]
  if (action === undefined) {
    const known = Object.keys(actions)
    throw new SlipwayError('usage', `slipway manifest cannot ${JSON.stringify(word)}`, {
      hint: didYouMean(word, known) ?? `it can ${known.join(', ')}`,
    })
  }
  const usage = `usage: slipway manifest ${action.usage}`
  const [least, most] = action.words
  if (words.length < least || words.length > most)
    throw new SlipwayError('usage', `manifest ${word} takes another number of names`, { hint: usage })
  const foreign = [...input.written.keys()].find((flag) => !action.flags.includes(flag) && !ofAll.includes(flag))
  if (foreign !== undefined)
    throw new SlipwayError('usage', `manifest ${word} has no flag --${foreign}`, { hint: usage })
  const options = sessionOptions(context, input, { quiet: word === 'push' && input.flags.bool('quiet') })
  await context.write(await action.run({ context, input, options, name, words }))
  return 0
}

async function create({ context, input, options, name, words }: Call): Promise<string> {
  const { cwd, signal } = context
  const request = { name, sources: words, amend: input.flags.bool('amend'), annotations: annotationsOf(input) }
  const digest = await withSession(options, (session) => createList(session, { ...request, cwd, signal }))
  return `${digest}\n`
}

async function annotate({ context, input: { flags }, input, options, name, words }: Call): Promise<string> {
  const { cwd, signal } = context
  const [entry] = words
  const parts = { os: 'os', architecture: 'arch', variant: 'variant', 'os.version': 'os-version' } as const
  const given = Object.entries(parts).map(([member, flag]) => [member, flags.text(flag)] as const)
  const platform = Object.fromEntries(given.filter(([, value]) => value !== undefined))
  const annotations = annotationsOf(input)
  if (given.every(([, value]) => value === undefined) && Object.keys(annotations).length === 0)
    throw new SlipwayError('usage', 'there is nothing to set', { hint: 'add --os, --arch, --variant or --annotation' })
  const request = { name, platform, annotations, ...(entry === undefined ? {} : { entry }) }
  const digest = await withSession(options, (session) => annotateList(session, { ...request, cwd, signal }))
  return `${digest}\n`
}

async function inspect({ context, input, options, name }: Call): Promise<string | Uint8Array> {
  const { cwd, signal } = context
  const bytes = await withSession(options, (session) => readManifest(session, name, { cwd, signal }))
  if (input.flags.bool('raw')) return bytes
  return `${JSON.stringify(JSON.parse(Buffer.from(bytes).toString('utf8')), undefined, 4)}\n`
}

async function push({ context, input, options, name, words }: Call): Promise<string> {
  const [target] = words
  const { signal } = context
  const digest = await withSession(options, async (session) => {
    const pushed = await pushImage(session, name, { signal, ...(target === undefined ? {} : { target }) })
    if (input.flags.bool('purge')) await removeImage(session, name, { force: false })
    return pushed.digest
  })
  return `${digest}\n`
}

function annotationsOf({ flags }: ParsedInput): Readonly<Record<string, string>> {
  return Object.fromEntries(flags.pairs('annotation').map(({ name, value = '' }) => [name, value]))
}
