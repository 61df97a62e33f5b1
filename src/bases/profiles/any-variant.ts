import type { ImageFacts } from './image-facts.ts'
import type { ImageFamily, ImageName } from './image-family.ts'
import { readImageTag } from './image-tag.ts'
import { uncertain } from './platforms.ts'

/** Tags that the families read as other variants. */
const variants: readonly string[] = [
  'latest',
  'slim',
  'alpine',
  'nonroot',
  'debug',
  'dev',
  'jre',
  'minimal',
  'devel',
  'chiseled',
]

const single: readonly (keyof ImageFacts)[] = [
  'distribution',
  'release',
  'libc',
  'hasShell',
  'packageManager',
  'user',
  'variant',
  'hasCompiler',
  'hasCertificates',
  'startsService',
  'stepsDown',
  'workdir',
  'complete',
]

/** What holds for every variant of an image: of a digest without a tag nobody can say which one it is. */
export function anyVariant(family: ImageFamily, name: ImageName): ImageFacts | undefined {
  const [first, ...others] = variants.flatMap((tag) => family.facts(readImageTag(tag), name) ?? [])
  if (first === undefined) return undefined
  const open = single.filter((key) => others.some((other) => other[key] !== first[key]))
  const { runtime } = first
  const language = others.every((other) => other.runtime?.kind === runtime?.kind) ? runtime : undefined
  return {
    ...uncertain(
      first,
      ...open,
      ...(first.complete === 'all' ? [] : (['complete'] as const)),
      'accounts',
      'unsure',
      'env',
      'smallerTag',
      'smallerName',
      'runtime',
    ),
    ...(language === undefined ? {} : { runtime: { language: language.language, kind: language.kind } }),
    programs: common([first, ...others].map(({ programs }) => programs)),
    libraries: common([first, ...others].map(({ libraries }) => libraries)),
  }
}

function common(sets: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> {
  const [first, ...others] = sets
  return new Set([...(first ?? [])].filter((name) => others.every((set) => set?.has(name) === true)))
}
