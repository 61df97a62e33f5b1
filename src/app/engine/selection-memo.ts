import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Digest, hexOf, parseDigest } from '../../core/index.ts'
import type { SelectionMemo } from '../../solver/index.ts'

/** Selections by key, one small file each. Whatever is unreadable counts as forgotten. */
export function openSelectionMemo(directory: string): SelectionMemo {
  const fileOf = (key: Digest): string => path.join(directory, hexOf(key).slice(0, 2), hexOf(key))
  return {
    async get(key) {
      const text = await readFile(fileOf(key), 'utf8').catch(() => '')
      return parseDigest(text)
    },
    async put(key, value) {
      const file = fileOf(key)
      const draft = path.join(path.dirname(file), `.${randomUUID()}`)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(draft, value)
      await rename(draft, file)
    },
  }
}
