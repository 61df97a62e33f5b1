import path from 'node:path'
import type { Dialect } from './dialect.ts'
import type { RandomBuild } from './random-build.ts'
import type { Results } from './try-build.ts'

/** A way in which results may differ, and why that is right. */
export interface KnownDifference {
  readonly name: string
  readonly why: string
  /** Where it can be met at all; everywhere without. */
  readonly where?: (build: RandomBuild, dialect: Dialect) => boolean
  /** Two images: a line without that in which they may differ; undefined for a line that only one may have. */
  readonly forget?: (line: string, build: RandomBuild) => string | undefined
  /** Only the reference fails: it says so. */
  readonly said?: RegExp
}

const old =
  (pattern: RegExp) =>
  (build: RandomBuild, dialect: Dialect): boolean =>
    !dialect.current && pattern.test(build.dockerfile)

/** All of them. The log of a run says which have explained something, and how often. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'links to lower layers',
    why: `A step that writes a file again as it was leaves it out of BuildKit's layer, so that another name of it in the layers
      below stays a hard link to it. Slipway says which names were one file when the step ended.`,
    forget: (line) => line.replace(/ same file as .*?(?= xattrs| made| at |$)/, ''),
  },
  {
    name: 'user attributes',
    why: `Attributes user.* are lost when containerd makes a layer of files; Docker's own store has kept them since version 23, as
      Slipway does. security.capability is compared.`,
    forget: (line) => line.replace(/ xattrs user\.x(?= |$)/, ''),
  },
  {
    name: 'health checks in the history',
    why: 'Newer versions of BuildKit write the members of a health check in another form; Slipway follows those.',
    forget: (line) => (line.startsWith('history: (empty) HEALTHCHECK ') ? undefined : line),
  },
  {
    name: '--exclude beside a dangling link',
    why: `To compute the key of a copy of a whole root with --exclude, BuildKit follows the links in it, and fails if one leads
      nowhere, although links are copied as links.`,
    where: (build) => build.dockerfile.includes('--exclude'),
    said: /failed to calculate checksum of ref .*: not found/,
  },
  {
    name: 'pattern through a link to a file',
    why: `What sends the context to BuildKit looks for the rest of a pattern, the a of */a, behind links to files, too, and gives
      up when there is no directory.`,
    said: /error from sender: .*: not a directory/,
  },
  {
    name: '2021: history',
    why: 'What BuildKit writes into the history has changed in many places since Docker 20.10.',
    where: old(/^/),
    forget: (line) => (line.startsWith('history: ') ? undefined : line),
  },
  {
    name: '2021: mount points',
    why: 'The BuildKit of Docker 20.10 leaves the directories on which a RUN had mounts; later ones remove them.',
    where: old(/--mount/),
    forget: (line, { dockerfile }) => {
      const targets = [...dockerfile.matchAll(/target=([^, ]+)/g)].flatMap((match) => match[1]?.split('/') ?? [])
      const [, directory] = /^(.*) dir 0755 0:0$/.exec(line) ?? []
      return directory !== undefined && targets.includes(path.basename(directory)) ? undefined : line
    },
  },
  {
    name: '2021: no /etc/passwd',
    why: 'Docker 20.10 fails to look up a user where there is no list of users; later ones take root.',
    where: old(/^/),
    said: /open \S*\/etc\/(?:passwd|group): no such file or directory/,
  },
  {
    name: '2021: links among the matches of a pattern',
    why: 'Docker 20.10 does not ask the client for what a link points to that a pattern has found.',
    where: old(/^\s*(?:COPY|ADD)\s.*[*?[]/im),
    said: /lstat \S*buildkit-mount\d+\/\S*: no such file or directory/,
  },
  {
    name: '2021: --chmod of directories',
    why: `In Docker 20.10 --chmod leaves alone the directories that are made on the way, and the set-group-id bits of files.`,
    where: old(/--chmod/),
    forget: (line) => line.replace(/ (dir|file) \d{4} /, ' $1 '),
  },
  {
    name: '2021: --chown of archives',
    why: 'In Docker 20.10 ADD --chown leaves what is in an archive to the owners named there.',
    where: old(/^\s*(?:ONBUILD\s+)?ADD\s.*--chown/im),
    forget: (line) => line.replace(/ \d+:\d+ /, ' '),
  },
]

/** The names of the known differences that make up how two results differ; undefined when something else differs, too. */
export function explain(results: Results, build: RandomBuild, dialect: Dialect): readonly string[] | undefined {
  const possible = knownDifferences.filter(({ where }) => where?.(build, dialect) ?? true)
  const { reference, slipway } = results
  if (slipway.kind === 'failure') return undefined
  if (reference.kind === 'failure') {
    const one = possible.find(({ said }) => said?.test(reference.said))
    return one === undefined ? undefined : [one.name]
  }
  const agree = (known: readonly KnownDifference[]): boolean =>
    without(known, reference.text, build) === without(known, slipway.text, build)
  let needed = possible.filter(({ forget }) => forget !== undefined)
  if (!agree(needed)) return undefined
  for (const one of needed) {
    const others = needed.filter((other) => other !== one)
    if (agree(others)) needed = others
  }
  return needed.map(({ name }) => name)
}

function without(known: readonly KnownDifference[], text: string, build: RandomBuild): string {
  const changed = text.split('\n').map((line) => {
    let rest: string | undefined = line
    for (const { forget } of known) if (rest !== undefined && forget !== undefined) rest = forget(rest, build)
    return rest
  })
  return changed.filter((line) => line !== undefined).join('\n')
}
