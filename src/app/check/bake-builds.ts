import { type BakeTarget, chooseTargets, everyTarget, readBake, type Surroundings } from '../../bake/index.ts'
import { type Diagnostic, formatLocation, SlipwayError, type Source } from '../../core/index.ts'
import { isElsewhere, type NamedBuild, type NamedBuilds } from './named-build.ts'

/**
 * What bake files build together: all their targets, whether a group names them or not. What names an image or a repository
 * is left out, with a note; targets with an error are in `problems`. Throws `config-invalid` for files that cannot be read.
 */
export function bakeBuilds(
  files: readonly Source[],
  surroundings: Surroundings,
): NamedBuilds & { readonly problems: readonly SlipwayError[] } {
  const { bake, diagnostics } = readBake(files, surroundings)
  const error = diagnostics.find(({ severity }) => severity === 'error')
  if (error !== undefined) throw asError(error)
  const notes = diagnostics.map(({ at, message, hint }) =>
    [`${formatLocation(at)}: ${message}`, ...(hint === undefined ? [] : [hint])].join('; '),
  )
  if (bake === undefined) return { builds: [], notes, problems: [] }
  const { names, inherited, grouped } = everyTarget(bake)
  const choice = chooseTargets(bake, { names })
  const builds: NamedBuild[] = []
  for (const target of choice.targets) {
    const { name, context, at } = target
    if (isElsewhere(context)) notes.push(`${at.source.path}: ${name} is not checked: its context is ${context}`)
    else builds.push({ ...buildOf(target), isBase: inherited.has(name) && !grouped.has(name) })
  }
  return { builds, notes, problems: choice.diagnostics.map(asError) }
}

function buildOf({ name, at, context, dockerfile, inline, target, args, places }: BakeTarget): NamedBuild {
  const embedded = inline === undefined ? undefined : { name, host: inline.source, offsets: inline.offsets }
  return {
    name,
    at,
    context,
    args,
    // Nobody has written it: other names than Dockerfile may be there.
    ...(places.has('dockerfile') ? { dockerfile } : {}),
    ...(inline === undefined || embedded === undefined ? {} : { inline: { text: inline.text, embedded } }),
    ...(target === undefined || target === '' ? {} : { target }),
  }
}

function asError({ message, at, hint }: Diagnostic): SlipwayError {
  return new SlipwayError('config-invalid', message, { at: [at], ...(hint === undefined ? {} : { hint }) })
}
