import { describe, expect, test } from 'vitest'
import { projectOf } from '../../test/kit/project-of.ts'
import { describeProject } from './describe-project.ts'

describe('a project', () => {
  test('lists its files by path and answers for directories', () => {
    const project = projectOf({ 'b.txt': 'x', 'a/z': '1', 'a/b/c': '22', 'a.d/x': '', a0: '' })
    expect(project.files.map(({ path }) => path)).toEqual(['a', 'a.d', 'a.d/x', 'a/b', 'a/b/c', 'a/z', 'a0', 'b.txt'])
    expect(project.below('a').map(({ path }) => path)).toEqual(['a/b', 'a/b/c', 'a/z'])
    expect(project.below('')).toHaveLength(8)
    expect(project.below('nothing')).toEqual([])
    expect(project.file('a/b/c')).toMatchObject({ kind: 'file', size: 2, ignored: false })
    expect(project.file('a/c')).toBeUndefined()
  })

  test('knows what its ignore file leaves out, also of what is not there', () => {
    const project = projectOf({ '.dockerignore': '# all\n*.log\n!keep.log\n', 'a.log': '', 'keep.log': '' })
    expect(project.ignore).toMatchObject({
      path: '.dockerignore',
      patterns: ['*.log', '!keep.log'],
      hasExceptions: true,
    })
    expect(['a.log', 'keep.log', 'other.log'].map((path) => project.ignored(path))).toEqual([true, false, true])
    expect(project.file('a.log')?.ignored).toBe(true)
    expect(projectOf({ a: '' }).ignore).toBeUndefined()
  })

  test('calls its ignore file and its manifests by the names that people use', () => {
    const project = describeProject(
      {
        files: ['.dockerignore', 'package.json'].map((path) => ({ path, kind: 'file', size: 2, executable: false })),
        truncated: true,
      },
      { ignore: { path: 'web/.dockerignore', text: '' }, read: () => '{}', shown: (path) => `web/${path}` },
    )
    expect([
      project.ignore?.path,
      project.ignore?.source.path,
      project.node[0]?.path,
      project.node[0]?.source.path,
    ]).toEqual(['.dockerignore', 'web/.dockerignore', 'package.json', 'web/package.json'])
    expect(project.truncated).toBe(true)
  })

  test('reads nothing before it is asked, and nothing twice', () => {
    const read: string[] = []
    const project = describeProject(
      {
        files: ['package.json', '.env'].map((path) => ({ path, kind: 'file', size: 2, executable: false })),
        truncated: false,
      },
      { read: (path) => (read.push(path), '{}') },
    )
    expect(read).toEqual([])
    expect([project.node.length, project.node.length]).toEqual([1, 1])
    expect(read).toEqual(['package.json'])
  })

  test('has no text for what is large, and for what is no file', () => {
    const project = describeProject(
      {
        files: [
          { path: 'big', kind: 'file', size: 2 << 20, executable: false },
          { path: 'dir', kind: 'directory', size: 0, executable: false },
        ],
        truncated: false,
      },
      { read: () => 'x' },
    )
    expect(['big', 'dir', 'missing'].map((path) => project.text(path))).toEqual([undefined, undefined, undefined])
  })

  const odd = [
    '',
    '\ufeff',
    'null',
    '[]',
    '{',
    '}',
    '{"packages": 1, "dependencies": []}',
    '"x"',
    '\n\n\n- - -',
    'a: *b',
    '<<<<<<< HEAD',
    '=',
    '[[x]]',
    '[x]\ny = [',
    '%',
    '\u0000',
    'services:\n  - a',
    'script: {a: [b]}',
    'jobs: {a: {steps: [{run: 1}, null, {uses: 2, with: 3}]}}',
    '{"__proto__": {"dependencies": {"a": 1}}}',
    '<project',
    'require (',
    '//go:build (((',
    'name = 3\n[dependencies]\na = 3',
  ]
  const names = [
    'package.json',
    'package-lock.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'pnpm-workspace.yaml',
    'requirements.txt',
    'pyproject.toml',
    'Pipfile',
    'setup.py',
    'setup.cfg',
    'environment.yml',
    'go.mod',
    'x.go',
    'Cargo.toml',
    'Cargo.lock',
    'pom.xml',
    'build.gradle',
    '.env',
    '.npmrc',
    'a.tfstate',
    '.github/workflows/x.yml',
    '.gitlab-ci.yml',
    '.circleci/config.yml',
    '.drone.yml',
    'Jenkinsfile',
    'azure-pipelines.yml',
    'compose.yaml',
  ]
  test.each(odd)('reads whatever its files hold: %j', (content) => {
    const project = projectOf(Object.fromEntries(names.map((name) => [name, content])))
    const { node, python, go, rust, java, secrets, pipelines, composeFiles } = project
    const all = [
      node.map((each) => each.native),
      python,
      go.map((each) => each.usesTls),
      rust.map((each) => each.libraries),
      java,
      secrets,
      pipelines,
      composeFiles,
    ]
    expect(all).toHaveLength(8)
  })
})
