import { describe, expect, it } from 'vitest'
import type { MemoryFiles } from '../../../fileset/index.ts'
import { following, gapLines, glibcProgram, muslProgram } from '../testing/image-of.ts'
import { logicalLines } from './logical-lines.ts'
import { findPythonImports } from './python-imports.ts'
import { followPython } from './python.ts'

const python = 'usr/local/bin/python3.12'
const sites = 'usr/local/lib/python3.12/site-packages'
const base: MemoryFiles = { [python]: glibcProgram, 'usr/local/lib/python3.12/os.py': '' }

function run(files: MemoryFiles, command = 'python app.py', env: readonly string[] = []) {
  const path = Object.keys(files).find((name) => /bin\/python3\.\d+$/.test(name)) ?? python
  return following(followPython, path === python ? { ...base, ...files } : files, { path, env })(command)
}

describe('import statements', () => {
  const facts = { isMain: true, minor: 12 }
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['import a.b as c, d', ['start 0 a.b', 'start 0 d']],
    ['from ..x import (a, # one\n  b as c,\n)', ['start 2 x a,b']],
    ['"""\nimport a\n"""\nx = "import b" # import c', []],
    ['def f():\n  import a\nclass C:\n  import b', ['later 0 a', 'start 0 b']],
    [
      'try:\n  import a\nexcept ImportError:\n  import b\nelse:\n  import c',
      ['guarded 0 a', 'guarded 0 b', 'start 0 c'],
    ],
    ['try:\n  import a\nexcept ImportError as e:\n  raise RuntimeError("x") from e', ['start 0 a']],
    ['try:\n  import a\nexcept KeyError:\n  pass', ['start 0 a']],
    ['if TYPE_CHECKING:\n  import a\nelse:\n  import b', ['start 0 b']],
    ['if sys.version_info >= (3, 11):\n  import a\nelse:\n  import b', ['start 0 a']],
    ['if sys.platform == "win32":\n  import a', ['later 0 a']],
    ['with suppress(ImportError):\n  import a', ['guarded 0 a']],
    ["x = f'{a['b']}'; import c", ['start 0 c']],
  ]
  it.each(cases)('are found in %j', (text, imports) => {
    const found = findPythonImports(text, facts)
    expect(
      found.map(({ when, level, module, names }) => `${when} ${level} ${module} ${names.join(',')}`.trim()),
    ).toEqual(imports)
  })

  it('stand on logical lines', () => {
    expect(logicalLines('a = (1,\n 2)\nif b \\\n  and c:\n\td')).toEqual([
      { indent: 0, text: 'a = (1,  2)' },
      { indent: 0, text: 'if b    and c:' },
      { indent: 8, text: 'd' },
    ])
  })
})

describe('programs of Python', () => {
  const flask: MemoryFiles = { [`${sites}/flask/__init__.py`]: 'from . import app', [`${sites}/flask/app.py`]: '' }
  const whole: readonly (readonly [string, string, MemoryFiles])[] = [
    ['a package', 'python app.py', { 'app/app.py': 'import flask, os', ...flask }],
    [
      'a search that the program changes',
      'python app.py',
      { 'app/app.py': 'import sys\nsys.path.insert(1, "/opt")\nimport x' },
    ],
    ['a module beside the script', 'python app.py', { 'app/app.py': 'import config', 'app/config.py': '' }],
    [
      'a path of a .pth file',
      'python app.py',
      { 'app/app.py': 'import x', [`${sites}/x.pth`]: '/src', 'src/x.py': '' },
    ],
    ['a namespace', 'python app.py', { 'app/app.py': 'import google.api', [`${sites}/google/api/__init__.py`]: '' }],
    [
      'an application',
      `python /usr/local/bin/gunicorn -b :80 app:app`,
      { 'usr/local/bin/gunicorn': 'import gunicorn', [`${sites}/gunicorn/__init__.py`]: '', 'app/app.py': '' },
    ],
    [
      'distutils of setuptools',
      'python app.py',
      { 'app/app.py': 'import distutils', [`${sites}/_distutils_hack/__init__.py`]: '' },
    ],
    [
      'a package that makes modules itself',
      'python app.py',
      {
        'app/app.py': 'import six',
        [`${sites}/six/__init__.py`]: 'import sys\nsys.modules["six.moves"] = 1\nfrom six.moves import x',
      },
    ],
    [
      'something optional',
      'python app.py',
      { 'app/app.py': 'try:\n  import ujson\nexcept ImportError:\n  ujson = None' },
    ],
  ]
  it.each(whole)('lack nothing when there is %s', (_, command, files) => {
    const found = run(files, command)
    expect(gapLines(found)).toEqual([])
    for (const path of Object.keys(files).filter((name) => name.endsWith('app.py')))
      expect(found.reached).toContain(path)
  })

  const lacking: readonly (readonly [string, string, MemoryFiles, string])[] = [
    ['a package', 'python app.py', { 'app/app.py': 'import flask' }, 'error module flask'],
    ['the script', 'python app.py', {}, 'error module /app/app.py'],
    [
      'a module of the program',
      'python app.py',
      { 'app/app.py': 'import web.views', 'app/web/__init__.py': '' },
      'error module web.views',
    ],
    [
      'a module of a package that asks for it itself',
      'python app.py',
      { 'app/app.py': 'import psycopg2', [`${sites}/psycopg2/__init__.py`]: 'from psycopg2._psycopg import x' },
      'error module psycopg2._psycopg',
    ],
    ['a module for -m', 'python -m gunicorn app:app', { 'app/app.py': '' }, 'error module gunicorn'],
    ['the application', 'python /x/gunicorn app:app', { 'x/gunicorn': '' }, 'error module app'],
    [
      'a dropped part of the standard library',
      'python app.py',
      { 'app/app.py': 'import imp' },
      'error runtime-version Python before 3.12',
    ],
    [
      'packages of another minor',
      'python app.py',
      { 'app/app.py': 'import flask', 'usr/local/lib/python3.11/site-packages/flask/__init__.py': '' },
      'error runtime-version Python 3.11',
    ],
  ]
  it.each(lacking)('are told that they lack %s', (_, command, files, gap) => {
    expect(gapLines(run(files, command))).toEqual([gap])
  })

  it('are told about the environment that has what they lack', () => {
    const files = { 'app/app.py': 'import flask', 'opt/venv/lib/python3.12/site-packages/flask/__init__.py': '' }
    expect(run(files).gaps[0]?.hint).toContain('put /opt/venv/bin first in PATH')
  })

  it('find the packages of the virtual environment that they are started from', () => {
    const venv: MemoryFiles = {
      'opt/venv/pyvenv.cfg': 'home = /usr/local/bin',
      'opt/venv/bin/python': { kind: 'symlink', linkname: '/usr/local/bin/python3.12' },
      'app/app.py': 'import flask',
    }
    const packages = (minor: number): MemoryFiles => ({
      [`opt/venv/lib/python3.${minor}/site-packages/flask/__init__.py`]: '',
    })
    expect(gapLines(run({ ...venv, ...packages(12) }, '/opt/venv/bin/python app.py'))).toEqual([])
    expect(gapLines(run({ ...venv, ...packages(11) }, '/opt/venv/bin/python app.py'))).toEqual([
      'error runtime-version Python 3.11',
    ])
  })

  const extension = (tag: string): MemoryFiles => ({
    'app/app.py': 'from numpy import core',
    [`${sites}/numpy/__init__.py`]: '',
    [`${sites}/numpy/core.${tag}.so`]: 'x',
  })
  it('load the extension modules of their version and platform', () => {
    expect(run(extension('cpython-312-x86_64-linux-gnu'))).toMatchObject({
      gaps: [],
      loads: [`${sites}/numpy/core.cpython-312-x86_64-linux-gnu.so`],
    })
    expect(run(extension('abi3')).loads).toEqual([`${sites}/numpy/core.abi3.so`])
    expect(gapLines(run(extension('cpython-311-x86_64-linux-gnu')))).toEqual(['error runtime-version Python 3.11'])
    const musl = { ...extension('cpython-312-x86_64-linux-gnu'), [python]: muslProgram }
    expect(gapLines(run(musl))).toEqual(['error native-module core.cpython-312-x86_64-linux-gnu.so'])
  })

  it('need their standard library', () => {
    const found = following(
      followPython,
      { [python]: glibcProgram, 'app/app.py': '' },
      { path: python },
    )('python app.py')
    expect(gapLines(found)).toEqual(['error module lib/python3.12'])
  })
})
