import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileIgnore, parseIgnore } from '../ignore/index.ts'
import { type ContextNeed, type ContextPath, type IgnoreInput, planIgnore } from './plan-ignore.ts'

/** Files of ten bytes; `name:size` for others. */
function files(...names: readonly string[]): readonly ContextPath[] {
  return names.map((name) => {
    const [path = '', size = '10'] = name.split(':')
    return { path, kind: 'file', size: Number(size) }
  })
}

const needs = (...paths: readonly string[]): readonly ContextNeed[] => paths.map((path, at) => ({ path, line: at + 2 }))

function plan(input: Partial<IgnoreInput>) {
  const { text = '' } = input
  const { patterns } = parseIgnore({ path: '.dockerignore', text })
  return planIgnore({ files: [], needs: needs(''), builds: true, ...input, text, patterns })
}

/** Whether the text that is planned keeps a path out. */
function ignoredBy(input: Partial<IgnoreInput>): (path: string) => boolean {
  const text = plan(input)?.text ?? input.text ?? ''
  return compileIgnore(parseIgnore({ path: '.dockerignore', text }).patterns).ignored
}

describe('a generated ignore file', () => {
  it.each([
    'node_modules',
    'npm-debug.log',
    '.git',
    '.gitignore',
    'Dockerfile',
    'docker-compose.yml',
    '.env',
    '.env.local',
    'README.md',
    'x.log',
    'dist',
    '.cache',
    'coverage',
    '.DS_Store',
    'packages/web/node_modules',
  ])('keeps %s out of a project that copies everything and builds', (path) => {
    expect(ignoredBy({ files: files('package.json', 'src/main.ts') })(path)).toBe(true)
  })

  it.each([
    ['the sources', 'src/main.ts', ''],
    ['a prebuilt dist that is named', 'dist/app.js', 'dist'],
    ['a prebuilt dist with a slash behind a name', 'web/dist/app.js', 'web/dist'],
    ['an archive that a wildcard names', 'target/app-1.jar', 'target/*.jar'],
    ['installed packages that are named', 'node_modules/a/a.js', 'node_modules'],
    ['an example of settings', '.env.example', '.env.example'],
    ['a document that is named', 'README.md', 'README.md'],
    ['tests of a directory that is copied', 'src/tests/a.ts', 'src'],
    ['tests, where everything is copied', 'tests/a.ts', ''],
    ['a certificate that is named', 'certs/ca.pem', 'certs'],
  ])('lets %s in', (_, path, need) => {
    const input = {
      files: files('package.json', 'pom.xml', path, 'other/target/a', 'b.md', '.env'),
      needs: needs(need),
    }
    expect(ignoredBy(input)(path)).toBe(false)
  })

  it('keeps results of builds in when everything is copied and nothing builds', () => {
    const all = files('package.json', 'dist/app.js')
    expect(ignoredBy({ files: all, builds: false })('dist/app.js')).toBe(false)
    expect(ignoredBy({ files: all, builds: true })('dist/app.js')).toBe(true)
  })

  it('keeps tests out when nothing copies them, and large things that nothing takes', () => {
    const all = files('src/a.js', 'tests/a.js', 'data/film.mov:5000000', 'data/b:10', 'small/a')
    const ignored = ignoredBy({ files: all, needs: needs('src', 'package*.json') })
    expect(['tests/a.js', 'data/film.mov', 'small/a', 'src/a.js'].map(ignored)).toEqual([true, true, false, false])
    expect(ignoredBy({ files: all })('data/film.mov')).toBe(false)
  })

  it('leaves README files to tools that read them', () => {
    expect(ignoredBy({ files: files('pyproject.toml', 'README.md') })('README.md')).toBe(false)
  })

  it('says how much less is sent, and what is gone', () => {
    const all = files('a.js', '.git/x:700', '.git/y:300', 'web/node_modules/a:50')
    expect(plan({ files: all })).toMatchObject({
      before: { files: 4, bytes: 1060 },
      after: { files: 1, bytes: 10 },
      gone: [
        { path: '.git', files: 2, bytes: 1000 },
        { path: 'web', files: 1, bytes: 50 },
      ],
    })
  })
})

describe('an ignore file that is there', () => {
  it('stays as it is, and gets what is missing in its own line breaks', () => {
    const text = '# ours\r\nnode_modules\r\n.git\r\n.env*'
    const planned = plan({ text, files: files('node_modules/a', 'x.log', 'src/a') })
    expect(planned?.text).toBe(`${text}\r\n\r\n# logs\r\n**/*.log\r\n`)
  })

  it('gets the history and settings although none lie about', () => {
    expect(plan({ text: 'dist\n', files: files('src/a') })?.added).toEqual(['.git', '**/.env', '**/.env.*'])
  })

  it('needs nothing when it covers what lies about', () => {
    const text = '.git\n**/.env\n**/.env.*\n**/*.log\n'
    expect(plan({ text, files: files('x.log', 'src/a') })).toBeUndefined()
  })

  it('gives back what a COPY names and it hides', () => {
    const text = '.git\n**/.env*\ndist\n'
    const planned = plan({ text, files: files('dist/a.js', 'src/a'), needs: needs('src', 'dist') })
    expect(planned?.added).toEqual(['!dist'])
    expect(planned?.text).toContain('# copied in line 3\n!dist\n')
  })
})

describe('whatever is copied', () => {
  const name = fc.constantFrom(
    'src',
    'dist',
    'node_modules',
    '.env',
    'a.md',
    'x.log',
    'target',
    'app.jar',
    'tests',
    '.git',
    'b*',
  )
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
  const need = fc.oneof(path, fc.constantFrom('', '*.md', 'target/*.jar', 'src/*', '**', '*/dist'))

  it('finds files when it found some before, and what it names', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(path, { maxLength: 12 }),
        fc.array(need, { maxLength: 3 }),
        fc.boolean(),
        (paths, wanted, builds) => {
          // A path cannot be a file and a directory.
          const all = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)) && !one.includes('*'))
          const ignored = ignoredBy({ files: files('package.json', ...all), needs: needs(...wanted), builds })
          for (const one of wanted) {
            if (/[*?]/.test(one)) continue
            const found = all.filter((file) => one === '' || file === one || file.startsWith(`${one}/`))
            if (one !== '' && found.length > 0) expect(found.some((file) => !ignored(file))).toBe(true)
            if (all.includes(one)) expect(ignored(one)).toBe(false)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
