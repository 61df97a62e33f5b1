import type { Readable, Writable } from 'node:stream'
import path from 'node:path'
import { checkDocument, openCheck } from '../check/check-document.ts'
import { guessContext } from '../check/guess-context.ts'
import { rulePage } from '../check/rule-pages.ts'
import { serveLanguage } from './language-server.ts'

/**
 * Serves an editor over two streams until it goes: what `slipway check` says about open Dockerfiles, as they are in the
 * editor. Resolves with the exit code that the Language Server Protocol asks for.
 */
export function serveEditor(
  streams: { readonly input: Readable; readonly output: Writable },
  { version, cwd }: { readonly version: string; readonly cwd: string },
): Promise<number> {
  return serveLanguage(streams, {
    version,
    pageOf: rulePage,
    contextOf: (file, text) => guessContext(file, text, topOf(file, cwd)),
    async check(file, text) {
      // Settings may have been edited since the last time.
      const run = await openCheck({}, { cwd, now: Date.now })
      const { findings } = await checkDocument({ path: file, text, top: topOf(file, cwd), targets: [] }, run)
      return findings
    },
  })
}

/** An editor may open files outside of where it was started. */
function topOf(file: string, cwd: string): string {
  return file.startsWith(`${cwd}${path.sep}`) ? cwd : path.dirname(file)
}
