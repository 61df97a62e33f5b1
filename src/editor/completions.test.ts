import { describe, expect, test } from 'vitest'
import { parseDockerfile } from '../dockerfile/index.ts'
import { completionsAt } from './index.ts'

const files: Readonly<Record<string, readonly string[]>> = {
  '.': ['src/', 'package.json', 'main.go'],
  'src/': ['app.ts'],
}

/** What can be written where the `|` stands. */
function labels(marked: string): readonly string[] {
  return completions(marked).map(({ label }) => label)
}

function completions(marked: string) {
  const offset = marked.indexOf('|')
  const text = marked.slice(0, offset) + marked.slice(offset + 1)
  return completionsAt(parseDockerfile({ path: 'Dockerfile', text }), offset, (path) => files[path] ?? [])
}

describe('completionsAt', () => {
  test.each([
    ['a keyword at the start of a line', 'FROM a\nWO|', ['WORKDIR']],
    ['keywords in the case of the file', 'from a\nwo|', ['workdir']],
    ['flags of the instruction', 'FROM a\nCOPY --ch|', ['--chown', '--chmod']],
    ['no flag twice', 'FROM a\nHEALTHCHECK --retries=3 --r|', []],
    ['--mount as often as wanted', 'FROM a\nRUN --mount=type=ssh --mo|', ['--mount']],
    ['flags of a line that goes on', 'FROM a\nRUN --mount=type=ssh \\\n  --ne|', ['--network']],
    ['stages to copy from, not the own one', 'FROM a AS one\nFROM b AS two\nCOPY --from=|', ['one']],
    ['stages to start from', 'FROM a AS base\nFROM b AS build\nFROM b|', ['base', 'build']],
    ['stages behind the cursor are not there yet', 'FROM a\nCOPY --from=|\nFROM b AS later', []],
    ['scratch', 'FROM scr|', ['scratch']],
    ['options of a mount', 'FROM a\nRUN --mount=type=cache,ta|', ['target']],
    ['types of mounts', 'FROM a\nRUN --mount=type=s|', ['secret', 'ssh']],
    ['stages to mount', 'FROM a AS tools\nFROM b\nRUN --mount=from=|', ['tools']],
    ['files of the context', 'FROM a\nCOPY pa|', ['package.json']],
    ['files below a directory', 'FROM a\nCOPY src/|', ['src/app.ts']],
    ['no files of the context for another stage', 'FROM a AS x\nFROM b\nCOPY --from=x pa|', []],
    ['variables', 'ARG OUTER\nFROM a\nARG ONE\nENV TWO=2\nRUN echo $|', ['ONE', 'TWO']],
    ['variables of FROM are those above it', 'ARG TAG\nFROM a:$T|', ['TAG']],
    ['values of --network', 'FROM a\nRUN --network=n|', ['none']],
    ['nothing in a comment', 'FROM a\n# CO|', []],
    ['nothing in the body of a heredoc', 'FROM a\nRUN <<EOF\nCO|\nEOF\n', []],
    ['a line below a comment within a continuation', 'FROM a\nRUN --mount=type=ssh \\\n# why\n  --net|', ['--network']],
    ['another escape character', '# escape=`\nFROM a\nRUN `\n --net|', ['--network']],
  ])('gives %s', (_, marked, expected) => {
    expect(labels(marked)).toEqual(expected)
  })

  test('replaces the part of the word that is there', () => {
    const [one] = completions('FROM a AS build\nFROM b\nCOPY --from=bu|')
    expect(one).toMatchObject({ text: 'build', detail: 'FROM a', replaces: { start: 35, end: 37 } })
  })

  test('closes the brace of a variable', () => {
    expect(completions('ARG TAG\nFROM a:${T|')[0]?.text).toBe('TAG}')
  })
})
