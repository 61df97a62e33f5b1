import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { commandDocs } from '../src/cli/command-docs.ts'
import { commandModules } from '../src/cli/command-modules.ts'
import { commandTable } from '../src/cli/command-table.ts'
import { programVersion } from '../src/cli/program-version.ts'
import { errorCodes, exitCodeOf, SlipwayError, type ErrorCode } from '../src/core/index.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Tracked files and those about to be; works in an archive of the repository, too. */
function repositoryFiles(): readonly string[] {
  const skipped = /^(node_modules|dist|coverage|\.git)(\/|$)/
  if (!existsSync(join(root, '.git'))) {
    return (readdirSync(root, { recursive: true }) as string[]).filter(
      (path) => !skipped.test(path) && !path.includes('/node_modules/'),
    )
  }
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
}

const files = repositoryFiles()
const sources = files.filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
const products = sources.filter((path) => !path.endsWith('.test.ts'))

describe('error codes', () => {
  const codes = Object.keys(errorCodes) as ErrorCode[]
  const pages = readdirSync(join(root, 'docs/errors')).filter((name) => name !== 'README.md')

  test('each has a page, and each page has a code', () => {
    expect(pages.map((name) => name.replace('.md', '')).sort()).toEqual([...codes].sort())
  })

  test.each(codes)('the page of %s says what, why, what to do, and shows an example', (code) => {
    const page = read(`docs/errors/${code}.md`)
    expect(page.startsWith(`# ${code}\n\n`)).toBe(true)
    for (const heading of ['## Why', '## What to do', '## Example']) expect(page).toContain(heading)
    expect(page).toContain(`[${code}]`)
    expect(page).toContain(`Exit code ${exitCodeOf(new SlipwayError(code, ''))}`)
    expect(read('docs/errors/README.md')).toContain(`(${code}.md)`)
  })

  test('each is used by the program', () => {
    const text = products
      .filter((path) => path !== 'src/core/errors.ts')
      .map(read)
      .join('\n')
    expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([])
  })
})

describe('commands', () => {
  test('each has a module that can be loaded', async () => {
    expect(Object.keys(commandModules).sort()).toEqual(commandTable.map((command) => command.name).sort())
    for (const load of Object.values(commandModules)) expect(await load()).toHaveProperty('run')
  })

  test('the pages in docs/cli are current; UPDATE=1 writes them', () => {
    const directory = join(root, 'docs/cli')
    if (process.env.UPDATE === '1') {
      mkdirSync(directory, { recursive: true })
      for (const [name, text] of commandDocs()) writeFileSync(join(directory, name), text)
    }
    expect(readdirSync(directory).sort()).toEqual([...commandDocs().keys()].sort())
    for (const [name, text] of commandDocs()) expect(read(`docs/cli/${name}`), name).toBe(text)
  })

  test('the version is that of package.json', () => {
    expect(programVersion).toBe((JSON.parse(read('package.json')) as { version: string }).version)
  })
})

describe('documents', () => {
  const documents = files.filter((path) => path.endsWith('.md') && !path.startsWith('test/corpus/'))

  test.each(documents)('the links of %s lead somewhere', (path) => {
    const text = read(path).replace(/```[\s\S]*?```/g, '')
    const broken: string[] = []
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:)/.test(target)) continue
      const [file = '', anchor] = target.split('#')
      const goal = file === '' ? path : normalize(join(dirname(path), file))
      if (!existsSync(join(root, goal))) broken.push(target)
      else if (anchor !== undefined && goal.endsWith('.md') && !anchorsOf(read(goal)).includes(anchor))
        broken.push(target)
    }
    expect(broken).toEqual([])
  })
})

describe('the lock file', () => {
  interface Locked {
    readonly resolved?: string
    readonly integrity?: string
    readonly optional?: boolean
    readonly os?: readonly string[]
    readonly cpu?: readonly string[]
  }
  const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> }
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')

  test('names no server to fetch packages from', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  })

  test('has the checksum of every package but binaries of other platforms', () => {
    const unchecked = packages.filter(([, { integrity }]) => integrity === undefined)
    const needed = unchecked.filter(([path, { optional, os, cpu }]) => {
      const foreign = os?.includes('linux') === false || cpu?.every((name) => name !== 'x64') === true
      return optional !== true || !(foreign || path.endsWith('-musl'))
    })
    expect(needed.map(([path]) => path)).toEqual([])
  })
})

describe('names in documents', () => {
  const documents = files.filter(
    (path) => /^(ARCHITECTURE|CONTRIBUTING|README)\.md$/.test(path) || /^docs\/(concepts|adr|glossary)/.test(path),
  )
  const words = new Set(
    files
      .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith('test/corpus/'))
      .flatMap((path) => read(path).match(/[A-Za-z]\w*/g) ?? []),
  )
  const quoted = (path: string): readonly string[] =>
    [
      ...read(path)
        .replace(/```[\s\S]*?```/g, '')
        .matchAll(/`([^`\n]+)`/g),
    ].map(([, name = '']) => name)

  test.each(documents)('%s names files of the repository that exist', (path) => {
    const named = quoted(path).filter((name) => /^(src|test|docs|tools|bench|examples)\/[\w./-]*$/.test(name))
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([])
  })

  // Decisions name functions of libraries, too, and are not rewritten.
  const explaining = documents.filter((path) => !path.startsWith('docs/adr/'))
  test.each(explaining)('%s names functions and types of the sources that exist', (path) => {
    const symbols = quoted(path).filter((name) => /^[a-zA-Z]+[a-z][A-Z][A-Za-z]*$/.test(name))
    expect(symbols.filter((name) => !words.has(name))).toEqual([])
  })

  test.each(documents)('%s does not point to lines, which move', (path) => {
    expect(read(path).match(/\.(ts|mjs):\d+/g)).toBe(null)
  })
})

describe('files', () => {
  test('none has a name that says nothing', () => {
    const banned = /^(utils?|helpers?|common|shared|types|misc|lib)\.(ts|mjs|js)$/
    const named = files.filter(
      (path) =>
        banned.test(path.split('/').at(-1) ?? '') && !path.startsWith('test/corpus/') && !path.startsWith('examples/'),
    )
    expect(named).toEqual(['src/oci/types.ts'].filter((path) => files.includes(path)))
  })

  test('sources are kebab-case', () => {
    expect(sources.filter((path) => !/^[a-z0-9-]+(\.test)?\.ts$/.test(path.split('/').at(-1) ?? ''))).toEqual([])
  })

  test('no source has more than 400 lines', () => {
    expect(
      products.map((path) => [path, read(path).split('\n').length] as const).filter(([, lines]) => lines > 400),
    ).toEqual([])
  })

  test('no function has more than 60 lines', () => {
    expect(products.flatMap((path) => longFunctions(path, 60))).toEqual([])
  })

  test('index.ts is only a door', () => {
    const doors = products.filter((path) => path.endsWith('/index.ts'))
    const other = doors.filter((path) =>
      ts
        .createSourceFile(path, read(path), ts.ScriptTarget.Latest)
        .statements.some((statement) => !ts.isExportDeclaration(statement)),
    )
    expect(other).toEqual([])
  })

  test('none names a place of the machine it was written on', () => {
    // Put together here so that this file does not name them either.
    const places = [
      ['/work', 'main'].join('/'),
      ['/work', 'shared'].join('/'),
      ['/var', 'tmp', 'w', ''].join('/'),
      ['/Users', ''].join('/'),
    ]
    const text = files.filter((path) => !/\.(tar|gz|xz|zst|png|deb|gpg)$/.test(path))
    const found = text.flatMap((path) => {
      const content = read(path)
      return places.filter((place) => content.includes(place)).map((place) => `${path}: ${place}`)
    })
    expect(found).toEqual([])
  })

  test('none holds a mark of unfinished work', () => {
    const marks = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X:'].join('|'))
    expect(products.filter((path) => marks.test(read(path)))).toEqual([])
  })
})

function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function longFunctions(path: string, limit: number): readonly string[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const line = (position: number) => source.getLineAndCharacterOfPosition(position).line
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const lines = line(node.end) - line(node.getStart()) + 1
      const name = node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : 'a function'
      if (lines > limit) found.push(`${path}:${line(node.getStart()) + 1}: ${name} has ${lines} lines`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
