import type { PitfallCase } from './pitfall-case.ts'

const dockerfile =
  'FROM python:3.13-slim\nCOPY . /app\nRUN pip install -r /app/requirements.txt\nCOPY --from=build /venv /venv\nCMD ["python", "/app/main.py"]\n'

/** Bytecode in the finished image. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'is what pip has compiled',
    dockerfile,
    image:
      'line 3 0644 5 MB /usr/local/lib/python3.13/site-packages/a/__pycache__/a.cpython-313.pyc\nline 3 0644 4 MB /usr/local/lib/python3.13/site-packages/b/__pycache__/b.cpython-313.pyc',
    finds: [3],
    says: 'line 3 leaves 9.0 MB of bytecode in the image: 2 directories __pycache__',
  },
  {
    title: 'is what the context had',
    dockerfile,
    image: 'line 2 0644 300 KB /app/__pycache__/main.cpython-312.pyc',
    finds: [2],
    says: '/app/__pycache__',
  },
  {
    title: 'is what another stage gives',
    dockerfile,
    image: 'line 4 0644 12 MB /venv/lib/python3.13/site-packages/x/__pycache__/x.cpython-313.opt-1.pyc',
    finds: [4],
  },
  { title: 'is not a script or two', dockerfile, image: 'line 2 0644 20 KB /app/__pycache__/main.cpython-313.pyc' },
  {
    title: 'is not what the base has',
    dockerfile,
    image: 'base 0644 20 MB /usr/local/lib/python3.13/__pycache__/os.pyc',
  },
  { title: 'is not code that is shipped without its source', dockerfile, image: 'line 2 0644 20 MB /app/main.pyc' },
  {
    title: 'is not something else in such a directory',
    dockerfile,
    image: 'line 2 0644 20 MB /app/__pycache__/data.json',
  },
  {
    title: 'is not what a later line has deleted: that is waste',
    dockerfile,
    image: 'line 2 0644 20 MB /app/__pycache__/main.cpython-313.pyc\nline 3 gone /app/__pycache__',
  },
]
