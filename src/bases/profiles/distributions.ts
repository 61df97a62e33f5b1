import { alpine, busybox } from './alpine.ts'
import { buildpackDeps } from './buildpack-deps.ts'
import { debian, ubuntu } from './debian.ts'
import { grown, type ImageFacts } from './image-facts.ts'
import { type ImageFamily, official } from './image-family.ts'
import { debianNumber, debianRelease, type ImageTag, says, ubuntuRelease } from './image-tag.ts'

/** Distributions' own images. */
export const distributions: readonly ImageFamily[] = [
  official(['debian'], debianImage),
  official(['ubuntu'], (tag) => grown(ubuntu(ubuntuOf(tag)), { variant: 'full' })),
  official(['buildpack-deps'], buildpackImage),
  official(['alpine'], (tag) => alpine(/^\d+\.\d+/.exec(tag.text)?.[0])),
  official(['busybox'], (tag) => busybox(libcOfBusybox(tag))),
  official(['bash'], (tag) => grown(alpine(tag.platform?.release), { programs: 'bash', unsure: 'libncursesw' })),
]

function debianImage(tag: ImageTag): ImageFacts {
  const word = tag.words[0]
  const release = tag.platform?.release ?? debianRelease(word === undefined || word === 'latest' ? 'stable' : word)
  if (says(tag, 'slim')) return grown(debian(release), { variant: 'slim' })
  // Dated and numbered tags have a slim brother, backports have none.
  const hasSlim =
    word !== undefined && !says(tag, 'latest', 'backports', 'experimental') && debianNumber(release) !== undefined
  const smallerTag = hasSlim ? `${tag.text}-slim` : word === undefined || word === 'latest' ? 'stable-slim' : undefined
  return grown(debian(release), { variant: 'full', ...(smallerTag === undefined ? {} : { smallerTag }) })
}

function ubuntuOf(tag: ImageTag): string | undefined {
  return tag.platform?.release ?? ubuntuRelease(/^\d+\.\d+/.exec(tag.text)?.[0])
}

function buildpackImage(tag: ImageTag): ImageFacts {
  const numbered = ubuntuOf(tag)
  const isUbuntu = tag.platform?.name === 'ubuntu' || (tag.platform === undefined && numbered !== undefined)
  const debianWord = tag.words.find((word) => debianRelease(word) !== undefined) ?? 'stable'
  const release = isUbuntu ? numbered : (tag.platform?.release ?? debianRelease(debianWord))
  return buildpackDeps(
    isUbuntu ? 'ubuntu' : 'debian',
    release,
    says(tag, 'curl') ? 'curl' : says(tag, 'scm') ? 'scm' : 'all',
  )
}

function libcOfBusybox(tag: ImageTag): 'glibc' | 'musl' | 'uclibc' {
  if (says(tag, 'musl')) return 'musl'
  return says(tag, 'uclibc') ? 'uclibc' : 'glibc'
}
