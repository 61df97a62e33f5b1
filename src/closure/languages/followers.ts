import type { Follow } from '../closure.ts'
import { followNode } from './node/node.ts'

/** The followers of all languages. */
export const followers: readonly Follow[] = [followNode]
