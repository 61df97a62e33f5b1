import { readFileSync } from 'node:fs'
import path from 'node:path'
import { markUsed } from '../../adapters/blob-store/index.ts'
import { type Digest, hexOf, parseDigest } from '../../core/index.ts'
import type { SelectionMemo } from '../../solver/index.ts'
import { replaceFile } from '../replace-file.ts'

/** Selections by key, one small file each. Whatever is unreadable counts as forgotten. */
export function openSelectionMemo(directory: string): SelectionMemo {
  const fileOf = (key: Digest): string => path.join(directory, hexOf(key).slice(0, 2), hexOf(key))
  return {
    async get(key) {
      try {
        const digest = parseDigest(readFileSync(fileOf(key), 'utf8'))
        markUsed(fileOf(key))
        return digest
      } catch {
        return undefined
      }
    },
    put: async (key, value) => replaceFile(fileOf(key), value),
  }
}
