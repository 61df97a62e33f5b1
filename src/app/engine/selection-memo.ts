import { readFile } from 'node:fs/promises'
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
      const text = await readFile(fileOf(key), 'utf8').catch(() => '')
      if (text !== '') markUsed(fileOf(key))
      return parseDigest(text)
    },
    put: async (key, value) => replaceFile(fileOf(key), value),
  }
}
