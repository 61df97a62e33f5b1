import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { type Dockerfile, parseDockerfile } from '../../dockerfile/index.ts'

/** Reads and parses one file (`-` for `stdin`), whatever is wrong with its text. Rejects with `dockerfile-missing`. */
export async function readDockerfile(
  file: string,
  world: { readonly cwd: string; readonly stdin: AsyncIterable<Uint8Array> },
): Promise<Dockerfile> {
  if (file !== '-') return parseDockerfile({ path: file, text: await readText(file, world.cwd) })
  const chunks: Uint8Array[] = []
  for await (const chunk of world.stdin) chunks.push(chunk)
  return parseDockerfile({ path: '-', text: Buffer.concat(chunks).toString('utf8') })
}

async function readText(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(path.resolve(cwd, file), 'utf8')
  } catch (cause) {
    throw new SlipwayError('dockerfile-missing', `cannot read ${file}: ${(cause as Error).message}`, { cause })
  }
}
