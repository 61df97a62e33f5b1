import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { recentFiles, writeRecent } from './recent-files.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'slipway-recent-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Files that were written at these seconds. */
function aged(files: Readonly<Record<string, number>>): void {
  for (const [name, time] of Object.entries(files)) {
    writeFileSync(path.join(directory, name), name)
    utimesSync(path.join(directory, name), time, time)
  }
}

it('keeps the newest files of a directory, and what is no file of its own', async () => {
  aged({ b: 20, a: 30, c: 10, '.draft': 1 })
  writeRecent(path.join(directory, 'new'), 'text', 3)
  expect(readdirSync(directory).sort()).toEqual(['.draft', 'a', 'b', 'new'])
  expect(readFileSync(path.join(directory, 'new'), 'utf8')).toBe('text')
})

it('makes the directory', async () => {
  const file = path.join(directory, 'deep/er/file')
  writeRecent(file, 'text', 1)
  expect(recentFiles(path.dirname(file))).toEqual([file])
})

it('lists the newest first, and leaves out what is gone before it is looked at', async () => {
  aged({ b: 20, a: 30, c: 10 })
  symlinkSync('nowhere', path.join(directory, 'gone'))
  const files = recentFiles(directory)
  expect(files.map((file) => path.basename(file))).toEqual(['a', 'b', 'c'])
  expect(recentFiles(path.join(directory, 'none'))).toEqual([])
})
