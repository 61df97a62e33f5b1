import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Workbench } from '../kit/workbench.ts'
import type { BuildInput, BuildOutcome, Builder } from './builders.ts'
import type { Case, CaseFiles, Expectation } from './case-folder.ts'
import { type ImageFacts, readImageFacts, readImages } from './image-facts.ts'
import { commitOf, makeRepository, serveCase } from './serve.ts'
import { bytesOf, writeFiles } from './write-files.ts'

/** What came of a case with one builder, in the form of an expectation. */
export interface CaseResult extends Expectation {
  readonly outcome: BuildOutcome
}

/** Runs a case from nothing: makes its files, servers and bases, builds, reads the image or the message, and cleans up. */
export async function runCase(one: Case, builder: Builder, bench: Workbench): Promise<CaseResult> {
  const directory = bench.place(one.name.replace('/', '-'))
  const repositories = path.join(directory, 'git')
  mkdirSync(repositories, { recursive: true })
  const server = await serveCase(one, repositories)
  try {
    for (const [name, steps] of Object.entries(one.spec.git ?? {})) makeRepository(repositories, name, steps)
    const fill = (text: string): string =>
      text
        .replaceAll('{http}', server.url)
        .replaceAll('{git}', `${server.url}/git`)
        .replaceAll('{case}', directory)
        .replaceAll('{context}', path.join(directory, 'context'))
        .replace(/\{sha:([^:}]+):([^}]+)\}/g, (_, name: string, revision: string) =>
          commitOf(repositories, name, revision),
        )
    const input = placeCase(one, directory, fill)
    await makeBases(one, builder, { directory, fill })
    return await buildCase(one, builder, { directory, bench, input, url: server.url })
  } finally {
    server.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

type Fill = (text: string) => string

/** Writes what the build reads; paths in its arguments are seen from the directory of the case, so that messages have none. */
function placeCase(one: Case, directory: string, fill: Fill): BuildInput {
  const { spec } = one
  const context = path.join(directory, 'context')
  mkdirSync(context)
  if (existsSync(path.join(one.folder, 'context'))) copyPlain(path.join(one.folder, 'context'), context)
  writeFiles(context, spec.files ?? {})
  if (one.dockerfile !== undefined)
    writeFileSync(path.join(directory, 'Dockerfile'), Buffer.from(fill(one.dockerfile.toString('latin1')), 'latin1'))
  if (spec.ignoreFile !== undefined) writeFileSync(path.join(directory, 'Dockerfile.dockerignore'), spec.ignoreFile)
  const flags = [...secretFlags(one, directory), ...contextFlags(one, directory), ...(spec.args ?? []).map(fill)]
  const named = one.dockerfile === undefined ? [] : ['-f', 'Dockerfile']
  return {
    args: [...named, ...flags, fill(spec.where ?? 'context')],
    cwd: directory,
    ...(spec.env === undefined ? {} : { env: spec.env }),
    ...(spec.stdin === undefined
      ? {}
      : { input: typeof spec.stdin === 'string' ? fill(spec.stdin) : bytesOf(spec.stdin) }),
  }
}

/** Modes come from the umask of whoever cloned the repository; only what git keeps of them counts. */
function copyPlain(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  const walk = (at: string): void => {
    const stat = lstatSync(at)
    if (stat.isSymbolicLink()) return
    chmodSync(at, stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o755 : 0o644)
    if (stat.isDirectory()) for (const name of readdirSync(at)) walk(path.join(at, name))
  }
  walk(to)
}

function secretFlags(one: Case, directory: string): readonly string[] {
  const secrets = Object.entries(one.spec.secrets ?? {})
  writeFiles(path.join(directory, 'secrets'), Object.fromEntries(secrets))
  return secrets.map(([id]) => `--secret=id=${id},src=secrets/${id}`)
}

function contextFlags(one: Case, directory: string): readonly string[] {
  return Object.entries(one.spec.contexts ?? {}).map(([name, place]) => {
    if (typeof place === 'string') return `--build-context=${name}=${place}`
    const folder = path.join(directory, 'contexts', name)
    mkdirSync(folder, { recursive: true })
    writeFiles(folder, place as CaseFiles)
    return `--build-context=${name}=contexts/${name}`
  })
}

async function makeBases(
  one: Case,
  builder: Builder,
  { directory, fill }: { readonly directory: string; readonly fill: Fill },
): Promise<void> {
  const empty = path.join(directory, 'empty')
  for (const [name, dockerfile] of Object.entries(one.spec.bases ?? {})) {
    mkdirSync(empty, { recursive: true })
    const made = await builder.tag(name, { args: ['-f', '-', empty], cwd: directory, input: fill(dockerfile) })
    if (made.code !== 0) throw new Error(`${builder.name} does not build the base ${name}:\n${made.said}`)
  }
}

async function buildCase(
  one: Case,
  builder: Builder,
  about: { readonly directory: string; readonly bench: Workbench; readonly input: BuildInput; readonly url: string },
): Promise<CaseResult> {
  const { spec } = one
  const archive = path.join(about.directory, 'image.tar')
  if (spec.call !== undefined) return answerOf(await builder.ask(asking(about.input, spec.call)), spec.call)
  const outcome = await builder.build(archive, about.input)
  if (outcome.code !== 0) return { kind: 'failure', text: failureText(outcome, about), outcome }
  const images = await readImages(archive, {
    ...(spec.mtimes === undefined ? {} : { mtimes: spec.mtimes }),
    ...(spec.unstable === undefined ? {} : { unstable: spec.unstable }),
  })
  const base = await baseOf(about.bench)
  const said = [...images].map(
    ([platform, facts]) => [platform, whatIsNew(facts, { base, history: spec.history === true })] as const,
  )
  const [first] = said
  const checks = spec.warnings === true ? await builder.ask(asking(about.input, 'check')) : undefined
  const text = jsonText({
    ...(said.length === 1 && first !== undefined ? first[1] : Object.fromEntries(said)),
    ...(checks === undefined ? {} : { checks: checkLines(checks) }),
  })
  return { kind: 'image', text: hideUrl(text, about.url), outcome }
}

function asking(input: BuildInput, call: string): BuildInput {
  return { ...input, args: [`--call=${call},format=json`, ...input.args] }
}

interface Place {
  readonly ranges?: readonly { readonly start?: { readonly line?: number } }[]
}

interface CheckJson {
  readonly warnings:
    | readonly { readonly ruleName: string; readonly detail?: string; readonly location?: Place }[]
    | null
  readonly buildError?: { readonly location?: Place }
}

/** What is said about which line, in the order of the lines: which rule is asked first is nobody's business. */
function checkLines(outcome: BuildOutcome): readonly string[] {
  if (!outcome.stdout.startsWith('{')) throw new Error(`the check says nothing: ${outcome.said}`)
  const { warnings, buildError } = JSON.parse(outcome.stdout) as CheckJson
  const lines = (warnings ?? []).map(({ ruleName, detail, location }) => `${lineOf(location)} ${ruleName}: ${detail}`)
  const error = buildError === undefined ? [] : [`${lineOf(buildError.location)} cannot be built`]
  return [...lines, ...error].sort()
}

function lineOf(place: Place | undefined): string {
  return String(place?.ranges?.[0]?.start?.line ?? 0).padStart(2)
}

/** What a check says, line by line; other answers as they are, but for the texts of the sources that they repeat. */
function answerOf(outcome: BuildOutcome, call: string): CaseResult {
  const passes = outcome.code === 0
  if (call === 'check') return { kind: 'image', text: jsonText({ passes, checks: checkLines(outcome) }), outcome }
  const { sources: _, ...answer } = JSON.parse(outcome.stdout) as Record<string, unknown>
  return { kind: 'image', text: jsonText({ passes, answer }), outcome }
}

const bases = new Map<string, Promise<ImageFacts>>()

/** The facts of `bb`, read once per bench. */
function baseOf(bench: Workbench): Promise<ImageFacts> {
  const known = bases.get(bench.root) ?? readBase(bench)
  bases.set(bench.root, known)
  return known
}

async function readBase(bench: Workbench): Promise<ImageFacts> {
  const archive = bench.place('bb.tar')
  await bench.build('FROM bb\n', ['-o', `type=oci,dest=${archive}`])
  return readImageFacts(archive)
}

/** Paths as `bb` has them say nothing; those that an image made from it lacks do. */
function whatIsNew(
  { files, config, history, diffIds }: ImageFacts,
  about: { readonly base: ImageFacts; readonly history: boolean },
): Readonly<Record<string, unknown>> {
  const { base } = about
  const onBase = diffIds[0] !== undefined && diffIds[0] === base.diffIds[0]
  const changed = [...files].filter(([name, line]) => !onBase || !sameLine(base.files.get(name), line))
  return {
    files: changed.map(([, line]) => line).sort(),
    ...(onBase ? { removed: [...base.files.keys()].filter((name) => !files.has(name)).sort() } : {}),
    config,
    ...(about.history ? { history } : {}),
  }
}

/** The line of the base has no time, that of the image may have one. */
function sameLine(base: string | undefined, line: string): boolean {
  return base !== undefined && (line === base || line === `${base} at 0`)
}

function failureText(
  { code, said, stdout }: BuildOutcome,
  { directory, bench, url }: { readonly directory: string; readonly bench: Workbench; readonly url: string },
): string {
  if (/^\s+at .*:\d+:\d+\)?$/m.test(said)) throw new Error(`a stack trace is shown:\n${said}`)
  const text = `${stdout}${said}`
    .replaceAll(bench.root, 'ROOT')
    .replaceAll(directory, '{case}')
    .replaceAll(bench.dir, 'BENCH')
    .replace(/logs\/\d{8}T\d{6}-[0-9a-f]+/g, 'logs/BUILD')
  return `${hideUrl(text, url)}exit ${code}\n`
}

/** The port is another one each time, and changes the width of what is underlined. */
function hideUrl(text: string, url: string): string {
  if (!text.includes(url)) return text
  return text.replaceAll(`${url}/git`, '{git}').replaceAll(url, '{http}').replace(/\^+/g, '^')
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
