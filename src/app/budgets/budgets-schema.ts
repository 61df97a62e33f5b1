import * as v from 'valibot'

const sizeWords = 'a size such as 200MB or 1.5GiB'
const percentWords = 'a share such as +5 %'
const countWords = 'a whole number from 0 up'

const size = (what: string) =>
  v.optional(v.pipe(v.string(sizeWords), v.regex(/^\d+(?:\.\d+)? ?(?:[kKMGT]i?)?B$/, sizeWords), v.description(what)))
const percent = v.optional(v.pipe(v.string(percentWords), v.regex(/^\+?\d+(?:\.\d+)? ?%$/, percentWords)))
const count = (what: string) =>
  v.optional(v.pipe(v.number(countWords), v.integer(countWords), v.minValue(0, countWords), v.description(what)))
const state = <const Name extends string>(name: Name, what: string) =>
  v.optional(v.pipe(v.picklist([name]), v.description(what)))
const level = count('As many of that level at most')

const ratioWords = 'a number from 0 to 1'

const limits = {
  disk: size('Bytes of the files of all layers at most, as docker counts them'),
  transfer: size('Bytes of the compressed layers at most: what a registry sends'),
  layers: count('Layers at most, those of the base included'),
  wasted: size('Bytes at most that later layers hide'),
  efficiency: v.optional(
    v.pipe(
      v.number(ratioWords),
      v.minValue(0, ratioWords),
      v.maxValue(1, ratioWords),
      v.description('At least, as dive counts it'),
    ),
  ),
  packages: count('Installed packages at most'),
  setuid: count('Programs with the setuid or setgid bit at most'),
  user: state('non-root', 'Containers must not start as root'),
  shell: state('absent', 'There must be no shell'),
  secrets: state('absent', 'No layer may hold a key, a token or a file with passwords'),
  closure: state('complete', 'Nothing may be missing that the image needs to start'),
  severities: v.optional(
    v.pipe(
      v.strictObject({ critical: level, high: level, medium: level, low: level }),
      v.description('Known vulnerabilities at most, by level; needs the database of slipway db update'),
    ),
  ),
  growth: v.optional(
    v.pipe(
      v.strictObject({ disk: percent, transfer: percent, packages: percent }),
      v.description('How much more than the reference has'),
    ),
  ),
}

const reference = v.optional(
  v.pipe(
    v.string('the name of an image'),
    v.minLength(1, 'the name of an image'),
    v.description('The image that growth compares with: a name, docker://NAME, oci:DIRECTORY, oci-archive:FILE'),
  ),
)

/** `budgets` of `slipway.yaml`. */
export const budgetsSchema = v.strictObject({
  ...limits,
  reference,
  warn: v.optional(v.pipe(v.strictObject(limits), v.description('The same, and what is over them is only warned of'))),
})

/** What a settings file may say of budgets. */
export type BudgetsText = v.InferOutput<typeof budgetsSchema>
