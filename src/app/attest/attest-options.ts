import { parseCsv } from '../../adapters/exporters/index.ts'
import type { ProvenanceOptions } from '../../attest/index.ts'
import { didYouMean, SlipwayError } from '../../core/index.ts'

/** What a build is to say about its images. */
export interface AttestOptions {
  readonly provenance?: ProvenanceOptions & FileOptions
  readonly sbom?: FileOptions
  /** Which instruction made each file. */
  readonly blame?: FileOptions
  /** Sentences about what was asked for and is done otherwise. */
  readonly notes: readonly string[]
}

interface FileOptions {
  /** What the statement is called among exported files. */
  readonly filename: string
  /** Only with images, never among exported files. */
  readonly inlineOnly: boolean
}

type Attributes = ReadonlyMap<string, string>

const attributesOf: Readonly<Record<string, readonly string[]>> = {
  provenance: ['mode', 'builder-id', 'reproducible', 'filename', 'inline-only', 'version'],
  sbom: ['generator', 'filename', 'inline-only'],
  blame: ['filename', 'inline-only'],
}
const trueWords = ['1', 't', 'T', 'true', 'TRUE', 'True']
const falseWords = ['0', 'f', 'F', 'false', 'FALSE', 'False']

/** `--provenance=VALUE` and `--sbom=VALUE` as the `--attest` they stand for: buildx takes a truth or attributes. */
export function asAttest(type: 'provenance' | 'sbom', text: string): string {
  if (trueWords.includes(text)) return `type=${type}`
  return falseWords.includes(text) ? `type=${type},disabled=true` : `type=${type},${text}`
}

/** Reads the values of `--attest`. Undefined where nothing is asked for. Throws `bad-option-value`. */
export function parseAttest(texts: readonly string[]): AttestOptions | undefined {
  const wanted = new Map<string, { readonly text: string; readonly attributes: Attributes }>()
  for (const text of texts) {
    const attributes = readAttributes(text)
    const type = attributes.get('type') ?? ''
    if (wanted.has(type)) throw bad(text, `there are two of type=${type}`)
    wanted.set(type, { text, attributes })
  }
  const [provenance, sbom, blame] = ['provenance', 'sbom', 'blame'].map((type) => enabled(wanted.get(type)))
  if (provenance === undefined && sbom === undefined && blame === undefined) return undefined
  const generator = sbom?.attributes.get('generator')
  return {
    ...(provenance === undefined ? {} : { provenance: provenanceOptions(provenance.text, provenance.attributes) }),
    ...(sbom === undefined ? {} : { sbom: fileOptions(sbom.text, sbom.attributes, 'sbom.spdx.json') }),
    ...(blame === undefined ? {} : { blame: fileOptions(blame.text, blame.attributes, 'blame.json') }),
    notes:
      generator === undefined
        ? []
        : [`the SBOM generator ${generator} is not run: slipway lists the packages of the image itself`],
  }
}

function enabled<T extends { readonly text: string; readonly attributes: Attributes }>(
  one: T | undefined,
): T | undefined {
  if (one === undefined) return undefined
  return truth(one.text, one.attributes, 'disabled') ? undefined : one
}

function readAttributes(text: string): Attributes {
  const fields = parseCsv(text)
  if (fields === undefined) throw bad(text, 'a quotation mark is not closed')
  const attributes = new Map<string, string>()
  for (const field of fields) {
    const [, key = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(field) ?? []
    if (value === undefined) throw bad(text, `${JSON.stringify(field)} is not KEY=VALUE`)
    attributes.set(key.trim().toLowerCase(), value)
  }
  const type = attributes.get('type')
  const known = Object.keys(attributesOf)
  if (type === undefined) throw bad(text, `the type is missing: ${known.map((one) => `type=${one}`).join(' or ')}`)
  const keys = attributesOf[type]
  if (keys === undefined)
    throw bad(text, `there is no type ${type}`, didYouMean(type, known) ?? `types: ${known.join(', ')}`)
  const foreign = [...attributes.keys()].find((key) => !['type', 'disabled', ...keys].includes(key))
  if (foreign === undefined) return attributes
  throw bad(text, `type=${type} has no option ${foreign}`, didYouMean(foreign, keys) ?? `options: ${keys.join(', ')}`)
}

function provenanceOptions(text: string, attributes: Attributes): ProvenanceOptions & FileOptions {
  const mode = attributes.get('mode') ?? 'max'
  if (mode !== 'min' && mode !== 'max' && mode !== 'full')
    throw bad(text, `mode is min or max, not ${mode}`, didYouMean(mode, ['min', 'max']))
  const version = attributes.get('version') ?? 'v1'
  if (version !== 'v1') throw bad(text, `SLSA provenance ${version} is not written`, 'leave version out: it is v1')
  const builderId = attributes.get('builder-id')
  return {
    mode: mode === 'min' ? 'min' : 'max',
    reproducible: truth(text, attributes, 'reproducible'),
    ...(builderId === undefined ? {} : { builderId }),
    ...fileOptions(text, attributes, 'provenance.json'),
  }
}

function fileOptions(text: string, attributes: Attributes, filename: string): FileOptions {
  const named = attributes.get('filename') ?? filename
  if (named === '' || named.includes('/')) throw bad(text, `${JSON.stringify(named)} is not the name of a file`)
  return { filename: named, inlineOnly: truth(text, attributes, 'inline-only') }
}

function truth(text: string, attributes: Attributes, key: string): boolean {
  const value = attributes.get(key) ?? 'false'
  if (trueWords.includes(value)) return true
  if (falseWords.includes(value)) return false
  throw bad(text, `${key} is true or false, not ${value}`)
}

function bad(text: string, reason: string, hint?: string): SlipwayError {
  const what = `bad attestation ${JSON.stringify(text)}: ${reason}`
  return new SlipwayError('bad-option-value', what, hint === undefined ? {} : { hint })
}
