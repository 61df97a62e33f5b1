import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, lchownSync, lutimesSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CaseFile, CaseFiles, Served } from './case-folder.ts'

/** Writes the entries of a case below `directory`, times last so that later entries do not change them. */
export function writeFiles(directory: string, files: CaseFiles): void {
  for (const [name, file] of Object.entries(files)) {
    const target = path.join(directory, name)
    mkdirSync(path.dirname(target), { recursive: true })
    writeEntry(directory, target, name.endsWith('/') ? { dir: true, ...(file as object) } : file)
  }
  for (const [name, file] of Object.entries(files))
    if (typeof file !== 'string' && file.mtime !== undefined)
      lutimesSync(path.join(directory, name), file.mtime, file.mtime)
}

/** The bytes that an entry stands for. */
export function bytesOf(file: Served | CaseFile): Buffer {
  if (typeof file === 'string') return Buffer.from(file)
  if (file.base64 !== undefined) return Buffer.from(file.base64, 'base64')
  if ('repeat' in file && file.repeat !== undefined) return Buffer.from(file.repeat[0].repeat(file.repeat[1]))
  return Buffer.from(file.text ?? '')
}

function writeEntry(directory: string, target: string, file: CaseFile): void {
  if (typeof file === 'string') return writeFileSync(target, file, { mode: 0o644 })
  // An entry may stand for a file that the folder has already.
  if (file.dir !== true) rmSync(target, { recursive: true, force: true })
  if (file.link !== undefined) symlinkSync(file.link, target)
  else if (file.hard !== undefined) linkSync(path.join(directory, file.hard), target)
  else if (file.dir === true) mkdirSync(target, { recursive: true })
  else if (file.fifo === true) execFileSync('mkfifo', [target])
  else if (file.socket === true) makeSocket(target)
  else writeFileSync(target, bytesOf(file))
  if (file.uid !== undefined || file.gid !== undefined) lchownSync(target, file.uid ?? 0, file.gid ?? 0)
  if (file.link === undefined && file.hard === undefined)
    chmodSync(target, file.mode === undefined ? (file.dir === true ? 0o755 : 0o644) : Number.parseInt(file.mode, 8))
}

/** A socket file without anyone behind it: Node would remove its own when it stops listening. */
function makeSocket(target: string): void {
  const script = "const s=require('net').createServer().listen(process.argv[1],()=>process.kill(process.pid,'SIGKILL'))"
  try {
    execFileSync(process.execPath, ['-e', script, target], { stdio: 'ignore' })
  } catch {
    // It was killed, as it should be.
  }
}
