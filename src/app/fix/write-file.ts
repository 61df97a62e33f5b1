import { randomUUID } from 'node:crypto'
import { link, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'

/**
 * Replaces the text of a file by one rename: whoever reads sees the old text or the new one. Mode and owner stay; what a
 * symbolic link points to is replaced, not the link. Rejects with `context-unreadable`, also when the file does not hold
 * `before` any more: registries take their time, and an editor may have been faster.
 */
export async function replaceText(
  file: string,
  { before, after }: { readonly before: string; readonly after: string },
): Promise<void> {
  const target = await realpath(file)
  if ((await readFile(target, 'utf8')) !== before)
    throw new SlipwayError('context-unreadable', `${file} was changed in the meantime, and is left as it is`)
  const { mode, uid, gid } = await stat(target)
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.tmp`)
  try {
    const handle = await open(draft, 'wx', mode & 0o7777)
    try {
      await handle.writeFile(after)
      // Owner first: a change of owner takes set-id bits away; and the umask may have narrowed the mode.
      await handle.chown(uid, gid).catch(() => {})
      await handle.chmod(mode & 0o7777)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, target)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new SlipwayError('context-unreadable', `cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}

/** Writes a file that was not there, in one piece. Rejects with `context-unreadable`, also when there is one by now. */
export async function createText(file: string, text: string): Promise<void> {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`)
  try {
    await writeFile(draft, text, { flag: 'wx' })
    // A link, unlike a rename, fails when somebody else has been faster.
    await link(draft, file)
  } catch (cause) {
    throw new SlipwayError('context-unreadable', `cannot write ${file}: ${(cause as Error).message}`, { cause })
  } finally {
    await rm(draft, { force: true })
  }
}
