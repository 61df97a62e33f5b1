import type { Span } from '../../core/index.ts'
import type { Pipeline, PipelineBuild } from '../project.ts'

/** One thing that a step of a pipeline does with images. */
export type Deed =
  | { readonly kind: 'build'; readonly build: PipelineBuild }
  | { readonly kind: 'push'; readonly span: Span; readonly image?: string; readonly allTags?: boolean }
  /** `docker tag FROM TO` */
  | { readonly kind: 'tag'; readonly from: string; readonly to: string }
  | { readonly kind: 'scan'; readonly tool: string; readonly span: Span; readonly gates: boolean }
  | { readonly kind: 'budget'; readonly tool: string; readonly span: Span }

type Summary = Pick<Pipeline, 'builds' | 'scans' | 'budgets' | 'pushes'>

/** The deeds of a pipeline in order, by kind; builds whose image some step sends away are `pushed`. */
export function summarize(deeds: readonly Deed[]): Summary {
  const builds = deeds.flatMap((deed) => (deed.kind === 'build' ? [deed.build] : []))
  const pushes = deeds.filter((deed) => deed.kind === 'push')
  const aliases = deeds.filter((deed) => deed.kind === 'tag')
  const sent = new Set<PipelineBuild>(builds.filter(({ pushed }) => pushed))
  for (const push of pushes) for (const build of buildsOf(push, builds, aliases)) sent.add(build)
  return {
    builds: builds.map((build) => (sent.has(build) ? { ...build, pushed: true } : build)),
    scans: deeds.flatMap((deed) =>
      deed.kind === 'scan' ? [{ tool: deed.tool, span: deed.span, gates: deed.gates }] : [],
    ),
    budgets: deeds.flatMap((deed) => (deed.kind === 'budget' ? [{ tool: deed.tool, span: deed.span }] : [])),
    pushes: [
      ...builds.filter(({ pushed }) => pushed).map(({ span, tags }) => ({ span, ...imageOf(tags[0]) })),
      ...pushes.map(({ span, image }) => ({ span, ...imageOf(image) })),
    ].sort((a, b) => a.span.start - b.span.start),
  }
}

function imageOf(image: string | undefined): { readonly image?: string } {
  return image === undefined ? {} : { image }
}

/** The builds that a push sends: of its very tag, else of its repository, else the only one there is. */
function buildsOf(
  push: Deed & { readonly kind: 'push' },
  builds: readonly PipelineBuild[],
  aliases: readonly (Deed & { readonly kind: 'tag' })[],
): readonly PipelineBuild[] {
  const names = new Set(push.image === undefined ? [] : [push.image])
  for (const name of names) for (const { from, to } of aliases) if (to === name) names.add(from)
  if (push.allTags !== true) {
    const exact = builds.filter(({ tags }) => tags.some((tag) => names.has(tag)))
    if (exact.length > 0) return exact
  }
  const repositories = new Set([...names].map(repositoryOf))
  const near = builds.filter(({ tags }) => tags.some((tag) => repositories.has(repositoryOf(tag))))
  if (near.length > 0) return near
  return builds.length === 1 ? builds : []
}

/** `host:5000/name` of `host:5000/name:tag@sha256:…`. */
function repositoryOf(image: string): string {
  return image.replace(/@sha256:.*$/, '').replace(/:(?:[^/{}:]|\$\{\{?[^}]*\}?\})*$/, '')
}
