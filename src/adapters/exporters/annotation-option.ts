import { didYouMean, SlipwayError } from '../../core/index.ts'
import { formatPlatform, normalizePlatform } from '../../oci/index.ts'

/** Where an annotation goes; `platform` limits it to the manifest of that platform. */
export interface AnnotationOption {
  readonly place: AnnotationPlace
  readonly platform?: string
  readonly key: string
  readonly value: string
}

type AnnotationPlace = 'manifest' | 'index' | 'manifest-descriptor' | 'index-descriptor'

const places: readonly AnnotationPlace[] = ['manifest', 'index', 'manifest-descriptor', 'index-descriptor']

/**
 * Parses `--annotation` of buildx: `[TYPE[,TYPE…][[PLATFORM]]:]KEY=VALUE`, where TYPE says which document gets it, the
 * manifest when nothing is said. Throws `bad-option-value`.
 */
export function parseAnnotation(text: string): readonly AnnotationOption[] {
  const equals = text.indexOf('=')
  if (equals < 1) throw bad(text, 'it is not [TYPE:]KEY=VALUE')
  const name = text.slice(0, equals)
  const value = text.slice(equals + 1)
  const prefix = /^((?:[a-z-]+(?:\[[^\]]*\])?,?)+):(.+)$/.exec(name)
  if (prefix === null) return [{ place: 'manifest', key: name, value }]
  const [, types = '', key = ''] = prefix
  return types.split(',').map((type) => {
    const [, word = '', platform] = /^([a-z-]+)(?:\[([^\]]*)\])?$/.exec(type) ?? []
    const place = places.find((one) => one === word)
    if (place === undefined) throw bad(text, `there is no document ${word}`, didYouMean(word, places))
    return { place, ...limitedTo(platform), key, value }
  })
}

/** The part of an annotation that says which platform's manifest is meant. */
export function limitedTo(platform: string | undefined): { readonly platform?: string } {
  if (platform === undefined) return {}
  const [os = '', architecture = '', variant = ''] = platform.split('/')
  return { platform: formatPlatform(normalizePlatform({ os, architecture, variant })) }
}

function bad(text: string, reason: string, hint?: string): SlipwayError {
  const advice = hint ?? `the types are ${places.join(', ')}`
  return new SlipwayError('bad-option-value', `--annotation ${JSON.stringify(text)}: ${reason}`, { hint: advice })
}
