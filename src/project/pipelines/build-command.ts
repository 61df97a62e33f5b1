import type { Span } from '../../core/index.ts'
import type { PipelineBuild } from '../project.ts'

/** A word of a command line, with variables filled in where they are known, else as written. */
export interface Argument {
  readonly text: string
  readonly span: Span
}

/** Options without a value, of docker, buildx, podman and buildah. All others take one. */
const flags = new Set(
  (
    '--push --load --pull --no-cache --rm --force-rm --squash --quiet -q --check --compress -D --debug --help ' +
    '--no-push --reproducible --single-snapshot --cleanup --cache --insecure --skip-tls-verify --use-new-run ' +
    '--layers --stream --disable-content-trust --provenance-off --tls-verify --save --lint --squash-all -i -t= ' +
    '--skip-unused-stages --cache-copy-layers --cache-run-layers --force --no-hosts'
  ).split(' '),
)

/** Reads the words after `docker build`, `docker buildx build`, `podman build` and their like. */
export function readBuild(words: readonly Argument[], span: Span): PipelineBuild {
  const { options, rest } = readOptions(words)
  const all = (...names: readonly string[]): readonly Argument[] => names.flatMap((name) => options.get(name) ?? [])
  const context = rest[0]?.text
  return toBuild({
    span,
    dockerfile: all('--file', '-f').at(-1)?.text,
    context,
    target: all('--target').at(-1)?.text,
    pushed:
      all('--push').some(({ text }) => text !== 'false') ||
      all('--output', '-o').some(({ text }) => outputPushes(text)),
    tags: all('--tag', '-t').map(({ text }) => text),
    buildArgs: all('--build-arg').map(readPair),
    secrets: all('--secret').map(({ text }) => secretId(text)),
    platforms: all('--platform').flatMap(({ text }) => text.split(',')),
  })
}

/** Reads the words after kaniko's `executor`, which sends what it builds unless it is told otherwise. */
export function readKaniko(words: readonly Argument[], span: Span): PipelineBuild {
  const { options } = readOptions(words)
  const last = (...names: readonly string[]): string | undefined =>
    names.flatMap((name) => options.get(name) ?? []).at(-1)?.text
  const tags = [...(options.get('--destination') ?? []), ...(options.get('-d') ?? [])]
  return toBuild({
    span,
    dockerfile: last('--dockerfile', '-f'),
    context: last('--context', '-c')?.replace(/^dir:\/\//, ''),
    target: last('--target'),
    pushed: tags.length > 0 && !options.has('--no-push'),
    tags: tags.map(({ text }) => text),
    buildArgs: (options.get('--build-arg') ?? []).map(readPair),
    secrets: [],
    platforms: (options.get('--custom-platform') ?? []).map(({ text }) => text),
  })
}

/** A build whose parts may be unknown. */
export function toBuild({
  dockerfile,
  context,
  target,
  ...build
}: Omit<PipelineBuild, 'dockerfile' | 'context' | 'target'> & {
  readonly dockerfile?: string | undefined
  readonly context?: string | undefined
  readonly target?: string | undefined
}): PipelineBuild {
  return {
    ...build,
    ...(dockerfile === undefined || dockerfile === '' ? {} : { dockerfile }),
    ...(context === undefined || context === '' ? {} : { context }),
    ...(target === undefined || target === '' ? {} : { target }),
  }
}

/** `NAME=value`, or `NAME` alone, whose value comes from the environment. */
export function readPair({ text, span }: Argument): PipelineBuild['buildArgs'][number] {
  const equals = text.indexOf('=')
  if (equals < 0) return { name: text, span }
  return { name: text.slice(0, equals), value: text.slice(equals + 1).replace(/^(["'])([^]*)\1$/, '$2'), span }
}

/** `id=npmrc,src=…` or `npmrc=…`. */
export function secretId(text: string): string {
  return /(?:^|,)id=([^,]+)/.exec(text)?.[1] ?? text.split(/[=,]/)[0] ?? text
}

/** `type=registry`, `type=image,name=…,push=true`. */
export function outputPushes(output: string): boolean {
  return /(?:^|,)type=registry(?:,|$)/.test(output) || /(?:^|,)push=true(?:,|$)/.test(output)
}

/** Options by name, and what is none. `--name=value` and `--name value` are alike; `-tname` is `-t name`. */
export function readOptions(words: readonly Argument[]): {
  readonly options: ReadonlyMap<string, readonly Argument[]>
  readonly rest: readonly Argument[]
} {
  const options = new Map<string, Argument[]>()
  const rest: Argument[] = []
  const add = (name: string, value: Argument): void => void options.set(name, [...(options.get(name) ?? []), value])
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as Argument
    const long = /^(--[\w-]+)=([^]*)$/.exec(word.text)
    const glued = /^(-[tfod])([^-=][^]*)$/.exec(word.text)
    if (long !== null) add(long[1] ?? '', { text: unquoted(long[2] ?? ''), span: word.span })
    else if (glued !== null) add(glued[1] ?? '', { text: glued[2] ?? '', span: word.span })
    else if (!/^-./.test(word.text)) rest.push(word)
    else if (flags.has(word.text)) add(word.text, { text: 'true', span: word.span })
    else {
      const value = words[index + 1]
      add(word.text, {
        text: value?.text ?? '',
        span: { start: word.span.start, end: value?.span.end ?? word.span.end },
      })
      index += 1
    }
  }
  return { options, rest }
}

function unquoted(text: string): string {
  return text.replace(/^(["'])([^]*)\1$/, '$2')
}
