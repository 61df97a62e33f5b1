import type { Facts, StepModel } from '../facts.ts'

/** Names that say: another value in every build. */
const names = new RegExp(
  `^(?:${[
    // Commits of the repository that is built.
    '(?:(?:GIT|VCS|SCM|SOURCE|SRC|CI|BUILD|APP|REPO|IMAGE|HEAD|CODE|SHORT|LATEST|CURRENT|RELEASE|SERVICE|PROJECT|GITHUB|GITLAB|DRONE|TRAVIS|CIRCLE|BITBUCKET|BUILDKITE|HEROKU_SLUG|RENDER_GIT|VERCEL_GIT|OPENSHIFT_BUILD|ORG_OPENCONTAINERS_IMAGE|LABEL|OCI|DOCKER)_?)*(?:COMMIT|SHA|SHA1|REVISION|REV|COMMIT_?(?:SHA|SHA1|HASH|ID|REF|TAG|DATE|TIME|TIMESTAMP|SHORT_SHA|MESSAGE)|SHORT_SHA|SHA_?SHORT|GITSHA|GITCOMMIT|GITHASH|HASH|VCS_?REF|DESCRIBE)',
    'GIT_(?:REF|VERSION|STATE|DIRTY|COMMIT_\\w+)',
    // Numbers and times of builds.
    '(?:\\w+_)?BUILD_?(?:NUMBER|NUM|NO|NR|ID|DATE|DATETIME|TIME|TIMESTAMP|STAMP|TAG|URL|COUNTER|RUN|SEQ|UUID|DAY)',
    '(?:GITHUB|GH)_(?:RUN_(?:ID|NUMBER|ATTEMPT)|REF|REF_NAME)',
    'CI_(?:PIPELINE|JOB)_\\w+|CI_COMMIT_\\w+|PIPELINE_(?:ID|IID|NUMBER)|RUN_(?:ID|NUMBER)|JOB_(?:ID|NUMBER)|WORKFLOW_ID',
    '(?:DATE|TIME|NOW|TODAY|TIMESTAMP|DATETIME|EPOCH|CREATED|CREATED_AT|BUILT|BUILT_AT|IMAGE_CREATED|RELEASE_DATE|SNAPSHOT_DATE)',
    // Made to spoil the cache.
    '(?:\\w+_)?CACHE_?(?:BUST|BUSTER|DATE|BREAK|BREAKER|KILL|KILLER|INVALIDATE|INVALIDATOR)(?:_\\w+)?|NO_?CACHE(?:_\\w+)?|FORCE_(?:REBUILD|UPDATE)|INVALIDATE_CACHE|RANDOM|NONCE',
  ].join('|')})$`,
  'i',
)

/** What a pipeline passes, by what it puts in. */
const values =
  /\bgithub\.(?:sha|run_(?:id|number|attempt))\b|\bGITHUB_(?:SHA|RUN_ID|RUN_NUMBER)\b|\bCI_(?:COMMIT_(?:SHORT_)?SHA|PIPELINE_I?ID|JOB_ID|COMMIT_TIMESTAMP)\b|\bBUILD_(?:NUMBER|ID)\b|\bBuild\.(?:BuildId|BuildNumber|SourceVersion)\b|\bCIRCLE_(?:SHA1|BUILD_NUM)\b|\bBITBUCKET_(?:COMMIT|BUILD_NUMBER)\b|\bDRONE_(?:COMMIT|BUILD)\w*|\bTRAVIS_(?:COMMIT|BUILD)\w*|\bgit (?:rev-parse|describe|log)\b|\$\(\s*date\b|`date\b/

/** Whether an argument has another value in every build: by its name, or by what a pipeline or a compose file passes. */
export function changesEveryBuild(
  { project }: Pick<Facts, 'project'>,
  { name, value, written }: Pick<StepModel['pairs'][number], 'name' | 'value' | 'written'>,
): boolean {
  // A commit or a number that the file itself names stays what it is: it is somebody else's.
  const fixed = value ?? written
  if (fixed !== undefined && /^(?:[0-9a-f]{7,64}|v?\d+(?:\.\d+)+\S*|\d{4}-\d{2}-\d{2}\S*|\d{8,14})$/i.test(fixed))
    return isPassed(project, name)
  return names.test(name) || isPassed(project, name)
}

function isPassed(project: Facts['project'], name: string): boolean {
  const built = (project?.pipelines ?? []).flatMap(({ builds }) => builds.flatMap(({ buildArgs }) => buildArgs))
  const composed = (project?.composeFiles ?? []).flatMap(({ services }) =>
    services.flatMap(({ build }) => build?.args ?? []),
  )
  return [...built, ...composed].some((arg) => arg.name === name && values.test(arg.value ?? ''))
}
