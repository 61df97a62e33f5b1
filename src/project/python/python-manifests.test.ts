import { describe, expect, test } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'
import { parseRequirement } from './requirement.ts'

describe('a requirement', () => {
  test.each([
    ['flask==3.1.0', 'flask', true],
    ['Flask_Login == 0.6.3', 'flask-login', true],
    ['uvicorn[standard]==0.34.0 ; python_version > "3.8"', 'uvicorn', true],
    ['flask (==3.1.0)', 'flask', true],
    ['django===5.0', 'django', true],
    ['flask', 'flask', false],
    ['requests>=2', 'requests', false],
    ['requests~=2.32', 'requests', false],
    ['django==5.*', 'django', false],
    ['numpy>=1,<2', 'numpy', false],
    ['lib @ git+ssh://git@git.example.com/team/lib@v1.4.0', 'lib', true],
    ['lib @ git+https://git.example.com/team/lib.git@main', 'lib', false],
    ['git+https://git.example.com/team/lib.git@0123456789abcdef0123456789abcdef01234567#egg=other', 'other', true],
    ['lib @ https://example.com/lib-1.2.0-py3-none-any.whl', 'lib', true],
    ['lib @ https://example.com/lib.zip', 'lib', false],
    ['lib @ https://example.com/lib.zip#sha256=abc', 'lib', true],
  ])('%s', (text, name, pinned) => {
    expect(parseRequirement(text)).toMatchObject({ name, pinned })
  })

  test.each(['.', './libs/own', '../own', 'own @ file:///src/own', '-e .', ''])(
    'that names a directory is none: %s',
    (text) => {
      expect(parseRequirement(text)).toBeUndefined()
    },
  )
})

const manifestsOf = (files: Record<string, string>) =>
  projectOf(files).python.map(({ path, kind, requirements, devRequirements, tool, lock, hashed }) => ({
    path,
    kind,
    requirements: requirements.map(({ name, pinned }) => (pinned ? name : `${name}?`)),
    dev: devRequirements.map(({ name }) => name),
    tool,
    lock: lock?.path,
    hashed,
  }))

describe('requirements files', () => {
  test('take in others, constraints pin, options and comments are passed over', () => {
    const found = manifestsOf({
      'requirements.txt':
        '# all\n--index-url https://example.com\n-r base.txt\n-c constraints.txt\nrequests # why\n-e .\n',
      'base.txt': 'flask==3.1.0\n-r requirements.txt\n',
      'constraints.txt': 'requests==2.32.3\n',
    })
    expect(found).toMatchObject([
      { path: 'requirements.txt', requirements: ['flask', 'requests'], dev: [], hashed: false },
    ])
  })

  test('are hashed when every line is', () => {
    const line = 'flask==3.1.0 \\\n    --hash=sha256:abc \\\n    --hash=sha256:def\n'
    expect(manifestsOf({ 'requirements.txt': line })).toMatchObject([{ requirements: ['flask'], hashed: true }])
    expect(manifestsOf({ 'requirements.txt': `${line}gunicorn==23.0.0\n` })).toMatchObject([{ hashed: false }])
  })

  test.each(['requirements-dev.txt', 'dev-requirements.txt', 'requirements/test.txt', 'requirements_lint.txt'])(
    '%s are for development',
    (path) => {
      expect(manifestsOf({ [path]: 'pytest==8.3.4\n' })).toMatchObject([
        { path, kind: 'requirements', requirements: [], dev: ['pytest'] },
      ])
    },
  )

  test.each(['requirements.txt', 'requirements/prod.txt', 'api/requirements-prod.txt', 'dev/requirements.txt'])(
    '%s are not',
    (path) => {
      expect(manifestsOf({ [path]: 'flask\n' })).toMatchObject([{ path, requirements: ['flask?'], dev: [] }])
    },
  )
})

describe('other manifests of Python', () => {
  test('poetry', () => {
    const text =
      '[tool.poetry.dependencies]\npython = "^3.12"\nflask = "^3.1"\nnumpy = "2.2.1"\nown = { path = "../own" }\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n'
    expect(manifestsOf({ 'pyproject.toml': text, 'poetry.lock': '' })).toEqual([
      {
        path: 'pyproject.toml',
        kind: 'pyproject',
        requirements: ['flask?', 'numpy'],
        dev: ['pytest'],
        tool: 'poetry',
        lock: 'poetry.lock',
        hashed: false,
      },
    ])
  })

  test('PEP 621 with groups, uv', () => {
    const text =
      '[project]\ndependencies = ["flask==3.1.0", "requests>=2"]\n[project.optional-dependencies]\ntest = ["pytest"]\nfast = ["orjson"]\n[dependency-groups]\nlint = ["ruff", {include-group = "x"}]\n[tool.uv]\n'
    expect(manifestsOf({ 'app/pyproject.toml': text, 'uv.lock': '' })).toMatchObject([
      { requirements: ['flask', 'requests?'], dev: ['ruff', 'pytest'], tool: 'uv', lock: 'uv.lock' },
    ])
  })

  test.each([
    ['[build-system]\nbuild-backend = "hatchling.build"\n', 'hatch'],
    ['[build-system]\nbuild-backend = "setuptools.build_meta"\n', 'setuptools'],
    ['[tool.pdm]\n', 'pdm'],
    ['[project]\nname = "x"\n', undefined],
  ])('the tool of %j', (text, tool) => {
    expect(manifestsOf({ 'pyproject.toml': text })).toMatchObject([{ tool }])
  })

  test('Pipfile', () => {
    const text = '[packages]\nflask = "==3.1.0"\nrequests = "*"\n[dev-packages]\npytest = "*"\n'
    expect(manifestsOf({ Pipfile: text, 'Pipfile.lock': '{}' })).toMatchObject([
      { kind: 'pipfile', requirements: ['flask', 'requests?'], dev: ['pytest'], lock: 'Pipfile.lock' },
    ])
  })

  test('setup.py and setup.cfg', () => {
    expect(manifestsOf({ 'setup.py': 'setup(install_requires=[\'flask==3.1.0\',\n  "requests"])' })).toMatchObject([
      { requirements: ['flask', 'requests?'] },
    ])
    expect(
      manifestsOf({ 'setup.cfg': '[options]\ninstall_requires =\n    flask>=3\n    click==8.1.8\nzip_safe = no\n' }),
    ).toMatchObject([{ requirements: ['flask?', 'click'] }])
  })

  test('environment.yml with pip below', () => {
    const text =
      'name: x\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.12.1\n  - conda-forge::numpy>=1\n  - pip:\n      - flask==3.1.0\n  - scipy\nprefix: /x\n'
    expect(manifestsOf({ 'environment.yml': text })).toMatchObject([
      { kind: 'conda', requirements: ['python', 'numpy?', 'flask', 'scipy?'] },
    ])
  })

  test('what is broken is left out', () => {
    expect(manifestsOf({ 'pyproject.toml': '[project\n', Pipfile: '=', 'environment.yml': 'name: x\n' })).toEqual([])
  })
})
