import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Writes a small file by one rename, so that readers see the old text, the new text, or nothing; makes its directory. The
 * draft has a name that begins with a dot. Throws what the file system says, and leaves no draft then.
 */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const draft = path.join(path.dirname(file), `.${randomUUID()}`)
  mkdirSync(path.dirname(file), { recursive: true })
  try {
    writeFileSync(draft, content)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
