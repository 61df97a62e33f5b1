import type { Session } from '../session.ts'
import { builtFrom } from './built-images.ts'
import { costsByLine, type LineCosts } from './line-costs.ts'

/** What the lines of a Dockerfile of this text weigh in an image; undefined when it was not built here. */
export type Prices = (text: string) => Promise<LineCosts | undefined>

/** Prices in the image that is named, or in the one that was built last of exactly the same text. Rejects as `costsByLine` does. */
export function imagePrices(session: Session, name?: string): Prices {
  return async (text) => {
    const image = name ?? builtFrom(session.root, text)
    if (image === undefined) return undefined
    if (name !== undefined) return costsByLine(session, name)
    // What was built may have been removed since.
    return costsByLine(session, image).catch(() => undefined)
  }
}
