import type { Follow } from '../closure.ts'
import { followJava } from './java/java.ts'
import { followNode } from './node/node.ts'
import { followPython } from './python/python.ts'

/** The followers of all languages. */
export const followers: readonly Follow[] = [followNode, followPython, followJava]
