import { posix } from 'node:path'
import type { Location, Span } from '../../core/index.ts'
import type { ComposeFile, Pipeline, PipelineBuild, Project } from '../../project/index.ts'
import type { Facts, StageModel } from '../facts.ts'

/** A place outside of the Dockerfile that builds it: a step of a pipeline, or a service of a compose file. */
export interface OutsideBuild {
  readonly at: Location
  /** The target, or what stands for it. */
  readonly targetAt: Location
  readonly target?: string
  readonly tags: readonly string[]
  readonly args: PipelineBuild['buildArgs']
  readonly argAt: (span: Span) => Location
  /** It goes where others run it: pushed by the pipeline, or a service of a compose file for production. */
  readonly published: boolean
  /** `the pipeline `ci.yml``, `the service `web` of `compose.prod.yaml``. */
  readonly what: string
}

/** Builds of this Dockerfile by pipelines and compose files, in the order of the files. */
export function outsideBuilds(facts: Facts): readonly OutsideBuild[] {
  const { project } = facts
  if (project === undefined) return []
  return [
    ...project.pipelines.flatMap((pipeline) => buildsHere(facts, pipeline).map((build) => ofPipeline(pipeline, build))),
    ...project.composeFiles.flatMap((file) => ofCompose(facts, file)),
  ]
}

/** The builds of a pipeline that are of this Dockerfile. */
export function buildsHere(facts: Facts, { builds }: Pipeline): readonly PipelineBuild[] {
  const here = pathOf(facts)
  return builds.filter(({ dockerfile, context }) => isOf(here, { dockerfile, context: context ?? '.' }))
}

/** Pipelines that push images, of this Dockerfile as far as anybody can tell. */
export function pushingPipelines(facts: Facts): readonly Pipeline[] {
  return (facts.project?.pipelines ?? []).filter(
    (pipeline) =>
      pipeline.pushes.length > 0 && (pipeline.builds.length === 0 || buildsHere(facts, pipeline).length > 0),
  )
}

/** The stage that a target names, by its name or its number. */
export function stageOfTarget({ stages }: Facts, target: string): StageModel | undefined {
  const wanted = target.toLowerCase()
  return (
    stages.find(({ name }) => name?.toLowerCase() === wanted) ??
    (/^\d+$/.test(target) ? stages[Number(target)] : undefined)
  )
}

function ofPipeline({ source, path }: Pipeline, build: PipelineBuild): OutsideBuild {
  const at = { source, span: build.span }
  return {
    at,
    targetAt: at,
    ...(build.target === undefined ? {} : { target: build.target }),
    tags: build.tags,
    args: build.buildArgs,
    argAt: (span) => ({ source, span }),
    published: build.pushed,
    what: `the pipeline \`${path}\``,
  }
}

function ofCompose(facts: Facts, { path, source, services, production }: ComposeFile): readonly OutsideBuild[] {
  const here = pathOf(facts)
  return services.flatMap(({ name, span, image, build }): readonly OutsideBuild[] => {
    if (build === undefined) return []
    const context = posix.join(posix.dirname(path), build.context)
    const dockerfile = build.dockerfile === undefined ? undefined : posix.join(context, build.dockerfile)
    if (!isOf(here, { dockerfile, context })) return []
    return [
      {
        at: { source, span },
        targetAt: { source, span: build.targetSpan ?? span },
        ...(build.target === undefined ? {} : { target: build.target }),
        tags: image === undefined ? [] : [image],
        args: build.args,
        argAt: (place) => ({ source, span: place }),
        published: production,
        what: `the service \`${name}\` of \`${path}\``,
      },
    ]
  })
}

/** The path of the Dockerfile in the context: what is shown of it may have directories in front. */
function pathOf({ file, project }: Facts): string {
  const shown = file.source.path
  const found = (project as Project).files
    .map(({ path }) => path)
    .filter((path) => shown === path || shown.endsWith(`/${path}`))
    .sort((a, b) => b.length - a.length)[0]
  return found ?? posix.basename(shown)
}

/** Words with variables may mean any file: they count. */
function isOf(
  here: string,
  { dockerfile, context }: { readonly dockerfile: string | undefined; readonly context: string },
): boolean {
  if ((dockerfile ?? context).includes('$') || /^(?:https?|git|ssh):|^[\w.-]+@/.test(context)) return true
  const named = posix.normalize(dockerfile ?? posix.join(context, 'Dockerfile')).replace(/^\//, '')
  return named === here || (dockerfile !== undefined && posix.join(context, dockerfile) === here)
}
