import { login } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { askLine } from '../ask-secret.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { registryEnvironment } from '../registry-environment.ts'
import { registryOptions } from '../registry-flags.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { username, password } = await askedLogin(context, input)
  const env = registryEnvironment(context, input)
  const [registry] = input.args
  const hosts = registryOptions(context, input)
  const result = await login({ registry, username, password }, { env, signal: context.signal, hosts })
  if (result.helper === undefined) {
    context.notice(
      `WARNING: the password is stored unencrypted in ${result.path}; a credential helper would keep it safe: https://docs.docker.com/go/credential-store/`,
    )
  }
  if (result.verdict === 'open')
    context.notice(`${result.registry} asks nobody to log in, so the password was not checked`)
  await context.write('Login Succeeded\n')
  return 0
}

async function askedLogin(
  context: CommandContext,
  { flags }: ParsedInput,
): Promise<{ readonly username: string; readonly password: string }> {
  const fromStdin = flags.bool('password-stdin')
  const user = flags.text('username')
  const given = flags.text('password')
  if (fromStdin && given !== undefined)
    throw new SlipwayError('usage', '--password and --password-stdin exclude each other')
  if (fromStdin && user === undefined)
    throw new SlipwayError('usage', '--password-stdin needs a user name', { hint: 'add --username USER' })
  if (given !== undefined)
    context.notice('WARNING: other programs of this machine can see --password; use --password-stdin')
  const isComplete = user !== undefined && (fromStdin || given !== undefined)
  if (!isComplete && !context.stdin.isTTY) {
    throw new SlipwayError('usage', 'there is no terminal to ask for the login', {
      hint: 'slipway login --username USER --password-stdin REGISTRY <FILE',
    })
  }
  const username = user ?? (await askLine(context, 'Username: ', { hidden: false }))
  if (username === '') throw new SlipwayError('usage', 'a login needs a user name')
  const password =
    given ?? (fromStdin ? await lineOf(context.stdin) : await askLine(context, 'Password: ', { hidden: true }))
  if (password === '') throw new SlipwayError('usage', 'the password is empty')
  return { username, password }
}

/** All of standard input without the line end that editors and `echo` add. */
async function lineOf(stdin: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
