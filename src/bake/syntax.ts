import type { Location } from '../core/index.ts'

/** A body of HCL: a file, or what stands in the braces of a block. */
export interface Body {
  readonly attributes: readonly Attribute[]
  readonly blocks: readonly Block[]
}

export interface Attribute {
  readonly name: string
  readonly nameAt: Location
  readonly value: Expression
}

export interface Block {
  readonly type: string
  readonly typeAt: Location
  readonly labels: readonly { readonly text: string; readonly at: Location }[]
  readonly body: Body
}

/** What a value is computed from. `at` is where it is written. */
export type Expression = { readonly at: Location } & Shape

export type Shape =
  | { readonly kind: 'literal'; readonly value: null | boolean | number }
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly items: readonly { readonly key: Expression; readonly value: Expression }[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'splat'; readonly of: Expression; readonly item: string; readonly each: Expression }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly nameAt: Location
      readonly arguments: readonly Expression[]
      /** The last argument ends with `...`: its elements are arguments. */
      readonly spread: boolean
    }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'conditional'
      readonly condition: Expression
      readonly yes: Expression
      readonly no: Expression
    }
  | ({ readonly kind: 'for' } & ForLoop & {
        readonly key?: Expression
        readonly value: Expression
        readonly filter?: Expression
        /** `...`: values with the same key make a list. */
        readonly grouped: boolean
      })
  | { readonly kind: 'parentheses'; readonly inner: Expression }

export interface ForLoop {
  readonly keyName?: string
  readonly valueName: string
  readonly collection: Expression
}

/** A piece of a template, in the order of the text that it makes. */
export type TemplatePart =
  | TextPart
  | { readonly kind: 'value'; readonly value: Expression }
  | {
      readonly kind: 'if'
      readonly condition: Expression
      readonly yes: readonly TemplatePart[]
      readonly no: readonly TemplatePart[]
    }
  | ({ readonly kind: 'loop'; readonly parts: readonly TemplatePart[]; readonly at: Location } & ForLoop)

/** Text as it is, with the place of each of its code units: `offsets` has one more than the text is long, for its end. */
export interface TextPart {
  readonly kind: 'text'
  readonly text: string
  readonly offsets: readonly number[]
}

/** What a template is a row of, before what is between `if` and `endif` is put into it. */
export type FlatPart =
  | TextPart
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'if'; readonly condition: Expression; readonly at: Location }
  | ({ readonly kind: 'for'; readonly at: Location } & ForLoop)
  | { readonly kind: 'else' | 'endif' | 'endfor'; readonly at: Location }
