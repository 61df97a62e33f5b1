import { distributions } from './distributions.ts'
import { languages } from './languages.ts'
import type { Product } from './product.ts'
import { servers } from './servers.ts'

/** The day on which the facts were read from their sources. */
export const catalogueDate = '2026-08-22'

/** Everything whose end of support is known. */
export const products: readonly Product[] = [...distributions, ...languages, ...servers]
