import type { PitfallCase } from './pitfall-case.ts'

const two = (build: string, run: string): string => `FROM python:3.12-slim AS build\n${build}\n\nFROM ${run}\n`
const pip = 'RUN pip install --no-cache-dir flask'
const apt = 'debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends python3'
const venv = 'RUN python -m venv /opt/venv && /opt/venv/bin/pip install flask gunicorn'
const packages = '/usr/local/lib/python3.12/site-packages'

export const cases: readonly PitfallCase[] = [
  {
    title: 'packages for distroless, which looks in dist-packages',
    dockerfile: `FROM python:3.11-slim AS build\n${pip}\nFROM gcr.io/distroless/python3-debian12\nCOPY --from=build /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages\nCMD ["app.py"]\n`,
    finds: [4],
    says: '`/usr/local/lib/python3.11/dist-packages`',
  },
  {
    title: 'packages for the Python of Debian',
    dockerfile: `${two(pip, apt)}COPY --from=build ${packages} ${packages}\nCMD ["python3", "/app.py"]\n`,
    finds: [6],
    says: 'python3 of debian bookworm is Python 3.11',
  },
  {
    title: 'packages for the Python of Alpine',
    dockerfile: `FROM python:3.12-alpine AS build\n${pip}\nFROM alpine:3.22\nRUN apk add --no-cache python3\nCOPY --from=build ${packages} ${packages}\nCMD ["python3", "/app.py"]\n`,
    finds: [5],
    says: '`/usr/lib/python3.12/site-packages`',
  },
  {
    title: 'a prefix for the Python of Ubuntu',
    dockerfile: `${two('RUN pip install --prefix=/install flask', 'ubuntu:24.04\nRUN apt-get update && apt-get install -y python3')}COPY --from=build /install /usr/local\n`,
    finds: [6],
  },
  {
    title: 'a directory of another version of the same image',
    dockerfile: `${two(pip, 'python:3.12-slim')}COPY --from=build ${packages} /usr/local/lib/python3.11/site-packages\n`,
    finds: [5],
    says: 'python:3.12-slim is Python 3.12',
  },
  {
    title: 'one package among them',
    dockerfile: `${two(pip, 'python:3.12-slim')}COPY --from=build ${packages}/flask /usr/local/lib/python3.11/site-packages/flask\n`,
    finds: [5],
  },
  {
    title: 'a home of another version',
    dockerfile: `${two('RUN pip install --user flask', apt)}COPY --from=build /root/.local /root/.local\n`,
    finds: [6],
    says: 'made for Python 3.12',
  },
  {
    title: 'a venv whose interpreter is elsewhere',
    dockerfile: `${two(venv, apt)}COPY --from=build /opt/venv /opt/venv\nENV PATH=/opt/venv/bin:$PATH\nCMD ["gunicorn", "app:app"]\n`,
    finds: [6],
    says: 'a link to `/usr/local/bin/python3`',
  },
  {
    title: 'a venv for distroless, by its path',
    dockerfile: `FROM debian:bookworm-slim AS build\nRUN apt-get update && apt-get install -y python3-venv && python3 -m venv /venv && /venv/bin/pip install flask\nFROM python:3.11-slim\nCOPY --from=build /venv /venv\nENTRYPOINT ["/venv/bin/python", "/app.py"]\n`,
    finds: [4],
    says: '/usr/bin/python3',
  },
  {
    title: 'a venv at another path',
    dockerfile: `${two(venv, 'python:3.12-slim')}COPY --from=build /opt/venv /app/venv\nENV PATH=/app/venv/bin:$PATH\nCMD ["gunicorn", "app:app"]\n`,
    finds: [5],
    says: '#!/opt/venv/bin/python',
  },
  {
    title: 'a venv at another path is started as a module',
    dockerfile: `${two(venv, 'python:3.12-slim')}COPY --from=build /opt/venv /app/venv\nENV PATH=/app/venv/bin:$PATH\nCMD ["python", "-m", "gunicorn", "app:app"]\n`,
  },
  {
    title: 'the same image',
    dockerfile: `${two(pip, 'python:3.12-slim')}COPY --from=build ${packages} ${packages}\n`,
  },
  {
    title: 'a venv between variants of one image',
    dockerfile: `${two(venv, 'python:3.12')}COPY --from=build /opt/venv /opt/venv\nENV PATH=/opt/venv/bin:$PATH\nCMD ["gunicorn", "app:app"]\n`,
  },
  {
    title: 'the search path is told',
    dockerfile: `FROM python:3.11-slim AS build\n${pip}\nFROM gcr.io/distroless/python3-debian12\nCOPY --from=build /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages\nENV PYTHONPATH=/usr/local/lib/python3.11/site-packages\n`,
  },
  {
    title: 'the directory that it reads',
    dockerfile: `FROM python:3.11-slim AS build\n${pip}\nFROM gcr.io/distroless/python3-debian12\nCOPY --from=build /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/dist-packages\n`,
  },
  {
    title: 'the interpreter comes along',
    dockerfile: `${two(pip, apt)}COPY --from=build /usr/local /usr/local\nCOPY --from=build ${packages} ${packages}\n`,
  },
  {
    title: 'a prefix for the same Python',
    dockerfile: `${two('RUN pip install --prefix=/install flask', 'python:3.12-alpine')}COPY --from=build /install /usr/local\n`,
  },
  {
    title: 'the Python of Debian on both sides',
    dockerfile:
      'FROM debian:bookworm AS build\nRUN apt-get update && apt-get install -y python3-venv && python3 -m venv /venv && /venv/bin/pip install flask\nFROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y python3\nCOPY --from=build /venv /venv\nENTRYPOINT ["/venv/bin/python", "/app.py"]\n',
  },
  {
    title: 'a venv with copies of the interpreter',
    dockerfile: `${two('RUN python -m venv --copies /opt/venv', apt)}COPY --from=build /opt/venv /opt/venv\nENV PATH=/opt/venv/bin:$PATH\nCMD ["gunicorn"]\n`,
  },
  {
    title: 'an image that has no Python',
    dockerfile: `${two(pip, 'debian:bookworm-slim')}COPY --from=build ${packages} ${packages}\n`,
  },
  {
    title: 'the interpreter that uv brings',
    dockerfile: `FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim AS build\nENV UV_PYTHON_INSTALL_DIR=/python\nRUN uv python install 3.13 && uv venv /app/.venv\nFROM ${apt}\nCOPY --from=build /python /python\nCOPY --from=build /app/.venv /app/.venv\nENV PATH=/app/.venv/bin:$PATH\nCMD ["gunicorn"]\n`,
  },
  {
    title: 'a link at the place where the final image has its Python',
    dockerfile: `FROM python:3.13-slim-trixie AS build\nRUN ln -s /usr/local/bin/python /usr/bin/python && /usr/bin/python -m venv /venv\nFROM gcr.io/distroless/python3-debian13\nCOPY --from=build /venv /venv\nENTRYPOINT ["/venv/bin/python", "/app.py"]\n`,
  },
]
