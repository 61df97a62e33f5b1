import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { findDockerfile } from '../../adapters/context/index.ts'
import { type ImageUse, imageUses } from '../../bases/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { type Dockerfile, parseDockerfile } from '../../dockerfile/index.ts'
import { resolveGraph } from '../../graph/index.ts'
import { throwFirstError } from '../build/diagnostics.ts'
import { readNamedContexts } from '../build/named-contexts.ts'
import { machinePlatform } from '../build/plan-request.ts'

/** Which files, and what a build of them would be given. */
export interface UsesRequest {
  /** Dockerfiles, and directories with one. */
  readonly paths: readonly string[]
  readonly buildArgs: Readonly<Record<string, string>>
  readonly namedContexts: Readonly<Record<string, string>>
}

/** A Dockerfile with the images it names. */
export interface FileUses {
  /** Absolute. */
  readonly path: string
  readonly file: Dockerfile
  readonly uses: readonly ImageUse[]
}

/**
 * Reads the files, each once. Rejects with `dockerfile-missing`, with what is wrong with their text, and with
 * `dockerfile-syntax` for bytes that are not UTF-8.
 */
export async function readUses(request: UsesRequest, cwd: string): Promise<readonly FileUses[]> {
  const found = await Promise.all(request.paths.map((name) => locate(name, cwd)))
  const places = [...new Map(found.map((place) => [place.path, place])).values()]
  return Promise.all(
    places.map(async ({ path: absolute, shown }) => {
      const file = parseDockerfile({ path: shown, text: await readText(absolute, shown) })
      throwFirstError(file.diagnostics)
      return { path: absolute, file, uses: usesOf(file, request, cwd) }
    }),
  )
}

/** The images that a file names under the arguments and contexts of a request. */
export function usesOf(
  file: Dockerfile,
  { buildArgs, namedContexts }: Omit<UsesRequest, 'paths'>,
  cwd: string,
): readonly ImageUse[] {
  const contexts = readNamedContexts(namedContexts, cwd).map(({ name, context }) => [name, context] as const)
  const graph = resolveGraph(file, {
    buildArgs,
    namedContexts: Object.fromEntries(contexts),
    platform: machinePlatform(),
    buildPlatform: machinePlatform(),
    allStages: true,
  })
  return imageUses(file, graph)
}

async function locate(name: string, cwd: string): Promise<{ readonly path: string; readonly shown: string }> {
  const absolute = path.resolve(cwd, name)
  const isDirectory = statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true
  const search = { context: isDirectory ? absolute : cwd, cwd, remote: false }
  const { source } = await findDockerfile(isDirectory ? search : { ...search, file: absolute })
  return { path: path.resolve(cwd, source.path), shown: source.path }
}

async function readText(absolute: string, shown: string): Promise<string> {
  const bytes = await readFile(absolute)
  const text = bytes.toString('utf8')
  if (Buffer.from(text).equals(bytes)) return text
  throw new SlipwayError('dockerfile-syntax', `${shown} is not UTF-8 throughout, so it cannot be written back unharmed`)
}
