import { SlipwayError } from '../core/index.ts'

/** All of standard input. What is no UTF-8 is replaced, or refused with `dockerfile-syntax` when that would lose it. */
export async function stdinText(
  stdin: AsyncIterable<Uint8Array>,
  { exact = false }: { readonly exact?: boolean } = {},
): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stdin) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const text = bytes.toString('utf8')
  if (exact && !Buffer.from(text).equals(bytes))
    throw new SlipwayError(
      'dockerfile-syntax',
      'standard input is not UTF-8 throughout, so it cannot be given back unharmed',
    )
  return text
}
